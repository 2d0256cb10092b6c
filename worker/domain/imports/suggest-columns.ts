import { IMPORT_FIELDS } from '../../schema/imports/import-field.ts';
import type { ColumnPlaces, ImportField, SparePlaces } from '../../schema/imports/import-field.ts';
import { currencyOf } from '../value/currency.ts';
import type { ColumnHints } from './columns/column-hints.ts';
import { comparedHeader } from './columns/column-words.ts';
import { consentMeaning } from './columns/consent-columns.ts';
import type { ConsentMeaning } from './columns/consent-columns.ts';
import { readTime } from './read-time.ts';

/**
 * The names of columns, in lower case and without separators. The names in LinkedIn's own template come first, then
 * those in HubSpot, Salesforce, Pipedrive, Zapier and spreadsheets, also in German, French and Spanish.
 *
 * https://www.linkedin.com/help/lms/answer/a530615 (read 2026-11)
 */
const NAMES: Readonly<Record<Exclude<ImportField, 'consent' | 'opt_out'>, readonly string[]>> = {
  email: [
    'email',
    'emailaddress',
    'workemail',
    'businessemail',
    'contactemail',
    'personemail',
    'leademail',
    'emailsha256',
    'sha256email',
    'hashedemail',
    'emailhash',
    'mail',
    'correo',
    'correoelectronico',
    'courriel',
    'emailadresse',
  ],
  first_name: ['firstname', 'givenname', 'fname', 'vorname', 'prenom', 'nombre', 'contactfirstname'],
  last_name: [
    'lastname',
    'surname',
    'familyname',
    'lname',
    'nachname',
    'nom',
    'apellido',
    'apellidos',
    'contactlastname',
  ],
  company: [
    'employeecompany',
    'company',
    'companyname',
    'account',
    'accountname',
    'organization',
    'organisation',
    'organizationname',
    'employer',
    'firma',
    'unternehmen',
    'entreprise',
    'empresa',
  ],
  title: ['title', 'jobtitle', 'position', 'jobposition', 'funktion', 'poste', 'cargo'],
  country: ['country', 'countrycode', 'countryregion', 'mailingcountry', 'billingcountry', 'land', 'pays', 'pais'],
  time: [
    'timestamp',
    'conversiontime',
    'conversiondate',
    'eventtime',
    'eventdate',
    'closedate',
    'closeddate',
    'wontime',
    'stagechangedate',
    'becameamarketingqualifiedleaddate',
    'becameasalesqualifiedleaddate',
    'date',
    'time',
    'datetime',
    'createddate',
    'createdate',
    'createdat',
    'datum',
    'zeitpunkt',
    'fecha',
    'conversionhappenedat',
  ],
  event: ['eventtype', 'event', 'eventname', 'conversionname', 'conversion', 'conversiontype', 'ereignis'],
  value: [
    'amount',
    'value',
    'conversionvalue',
    'dealamount',
    'dealvalue',
    'opportunityamount',
    'revenue',
    'total',
    'betrag',
    'wert',
    'umsatz',
    'montant',
    'importe',
    'valor',
  ],
  currency: [
    'currency',
    'currencycode',
    'dealcurrency',
    'currencyisocode',
    'conversioncurrency',
    'wahrung',
    'devise',
    'moneda',
  ],
  click_id: ['lifatid', 'clickid', 'linkedinclickid', 'linkedinfirstpartyid'],
  lead_id: ['leadid', 'linkedinleadid', 'leadgenresponseid', 'leadformresponseid', 'linkedinleadurn'],
  event_id: ['eventid', 'orderid', 'transactionid', 'messageid', 'conversionid'],
  user_id: ['userid', 'externalid', 'contactid', 'recordid', 'customerid'],
  anonymous_id: ['dfid', 'anonymousid'],
  stage: [
    'stage',
    'stagename',
    'dealstage',
    'lifecyclestage',
    'leadstatus',
    'pipelinestage',
    'opportunitystage',
    'phase',
  ],
  deal_id: ['dealid', 'opportunityid', 'dealrecordid'],
  probability: ['probability', 'dealprobability', 'probabilitypercent', 'winprobability'],
  // A person becomes a lead soon after the click. If the file has no other time, these names are used for `time` first.
  click_time: [
    'clicktime',
    'clickdate',
    'clickedat',
    'leadcreateddate',
    'leaddate',
    'createddate',
    'createdate',
    'createdat',
  ],
};

/** The columns of LinkedIn's template that every row needs. */
const TEMPLATE = ['timestamp', 'eventtype', 'amount', 'currency'];

/** Returns whether the file is LinkedIn's own template. In its dates, the month comes first. */
export function isLinkedInTemplate(header: readonly string[]): boolean {
  const names = new Set(header.map(comparedHeader));
  return TEMPLATE.every((name) => names.has(name));
}

/**
 * A column with the same meaning as the one that was chosen for a field. `isSpare`: it is used where the chosen one is
 * empty.
 */
export type IgnoredColumn = { place: number; field: ImportField; isSpare: boolean };

/** The columns of a file: each field's, and others with the same meaning. */
export type FileColumns = {
  columns: ColumnPlaces;
  spares: SparePlaces;
  ignored: readonly IgnoredColumn[];
  hints: ColumnHints;
};

