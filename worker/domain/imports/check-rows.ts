import type { Fields } from '../../schema/fields.ts';
import type { ImportField } from '../../schema/imports/import-field.ts';
import type { LawfulBasis } from '../../schema/imports/import-options.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { AcceptedEvent } from '../collect/accepted-event.ts';
import { decide } from '../collect/decide.ts';
import type { Decisions } from '../collect/decide.ts';
import { parseEvents } from '../collect/read/parse-events.ts';
import { serverPolicy } from '../consent/consent-facts.ts';
import { NOTHING_SAID } from '../consent/read-consent.ts';
import { leadSpellings } from '../hooks/lead-spellings.ts';
import { NAMELESS, personTagger } from '../identity/person-tags.ts';
import type { ImportRow, RowProblem } from './import-row.ts';
import { rowEvent } from './row-event.ts';
import type { ForAllRows } from './row-event.ts';

/** `decide` erases at most 20 people who withdraw consent in a request. */
const MAX_REFUSALS = 20;

/** The decision about a row, as far as it depends on the row alone. */
export type RowDecision =
  | { kind: 'refused'; problem: RowProblem; event: string | undefined }
  | { kind: 'accepted'; accepted: AcceptedEvent };

/** The decisions about some rows, in order, and those about all of them together. */
export type RowDecisions = { rows: RowDecision[]; requests: Omit<Decisions, 'accepted'>[] };

type Means = {
  config: SourceConfig;
  forAll: ForAllRows;
  lawfulBasis: LawfulBasis | undefined;
  /** The name of the consent's origin in reports. */
  consentSource?: string;
  keyRing: readonly Uint8Array[];
  nowMs: number;
  /** Creates the ID of a row that has none. */
  idOf: (identity: string) => Promise<string>;
  pause: () => Promise<void>;
};

/**
 * Decides about rows as the collector decides about a server's events: with the same rules for consent, mappings, age
 * and identifiers. Each row counts as a request about one person.
 */
export async function checkRows(rows: readonly ImportRow[], means: Means): Promise<RowDecisions> {
  // As in the collector, an unclear answer is read as a no. But a cell such as N/A must not erase waiting conversions.
  const unclear = rows.filter(({ consent }) => consent === 'unclear');
  const clear = rows.filter(({ consent }) => consent !== 'unclear');
  const mayWait = clear.filter(hasId);
  const others = clear.filter((row) => !hasId(row));
  // Without an ID of the person, no event can bring the e-mail that `hold_for_identity_minutes` waits for.
  const withoutHold = { ...means, config: heldNever(means.config) };
  const decided = [];
  for (const part of inParts(mayWait)) decided.push({ part, ...(await checkPart(part, means)) });
  for (const part of inParts(others)) decided.push({ part, ...(await checkPart(part, withoutHold)) });
  if (unclear.length > 0) {
    const { rows: own, request } = await checkPart(unclear, withoutHold);
    decided.push({ part: unclear, rows: own, request: { ...request, erase: [] } });
  }
  const byRow = new Map(decided.flatMap(({ part, rows: own }) => part.map((row, at) => [row, own[at]])));
  return {
    rows: rows.flatMap((row) => byRow.get(row) ?? []),
    requests: decided.map(({ request }) => request),
  };
}

/**
 * @param isRefused Whether the row itself is no event, which would say it too.
 * @returns Events that say only that people refuse consent, or nothing if they don't.
 */
function denialsOf(row: ImportRow, isRefused: boolean, nowMs: number): Fields[] {
  if (row.consent !== false) return [];
  const { emailSha256, userId, anonymousId, alsoRefusing = [] } = row;
  const said = { row: row.row, problems: [], consent: false, time: nowMs, event: 'Consent refused' };
  const choices = { event: undefined, events: {}, dateOrder: undefined };
  return [...(isRefused ? [{ emailSha256, userId, anonymousId }] : []), ...alsoRefusing].flatMap((person) => {
    const ids = Object.entries(person).filter(([, id]) => id !== undefined);
    const made = rowEvent({ ...said, ...Object.fromEntries(ids) }, choices, nowMs);
    return made.kind === 'event' ? [made.event] : [];
  });
}

