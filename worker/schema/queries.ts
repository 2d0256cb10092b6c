/** The queries of the management API. The route that reads one and the document that describes it share its schema. */
import * as v from 'valibot';

import { INCIDENT_STATES } from './alerts/incident.ts';
import { Day, daysInOrder, onlyIf } from './day.ts';
import { REFUSAL_HOURS } from './events/refusal.ts';
import { SourceId } from './ids.ts';
import { deliveryFilterFields } from './reports/replay.ts';
import { MAX_SEARCH_CHARS, MIN_SEARCH_CHARS } from './reports/search.ts';

/**
 * The query of an operation: its parameters by name. Each is given at most once, as a text that is not empty
 * (`readQuery`), so a schema describes only their values.
 */
export type QuerySchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

/** The query of an operation without parameters. */
export const NoQuery = v.strictObject({});

const MAX_LIMIT = 200;
export const CURSOR_EXPECTED = 'expected the next_cursor of an earlier page';

/** A whole number in digits, from 1. */
function count(most: number, detail: string): v.GenericSchema<string, number> {
  return v.pipe(
    v.string(),
    v.regex(/^[1-9]\d{0,2}$/, detail),
    v.transform(Number),
    v.check((number) => number <= most, detail),
  );
}

const Limit = count(MAX_LIMIT, `expected a whole number from 1 to ${MAX_LIMIT}`);

const limited = (byDefault: number) => ({ limit: v.optional(Limit, String(byDefault)) });

/** The place of an event, an incident or a change in the order of arrival. */
const Seq = (detail: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,16}$/, detail),
    v.transform(Number),
    v.check((seq: number) => Number.isSafeInteger(seq), detail),
  );

const seqPage = { ...limited(50), cursor: v.exactOptional(Seq(CURSOR_EXPECTED)) };

/** The cursor of most lists is the ID of the last object, such as `src_…`. */
const idPage = (prefix: string) => ({
  ...limited(50),
  cursor: v.exactOptional(v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_[\\w-]{1,60}$`), CURSOR_EXPECTED))),
});

export const SourcesQuery = v.strictObject(idPage('src'));
export const IntegrationsQuery = v.strictObject({ ...idPage('int'), source_id: v.exactOptional(SourceId) });
export const MappingsQuery = v.strictObject(idPage('map'));
export const TokensQuery = v.strictObject(idPage('tok'));
export const ChannelsQuery = v.strictObject(idPage('ach'));
export const ImportsQuery = v.strictObject(idPage('imp'));
/** A list that has everything at once unless a limit is given. */
export const WholeListQuery = v.strictObject({
  limit: v.exactOptional(Limit),
  cursor: v.exactOptional(v.string()),
});

export const EventsQuery = v.strictObject(seqPage);

/** `seq` chooses one of the events with the same messageId. */
export const EventQuery = v.strictObject({
  seq: v.exactOptional(Seq('expected the seq of an event with this messageId')),
});

export const IncidentsQuery = v.strictObject({
  ...seqPage,
  state: v.exactOptional(v.picklist(INCIDENT_STATES, 'expected "open" or "closed"')),
  source_id: v.exactOptional(SourceId),
});

const days = { from: v.exactOptional(Day), to: v.exactOptional(Day) };

export const AuditQuery = v.pipe(
  v.strictObject({
    ...seqPage,
    source_id: v.exactOptional(SourceId),
    /** The ID of an access token, `admin_token`, or an identity at Cloudflare Access. */
    actor_id: v.exactOptional(v.string()),
    /** Only changes that mention it: an old or a new value, a name, or a whole ID. */
    text: v.exactOptional(v.pipe(v.string(), v.maxLength(100, 'expected at most 100 characters'))),
    /** The days of the changes, both included. */
    ...days,
  }),
  daysInOrder(),
);

/** UTC days, both included. */
export const DaysQuery = v.pipe(v.strictObject(days), daysInOrder());
export type DaysQuery = v.InferOutput<typeof DaysQuery>;

/** The maximum for hourly counts: three days. */
const MAX_LEDGER_HOURS = 72;

const hours = (most: number) => v.exactOptional(count(most, `expected a number of hours from 1 to ${most}`));

/** Either days, or the number of hours to look back, including the current one. */
export const LedgerQuery = v.pipe(
  v.strictObject({ hours: hours(MAX_LEDGER_HOURS), ...days }),
  daysInOrder(),
  onlyIf(
    'hours',
    'expected either "hours", or "from" and "to"',
    (given) => given.hours === undefined || (given.from === undefined && given.to === undefined),
  ),
);

export const RefusalsQuery = v.strictObject({ hours: hours(REFUSAL_HOURS) });

const PLACE = /^(\d{1,16})_(\d{1,15})$/;

/** The cursor of a list of deliveries: the event's place in the order of arrival, and the rule queue. */
const DeliveriesCursor = v.pipe(
  v.string(),
  v.regex(PLACE, CURSOR_EXPECTED),
  v.transform((cursor) => {
    const [, seq, queueId] = PLACE.exec(cursor) ?? [];
    return { seq: Number(seq), queueId: Number(queueId) };
  }),
);

export const DeliveriesQuery = v.pipe(
  v.strictObject({ ...limited(50), cursor: v.exactOptional(DeliveriesCursor), ...deliveryFilterFields }),
  daysInOrder(),
);

const SITES_PLACE = /^(?!\.$)(src_[\w-]{1,60})?\.(src_[\w-]{1,60})?$/;

/** The cursor of the overview: the source after which the sites begin that are sorted together, and the last one shown. */
const OverviewCursor = v.pipe(
  v.string(),
  v.regex(SITES_PLACE, CURSOR_EXPECTED),
  v.transform((cursor) => {
    const [, block, last] = SITES_PLACE.exec(cursor) ?? [];
    return { block, last };
  }),
);

export const OverviewQuery = v.strictObject({
  period: v.optional(v.picklist(['24h', '7d', '90d'], 'expected 24h, 7d or 90d'), '7d'),
  source_id: v.exactOptional(SourceId),
  /** The default is enough for most people. */
  ...limited(MAX_LIMIT),
  cursor: v.exactOptional(OverviewCursor),
});

const searched = `expected ${MIN_SEARCH_CHARS} to ${MAX_SEARCH_CHARS} characters`;

/** Also marks at the beginning, which are on no letter. */
const UNSEEN = /^\p{M}+|[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

/** Spaces and invisible characters don't count for the minimum, because nothing is compared with them. */
export const SearchQuery = v.strictObject({
  q: v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(MAX_SEARCH_CHARS, searched),
    v.check((text) => text.replaceAll(UNSEEN, '').length >= MIN_SEARCH_CHARS, searched),
  ),
});

export const ExportQuery = v.strictObject({ cursor: v.exactOptional(Seq(CURSOR_EXPECTED)) });

/** `more`: further parts of the backup follow. */
export const RestoreQuery = v.strictObject({ more: v.exactOptional(v.picklist(['true', 'false'])) });

/** What happens to the deliveries of a deleted integration. */
export const DeleteIntegrationQuery = v.strictObject({
  deliveries: v.exactOptional(v.picklist(['discard', 'keep'], 'expected "discard" or "keep"')),
});

/** The country of the visitor, in any case. */
export const TryQuery = v.strictObject({
  country: v.exactOptional(
    v.pipe(
      v.string(),
      v.trim(),
      v.toUpperCase(),
      v.regex(/^[A-Z]{2}$/, 'expected a country of two letters, such as DE'),
    ),
  ),
});
