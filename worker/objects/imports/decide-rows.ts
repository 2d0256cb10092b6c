import { checkRows } from '../../domain/imports/check-rows.ts';
import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { ForAllRows } from '../../domain/imports/row-event.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { dateOrderOf } from './import-record.ts';
import type { ImportRecord } from './import-record.ts';
import type { ImportPorts, RowIds } from './imports-engine.ts';

/** Decides about rows of a file with the choices of its import. */
export function decideRows(
  rows: readonly ImportRow[],
  { record, config, idOf, ports }: { record: ImportRecord; config: SourceConfig; idOf: RowIds; ports: ImportPorts },
): Promise<RowDecisions> {
  const { event, events, lawfulBasis } = record;
  const order = dateOrderOf(record);
  return checkRows(rows, {
    config,
    forAll: { event, events, dateOrder: order === 'ambiguous' ? undefined : order, deals: dealsOf(record, config) },
    lawfulBasis,
    keyRing: ports.keyRing(),
    nowMs: ports.now(),
    idOf,
    pause: () => ports.pause(),
  });
}

/** @returns Undefined if mappings look at the stage: then they decide which deals are sent. */
function dealsOf({ file }: ImportRecord, { integrations }: SourceConfig): ForAllRows['deals'] {
  const { outcomes, isClosing = false } = file ?? {};
  const isStageMapped = integrations.some(
    ({ config }) => config.mappings?.some(({ trigger }) => /\bstage\b/.test(trigger)) === true,
  );
  return outcomes === undefined || isStageMapped ? undefined : { outcomes, isClosing };
}