/**
 * Fields whose other columns are used too: any of them identifies the same person, and any column for consent or for
 * opting out may refuse. Two columns of times or amounts may be about different things.
 */
const SPARED: ReadonlySet<ImportField> = new Set(['email', 'click_id', 'lead_id', 'consent', 'opt_out']);

const CONSENT_FIELDS = ['consent', 'opt_out'] as const;

/** HubSpot calls the ID of any object `Record ID`. Only files of deals and tickets have the names below. */
const DEALS = /^(?:deal|opportunity)(?:name|stage|owner|type)$/;
const TICKETS = /^ticket(?:name|status|owner)$/;

/**
 * Suggests a field for each column: by the column's name, or if that says nothing, by its contents.
 *
 * @param sample Some of the first rows.
 * @param options.chosen The columns that a person chose; null for a field without a column. The other fields are found
 * as usual.
 * @param options.decided Columns that were suggested before the header got more names. They stay.
 */
export function suggestColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  {
    chosen = {},
    decided = {},
  }: { chosen?: Readonly<Partial<Record<ImportField, number | null>>>; decided?: ColumnPlaces } = {},
): FileColumns {
  const names = meanings(header);
  const columns: Partial<Record<ImportField, number>> = {};
  const taken = new Set<number>();
  for (const field of IMPORT_FIELDS) {
    const place = chosen[field] ?? undefined;
    if (place === undefined) continue;
    columns[field] = place;
    taken.add(place);
  }
  const consents = header.map(consentMeaning);
  const isOpen = (field: ImportField): boolean => chosen[field] === undefined && columns[field] === undefined;
  const places = (field: ImportField): number[] =>
    field === 'consent' || field === 'opt_out'
      ? consents.flatMap((meaning, at) => (fieldOf(meaning) === field ? [at] : []))
      : NAMES[field].flatMap((name) => names.flatMap((own, at) => (own === name ? [at] : [])));
  const called = (field: ImportField): number[] => places(field).filter((at) => !taken.has(at));
  const named = IMPORT_FIELDS.filter((field) => isOpen(field) && decided[field] !== undefined);
  for (const field of named) {
    const place = decided[field] ?? -1;
    columns[field] = place;
    taken.add(place);
  }
  for (const field of IMPORT_FIELDS) {
    const [place] = isOpen(field) ? called(field) : [];
    if (place === undefined) continue;
    columns[field] = place;
    taken.add(place);
    named.push(field);
  }
  for (const field of ['email', 'lead_id', 'time', 'currency'] as const) {
    if (!isOpen(field)) continue;
    // A column of the dates on which people opted out is not the time of the conversions.
    const place = header.findIndex(
      (_, at) => !taken.has(at) && consents[at] === undefined && isMostly(CONTENTS[field], sample, at),
    );
    if (place < 0) continue;
    columns[field] = place;
    taken.add(place);
  }
  const spared = named.flatMap((field) =>
    called(field).map((place): IgnoredColumn => {
      const isSame = names[place] === names[columns[field] ?? -1];
      return { place, field, isSpare: isSame || SPARED.has(field) };
    }),
  );
  // A person who chooses the column for consent, or none, sees which others are not read.
  const unread = CONSENT_FIELDS.filter((field) => chosen[field] !== undefined).flatMap((field) =>
    called(field).map((place): IgnoredColumn => ({ place, field, isSpare: false })),
  );
  const ignored = [...spared, ...unread];
  const spares = Object.fromEntries(
    named.map((field) => [
      field,
      ignored.filter((each) => each.field === field && each.isSpare).map(({ place }) => place),
    ]),
  );
  const permissions = consents.flatMap((meaning, at) => (meaning === 'permission' ? [at] : []));
  return { columns, spares, ignored, hints: { permissions } };
}

/** A column that says who may be contacted is read for `opt_out`, the other way round. */
function fieldOf(meaning: ConsentMeaning | undefined): 'consent' | 'opt_out' | undefined {
  return meaning === 'permission' ? 'opt_out' : meaning;
}

function meanings(header: readonly string[]): string[] {
  const names = header.map(comparedHeader);
  const recordId = names.some((name) => DEALS.test(name))
    ? 'dealrecordid'
    : names.some((name) => TICKETS.test(name))
      ? 'ticketrecordid'
      : 'recordid';
  return names.map((name) => (name === 'recordid' ? recordId : name));
}

const CONTENTS = {
  email: (cell: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell),
  lead_id: (cell: string) => cell.startsWith('urn:li:leadGenFormResponse:'),
  time: (cell: string) => /\d{4}/.test(cell) && /[-/.: ]/.test(cell) && readTime(cell, {}).kind !== 'unreadable',
  currency: (cell: string) => /^[A-Z]{3}$/.test(cell) && currencyOf(cell) !== undefined,
} as const satisfies Partial<Record<ImportField, (cell: string) => boolean>>;

/** A few wrong cells don't change the meaning of a column. */
function isMostly(
  looksRight: (cell: string) => boolean,
  sample: readonly (readonly string[])[],
  place: number,
): boolean {
  const cells = sample.map((row) => row[place]?.trim() ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.filter(looksRight).length >= cells.length * 0.8;
}
