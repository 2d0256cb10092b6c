import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { IMPORT_FIELDS } from '../../schema/imports/import-field.ts';
import type { ImportField } from '../../schema/imports/import-field.ts';
import type { HookFields, HookKind } from '../../schema/settings/hook.ts';
import { EventWork } from '../fql/work-budget.ts';
import { leadUrnIn } from '../identity/partner-id.ts';
import type { OutcomeColumn } from '../imports/columns/outcome-columns.ts';
import { readRow } from '../imports/import-row.ts';
import type { ImportRow } from '../imports/import-row.ts';
import { resolve } from '../mapping-kit/resolve.ts';
import { loadRareWords } from '../reading/rare-words.ts';
import { consentOf, consentProperties } from './consent-properties.ts';
import type { ConsentProperty } from './consent-properties.ts';
import { outcomeProperties } from './deal-outcomes.ts';
import { pipedriveProblem, withReached } from './pipedrive-deal.ts';

/** The most changes in a request. HubSpot sends at most 100. */
export const MAX_CHANGES_OF_A_REQUEST = 5_000;

const path = (at: string): object => ({ '@path': at });

/**
 * Where the bodies of each CRM have the fields of an event. A hook's own `fields` replace these one by one. As in
 * mappings, the body is in `properties`.
 *
 * HubSpot: an array of changes (https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide), or the
 * properties that a workflow sends. Pipedrive: `meta`, `data`, `previous` of webhooks v2. LinkedIn Lead Sync: a notification
 * of type LEAD_ACTION (https://learn.microsoft.com/en-us/linkedin/marketing/lead-sync/leadsync, in a copy of 2026-08).
 * Salesforce and generic: the names that we document (all read 2026-11).
 */
const FIELD_PRESETS: Readonly<Record<HookKind, Readonly<Partial<Record<ImportField, object>>>>> = {
  hubspot: {
    stage: path('$.properties.propertyValue'),
    deal_id: path('$.properties.objectId'),
    time: path('$.properties.occurredAt'),
    email: path('$.properties.email'),
    click_id: path('$.properties.li_fat_id'),
    click_time: path('$.properties.createdate'),
  },
  pipedrive: {
    stage: path('$.properties.reached.stage'),
    deal_id: path('$.properties.data.id'),
    time: path('$.properties.reached.time'),
    value: path('$.properties.data.value'),
    currency: path('$.properties.data.currency'),
    probability: path('$.properties.data.probability'),
    email: path('$.properties.data.email'),
    click_time: path('$.properties.data.add_time'),
  },
  linkedin_lead_sync: {
    lead_id: path('$.properties.leadGenFormResponse'),
    // LinkedIn may send the same notification several times, and a lead is only one event.
    event_id: path('$.properties.leadGenFormResponse'),
    stage: path('$.properties.leadAction'),
    time: path('$.properties.occurredAt'),
  },
  salesforce: Object.fromEntries(IMPORT_FIELDS.map((field) => [field, path(`$.properties.${field}`)])),
  generic: Object.fromEntries(IMPORT_FIELDS.map((field) => [field, path(`$.properties.data.${field}`)])),
};

/** Returns whether bodies of this kind can name their event without `fields`. */
export function namesEvents(kind: HookKind): boolean {
  return FIELD_PRESETS[kind].event !== undefined;
}

/** Returns the changes in a body, which is one change or a list of them. */
export function itemsOf(body: unknown): unknown[] {
  return Array.isArray(body) ? body : [body];
}

/**
 * Reads a change as a row, exactly as a row of a file: the e-mail is hashed, and a field that can't be read is left out.
 *
 * @param row Its place in the body, from 1.
 */