/** Returns the tags of the LinkedIn leads that refuse consent. A lead may have no other identifier. */
async function refusingLeads(rows: readonly ImportRow[], keyRing: readonly Uint8Array[]): Promise<string[]> {
  const urns = rows.flatMap(({ consent, leadUrn }) => (consent === false && leadUrn !== undefined ? [leadUrn] : []));
  if (urns.length === 0) return [];
  const tagsOf = await personTagger(keyRing);
  const tags = await Promise.all(urns.flatMap(leadSpellings).map((leadUrn) => tagsOf({ ...NAMELESS, leadUrn })));
  return [...new Set(tags.flat())];
}

/** The field of a row that becomes a field of its event. */
const FIELDS: Readonly<Record<string, ImportField>> = {
  '/event': 'event',
  '/messageId': 'event_id',
  '/userId': 'user_id',
  '/anonymousId': 'anonymous_id',
};

/** The problem of a row whose event is invalid. @param pointer The event's invalid field. */
function invalidCell(pointer = ''): RowProblem {
  if (pointer === '/timestamp') return { code: 'time_unreadable', field: 'time' };
  const field = FIELDS[pointer];
  return { code: 'cell_unusable', ...(field !== undefined && { field }) };
}

/** @returns No parts when there are no rows. */
function inParts(rows: readonly ImportRow[]): ImportRow[][] {
  const parts: ImportRow[][] = [];
  let refusals = MAX_REFUSALS;
  for (const row of rows) {
    const own = row.consent === false ? 1 + (row.alsoRefusing?.length ?? 0) : 0;
    refusals += own;
    if (parts.length === 0 || refusals > MAX_REFUSALS) {
      parts.push([]);
      refusals = own;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}

function hasId({ userId, anonymousId }: ImportRow): boolean {
  return (userId ?? anonymousId) !== undefined;
}

function heldNever(config: SourceConfig): SourceConfig {
  return {
    ...config,
    integrations: config.integrations.map((integration) => ({
      ...integration,
      config: { ...integration.config, hold_for_identity_minutes: 0 },
    })),
  };
}

async function checkPart(
  rows: readonly ImportRow[],
  { config, forAll, lawfulBasis, consentSource, keyRing, nowMs, idOf, pause }: Means,
): Promise<{ rows: RowDecision[]; request: Omit<Decisions, 'accepted'> }> {
  const made = rows.map((row) => rowEvent(row, forAll, nowMs));
  const raws = await Promise.all(
    made.map(async (each) =>
      each.kind === 'event' ? { messageId: await idOf(each.identity), ...each.event } : undefined,
    ),
  );
  const beside = {
    ...NOTHING_SAID,
    categories: lawfulBasis === 'consent' ? { '*': true } : {},
    places: [{ source: consentSource ?? `import.${lawfulBasis ?? 'preview'}` }],
  };
  const events = raws.filter((raw) => raw !== undefined);
  const facts = { sentAt: undefined, consent: beside, nowMs, newId: () => '' };
  const { parsed, rejected, statements } = parseEvents(events, facts);
  // A person's no counts even if the rest of their row can't be used.
  const { statements: denials } = parseEvents(
    rows.flatMap((row, index) => denialsOf(row, made[index]?.kind === 'refused', nowMs)),
    facts,
  );
  const { accepted, ...request } = await decide(
    {
      sender: { isServer: true, config },
      visitor: undefined,
      consent: { beside, policy: serverPolicy(config.source.unknown_consent), country: undefined },
      events: parsed,
      refused: [],
      statements: [...statements, ...denials],
      bytes: JSON.stringify(events).length,
      receivedAtMs: nowMs,
    },
    { keyRing, pause },
  );
  const invalid = new Map(rejected.map(({ index, pointer }) => [index, invalidCell(pointer)]));
  let nextEvent = 0;
  let nextAccepted = 0;
  const decisions = made.map((each, index): RowDecision => {
    if (each.kind === 'refused') return { kind: 'refused', problem: each.problem, event: rows[index]?.event };
    const problem = invalid.get(nextEvent);
    nextEvent += 1;
    const own = problem === undefined ? accepted[nextAccepted] : undefined;
    if (problem === undefined) nextAccepted += 1;
    return own === undefined
      ? { kind: 'refused', problem: problem ?? { code: 'cell_unusable' }, event: rows[index]?.event }
      : { kind: 'accepted', accepted: own };
  });
  return {
    rows: decisions,
    request: { ...request, erase: [...request.erase, ...(await refusingLeads(rows, keyRing))] },
  };
}
