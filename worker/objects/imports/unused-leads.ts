import { leadSpellings } from '../../domain/hooks/lead-spellings.ts';
import { personTagger, NAMELESS } from '../../domain/identity/person-tags.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import { NO_ACCOUNT } from '../../domain/token-findings.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { deletedLead, DeletedLeads } from './deleted-leads.ts';
import type { ImportPorts, RowIds } from './imports-engine.ts';
import type { ChangeOutcome } from './stage-events.ts';

/** The problems for which a change is not used, whatever the hook's stages are. */
const UNUSED = new Set([
  'lead_deleted',
  'lead_action_unknown',
  'lead_notification_unknown',
  'deal_deleted',
  'not_a_deal',
]);

type Means = { ports: ImportPorts; idOf: RowIds; config: SourceConfig };

/**
 * Erases the leads that LinkedIn reports as deleted: they are remembered, and what waits for them is ended. Must be called
 * before the other changes of the same call are decided, because a lead may be created and deleted in one call.
 *
 * Throws when the outbox can't be reached. The call is then repeated.
 */
export async function eraseDeletedLeads(
  rows: readonly ImportRow[],
  { ports, idOf }: Pick<Means, 'ports' | 'idOf'>,
): Promise<void> {
  const urns = new Set(
    rows.flatMap(({ leadUrn, problems }) =>
      leadUrn !== undefined && problems.some(({ code }) => code === 'lead_deleted') ? [leadUrn] : [],
    ),
  );
  if (urns.size === 0) return;
  const keys = await Promise.all([...urns].map((urn) => idOf(deletedLead(leadSpellings(urn)[0]))));
  const tagsOf = await personTagger(ports.keyRing());
  const spellings = [...urns].flatMap(leadSpellings);
  const tags = (await Promise.all(spellings.map((leadUrn) => tagsOf({ ...NAMELESS, leadUrn })))).flat();
  const deleted = new DeletedLeads(ports.database.sql);
  ports.database.transaction(() => {
    for (const key of keys) deleted.note(key, ports.now());
  });
  await ports.erase(tags, 'lead_deleted');
}

/** Separates the changes that are used from those about deleted leads, unknown notifications and other ad accounts. */
export async function withoutUnusedLeads(
  rows: readonly ImportRow[],
  { ports, idOf, config }: Pick<Means, 'ports' | 'idOf' | 'config'>,
): Promise<{ used: ImportRow[]; unused: ChangeOutcome[] }> {
  const isDeleted = await deletedAmong(rows, { ports, idOf });
  const accounts = config.integrations
    .map(({ config: { account_id: account } }) => account.replace(/^.*:/, ''))
    .filter((account) => account !== NO_ACCOUNT);
  const used: ImportRow[] = [];
  const unused: ChangeOutcome[] = [];
  for (const row of rows) {
    const { adAccountId, problems } = row;
    const code = problems.find((problem) => UNUSED.has(problem.code))?.code;
    const isOthers = adAccountId !== undefined && accounts.length > 0 && !accounts.includes(adAccountId);
    const outcome = code ?? (isDeleted(row) ? 'lead_deleted' : isOthers ? 'lead_of_other_account' : undefined);
    if (outcome === undefined) used.push(row);
    // Nothing is wrong with a change of a deleted lead or deal.
    else unused.push({ row: row.row, outcome, isRefused: outcome !== 'lead_deleted' && outcome !== 'deal_deleted' });
  }
  return { used, unused };
}

/** Marks the rows of a file that are about deleted leads. */
export async function withDeletedLeads(
  rows: readonly ImportRow[],
  means: Pick<Means, 'ports' | 'idOf'>,
): Promise<ImportRow[]> {
  const isDeleted = await deletedAmong(rows, means);
  return rows.map((row) =>
    isDeleted(row) ? { ...row, problems: [...row.problems, { code: 'lead_deleted', field: 'lead_id' }] } : row,
  );
}

async function deletedAmong(
  rows: readonly ImportRow[],
  { ports, idOf }: Pick<Means, 'ports' | 'idOf'>,
): Promise<(row: ImportRow) => boolean> {
  const deleted = new DeletedLeads(ports.database.sql);
  const urns = new Set(rows.flatMap(({ leadUrn }) => (leadUrn === undefined ? [] : [leadUrn])));
  const keys = await Promise.all(
    [...urns].map(async (urn) => ({
      urn,
      keys: await Promise.all(leadSpellings(urn).map((each) => idOf(deletedLead(each)))),
    })),
  );
  const gone = new Set(keys.flatMap((each) => (each.keys.some((key) => deleted.has(key)) ? [each.urn] : [])));
  return ({ leadUrn }) => leadUrn !== undefined && gone.has(leadUrn);
}
