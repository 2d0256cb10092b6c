import type { Fields } from '../../schema/fields.ts';
import { isRefusal } from '../../schema/imports/row-problem.ts';
import { leadSpellings } from '../hooks/lead-spellings.ts';
import { dealIdentity } from './deal-identity.ts';
import { otherOutcome } from './deal-outcome.ts';
import type { OutcomeCounts } from './deal-outcome.ts';
import type { ImportRow, RowProblem } from './import-row.ts';
import type { DateOrder } from './read-time.ts';

/** A time that is further in the future than this is a mistake in the file. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** The choices of an import that apply to all of its rows. */
export type ForAllRows = {
  /** The event for rows that don't name one. */
  event: string | undefined;
  /** The event to use for a name in the file, such as one of LinkedIn's event types. */
  events: Readonly<Record<string, string>>;
  dateOrder: DateOrder | undefined;
  /** What a file says about the ends of its deals. Undefined when no row is refused for it. */
  deals?: { isClosing: boolean; outcomes: OutcomeCounts } | undefined;
};

export type RowEvent = { kind: 'event'; event: Fields; identity: string } | { kind: 'refused'; problem: RowProblem };

/**
 * Creates the event of a row, in the form in which a server would send it. The e-mail is already a hash.
 *
 * @returns Also a text from which the event's ID is made. It is the same if another file contains the same row.
 */
export function rowEvent(
  row: ImportRow,
  { event: forAll, events, dateOrder, deals }: ForAllRows,
  nowMs: number,
): RowEvent {
  const own = row.problems.find(({ code }) => isRefusal(code));
  if (own !== undefined) return { kind: 'refused', problem: own };
  const ms = typeof row.time === 'object' ? dateOrder && row.time[dateOrder] : row.time;
  if (ms === undefined) return refusal('time_ambiguous', 'time');
  if (ms > nowMs + MAX_AHEAD_MS) return refusal('time_in_future', 'time');
  const named = row.event === undefined ? undefined : (events[row.event] ?? row.event);
  const name = named ?? forAll;
  if (name === undefined) return refusal('event_missing', 'event');
  const other = named === undefined && row.outcome && deals && otherOutcome(row.outcome, name, deals);
  if (row.outcome && other)
    return { kind: 'refused', problem: { code: other, field: 'stage', place: row.outcome.place } };
  const { emailSha256, firstName, lastName, companyName, title, countryCode, clickId, leadUrn, userId, anonymousId } =
    row;
  const { amount, sign, currency = sign } = row.value ?? {};
  const traits = present({ email: emailSha256, firstName, lastName, companyName, title, countryCode });
  const event = {
    type: 'track',
    event: name,
    timestamp: new Date(ms).toISOString(),
    properties: present({
      value: amount,
      currency,
      li_fat_id: clickId,
      linkedin_lead_id: leadUrn,
      stage: row.stage,
      deal_id: row.dealId,
      probability: row.probability,
    }),
    ...present({ messageId: row.eventId, userId, anonymousId }),
    context: {
      traits,
      ...(row.consent !== undefined && { consent: { '*': row.consent === true } }),
    },
  };
  const identity = JSON.stringify([
    name,
    ms,
    // An export without the column of the company has the same conversions.
    emailSha256 ?? traits,
    clickId,
    leadUrn === undefined ? undefined : leadSpellings(leadUrn)[0],
    userId,
    amount === undefined ? undefined : Number(amount),
    currency,
    row.stage,
    row.dealId === undefined ? undefined : dealIdentity(row.dealId),
  ]);
  return { kind: 'event', event, identity };
}

function refusal(code: 'time_ambiguous' | 'time_in_future' | 'event_missing', field: 'time' | 'event'): RowEvent {
  return { kind: 'refused', problem: { code, field } };
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