export async function rowOf(
  body: unknown,
  { kind, fields, row }: { kind: HookKind; fields: HookFields; row: number },
): Promise<ImportRow> {
  if (!isFields(body)) return { row, problems: [{ code: 'not_an_object' }] };
  const item = kind === 'pipedrive' ? withReached(body) : body;
  await loadRareWords();
  const all: Readonly<Record<string, unknown>> = { ...FIELD_PRESETS[kind], ...fields };
  const work = new EventWork({ mappings: 1 });
  const isLeadSync = kind === 'linkedin_lead_sync';
  // A hook with a stage or an event of its own may be about something else than deals.
  const isOfDeals = kind === 'pipedrive' && fields.stage === undefined && fields.event === undefined;
  const code = isLeadSync ? leadProblem(item) : isOfDeals ? pipedriveProblem(item) : undefined;
  if (code !== undefined) {
    const leadUrn = code === 'lead_deleted' ? leadUrnIn(resolved(all['lead_id'], { item, work })) : undefined;
    return { row, problems: [{ code }], ...(leadUrn !== undefined && { leadUrn }) };
  }
  const given = IMPORT_FIELDS.map((field) => {
    const value = resolved(all[field], { item, work });
    const isAnswer = field === 'consent' || field === 'opt_out';
    return isAnswer && isFields(value) ? (consentOf(value) ?? value) : value;
  });
  const columns = Object.fromEntries(IMPORT_FIELDS.map((field, place) => [field, place]));
  const about = isLeadSync ? [] : consentProperties(item).filter(({ means }) => isRead(means, fields));
  const ends = isLeadSync ? [] : outcomeProperties(item);
  const cells = [
    ...given.map((value, at) => cellOf(value, { kind, field: IMPORT_FIELDS[at] })),
    ...about.map(({ text }) => text),
    ...ends.map(({ text }) => text),
  ];
  const placesOf = (...meanings: readonly string[]): number[] =>
    about.flatMap(({ means }, at) => (meanings.includes(means) ? [IMPORT_FIELDS.length + at] : []));
  const spares = { consent: placesOf('consent'), opt_out: placesOf('opt_out', 'permission') };
  const stage: OutcomeColumn = { place: IMPORT_FIELDS.indexOf('stage'), asks: 'stage' };
  const outcomes = ends.map(({ asks }, at) => ({ place: IMPORT_FIELDS.length + about.length + at, asks }));
  const hints = {
    permissions: placesOf('permission'),
    statuses: placesOf('status'),
    outcomes: isLeadSync ? [] : [stage, ...outcomes],
  };
  // As in a file, an empty answer is unclear. A body that never has the field leaves it to the hook's lawful basis.
  const isConsentAsked =
    fields.consent !== undefined ||
    given[IMPORT_FIELDS.indexOf('consent')] !== undefined ||
    about.some(({ means }) => means === 'consent');
  const { read } = await readRow({ row, cells }, columns, {
    width: cells.length,
    isConsentAsked,
    spares,
    hints,
    asksDecimal: true,
  });
  const adAccountId = isLeadSync ? adAccountOf(item) : undefined;
  return { ...withoutUnclearAmount(read), ...(adAccountId !== undefined && { adAccountId }) };
}

/** Nobody can be asked about an amount such as "1.234", so it is left out. */
function withoutUnclearAmount({ values, ...row }: ImportRow): ImportRow {
  return values === undefined
    ? row
    : { ...row, problems: [...row.problems, { code: 'amount_unclear', field: 'value' }] };
}

/** As in a file, a field that a person chose is the only one that counts. */
function isRead(means: ConsentProperty['means'], fields: HookFields): boolean {
  return (means === 'consent' ? fields.consent : fields.opt_out) === undefined;
}

/**
 * Returns why a notification of Lead Sync is no new lead. LinkedIn's documentation has only the type `LEAD_ACTION` and the
 * actions `CREATED` and `DELETED`. A deletion counts whatever the type is, and one in lower case is a deletion too.
 */
function leadProblem(item: Fields): 'lead_deleted' | 'lead_action_unknown' | 'lead_notification_unknown' | undefined {
  const { leadAction, type } = item;
  const action = upperCase(leadAction);
  if (action === 'DELETED') return 'lead_deleted';
  if (type !== undefined && type !== null && upperCase(type) !== 'LEAD_ACTION') return 'lead_notification_unknown';
  return action === 'CREATED' ? undefined : 'lead_action_unknown';
}

function upperCase(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().toUpperCase() : undefined;
}

/** Returns the number of the ad account that owns a lead. Undefined when a company's page owns it. */
function adAccountOf({ owner }: Fields): string | undefined {
  const urn = isFields(owner) ? owner['sponsoredAccount'] : undefined;
  return typeof urn === 'string' ? /^urn:li:sponsoredAccount:(\d+)$/.exec(urn.trim())?.[1] : undefined;
}

function resolved(value: unknown, { item, work }: { item: Fields; work: EventWork }): unknown {
  if (value === undefined) return undefined;
  try {
    return resolve(value, { properties: item }, work.budget());
  } catch {
    // The change needs more work than the limit allows, for example for a template over a huge body.
    return undefined;
  }
}

/** Pipedrive and Salesforce have probabilities in percent: 1 is one percent. Elsewhere, it may be a share. */
function cellOf(value: unknown, { kind, field }: { kind: HookKind; field: ImportField | undefined }): string {
  const text = textOf(value);
  const isPercent = field === 'probability' && (kind === 'pipedrive' || kind === 'salesforce');
  return isPercent && /^[\d.]+$/.test(text) ? `${text} %` : text;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  // In a JSON number, a dot never separates thousands.
  if (typeof value === 'number') return String(value).replace(/^(-?\d+\.\d{3})$/, '$10');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
