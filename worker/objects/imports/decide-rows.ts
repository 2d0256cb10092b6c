import { checkRows } from '../../domain/imports/check-rows.ts';
import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
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
    forAll: { event, events, dateOrder: order === 'ambiguous' ? undefined : order },
    lawfulBasis,
    keyRing: ports.keyRing(),
    nowMs: ports.now(),
    idOf,
    pause: () => ports.pause(),
  });
}
