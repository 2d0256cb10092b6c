import type { ImportField } from '../../../worker/schema/imports/import-field.ts';
import type { ImportSample, RowOutcome } from '../../../worker/schema/imports/import-view.ts';
import { formatCount } from '../ui/format.ts';

const outcomes: Record<RowOutcome, string> = {
  sendable: 'Will be sent',
  accepted: 'On its way',
  duplicate: 'Duplicate',
  skipped: 'Skipped',
  refused: 'Refused',
  erased: 'Erased',
  cancelled: 'Cancelled',
};

const fields: Record<ImportField, string> = {
  email: 'E-mail address',
  first_name: 'First name',
  last_name: 'Last name',
  company: 'Company',
  title: 'Job title',
  country: 'Country',
  time: 'Time of the conversion',
  event: 'Event',
  value: 'Value',
  currency: 'Currency',
  click_id: 'LinkedIn click ID',
  lead_id: 'LinkedIn lead ID',
  event_id: 'Order or event ID',
  user_id: 'User ID',
  anonymous_id: 'Anonymous ID',
  consent: 'Consent: a no refuses',
  opt_out: 'Opt-out: a yes refuses',
  stage: 'Stage of the deal',
  deal_id: 'Deal ID',
  probability: 'Probability',
  click_time: 'Time of the click or lead',
};

const identifierNames: Record<ImportSample['identifiers'][number], string> = {
  email: 'e-mail',
  names: 'names',
  click_id: 'click ID',
  lead_id: 'lead ID',
  user_id: 'user ID',
};

/** What a person should know before they choose a column whose name isn't sure. */
const warnings: Partial<Record<ImportField, string>> = {
  time: 'Has dates. They may be something else, such as a birthday or the expected end of an open deal.',
  email: 'Has e-mail addresses. They may be somebody else’s, such as the owner’s.',
};

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/** The texts about the columns of a file. */
const choice = {
  title: 'Columns of the file',
  lead: 'What each column is used as. If a suggestion is wrong, choose another one: the preview below follows. Personal data in the examples is masked.',
  missing: (needs: readonly string[]): string =>
    `It has no column for ${needs.join(', and none for ')}. Choose one below, or add it to the file.`,
  needs: {
    person: 'the person (an e-mail address, first and last name, a click ID, a lead ID or a user ID)',
    time: 'the time of the conversion',
  },
  heads: ['Column and examples', 'Used as', 'Note'],
  none: 'Not used',
  others: (count: number): string =>
    count === 1 ? 'One other column, not suggested for anything' : `${count} other columns, not suggested for anything`,
  unnamed: (place: number): string => `Column ${place}, without a name`,
  groups: { conversion: 'Conversion', person: 'Person', refusals: 'Refusals', deal: 'Deal' },
  /** @param isOfYes The column's name says who agreed or may be contacted. */
  fieldIn: (field: ImportField, isOfYes: boolean): string =>
    field === 'opt_out' && isOfYes ? 'May be contacted: a no refuses' : fields[field],
  reset: 'Use the suggestions',
  remembered: 'Your choice is remembered for files with the same columns.',
  silenced: (names: readonly string[]): string =>
    `As you chose, a refusal in ${quoted(names)} doesn’t count: the conversions of people who refused there are sent to LinkedIn too.`,
  lostDeals: 'As you chose, the stage isn’t read. Lost and open deals in the file are sent too.',
  ignore: {
    title: (name: string): string => `Ignore the refusals in “${name}”?`,
    text: 'People who refused in this column are then treated like everybody else: their conversions are sent to LinkedIn, and their consent is not withdrawn.',
    when: 'Only do this if the column is about something else. If you aren’t sure, ask the person responsible for data protection.',
    yes: 'Ignore the refusals',
    no: 'Keep the column',
  },
  notes: {
    refusal: 'A person who refuses here is not sent, in any row of the file.',
    refusals: 'A refusal in any of these columns counts, for all rows of the person.',
    ignored: 'Refusals in it don’t count, as you chose.',
    maybe: (field: ImportField): string =>
      `${warnings[field] ?? `May be “${fields[field]}”, but its name doesn’t clearly say so.`} Choose it if it is right.`,
    taken: (field: ImportField, other: string): string =>
      `Not used, because “${other}” is the ${fields[field].toLowerCase()}.`,
    spare: (other: string): string => `Used where “${other}” is empty.`,
  },
};

export const imports = {
  title: 'Import',
  lead: 'Conversions from your CRM, as a CSV file: LinkedIn’s own template, or any file whose first row has the names of the columns. First you see a preview, which sends nothing.',
  drop: 'Drop a CSV file here, or choose one',
  chosen: (name: string) => `${name} is chosen. Drop another file here, or choose one`,
  unusable: 'This file can’t be imported yet',
  ruleHint: 'What the rows count for. Not needed if the file has a column for the event.',
  event: 'Event',
  eventHint:
    'What each row becomes. Not needed if the file has a column for the event. Choosing a rule fills in its event, and you can enter another name.',
  eventMissing: 'Enter the event: this file has no column for it. The file stays chosen.',
  leadsTo: 'It counts for the conversion rule',
  mayLeadTo: 'If it meets the conditions of its mapping, it counts for the conversion rule',
  noRule: (event: string) => `“${event}” has no conversion rule yet. Choose one:`,
  map: 'Create the mapping',
  notConnected: 'This site isn’t connected to LinkedIn yet.',
  connect: 'Connect LinkedIn',
  seeDeliveries: 'See its deliveries',
  reading: 'Dates and amounts',
  order: 'Order of dates',
  orders: { '': 'Detect automatically', dmy: 'Day first: 28/11/2026', mdy: 'Month first: 11/28/2026' },
  zone: 'Time zone',
  zones: { '': 'UTC' },
  zoneHint: 'Of times without one.',
  decimal: 'Decimal sign',
  decimals: { '': 'Detect automatically', '.': 'Dot: 1,234.50', ',': 'Comma: 1.234,50' },
  currency: 'Default currency',
  currencyHint: 'Such as EUR. Used for amounts without a currency.',
  checking: 'Checking the file…',
  preview: 'Preview',
  rows: 'Rows',
  sendable: 'Will be sent',
  accepted: 'Handed over',
  duplicates: 'Sent before, or twice in the file',
  skipped: (reason: string): string => `Skipped: ${reason}`,
  refused: 'Refused',
  value: 'Value',
  askedFirst: 'No row of this file can be sent yet. First answer the question about dates or amounts above.',
  ownEvents: (event: string, column: string): string =>
    `Rows of the file have an event of their own: “${event}”, in the column “${column}”. To use the event above for all rows instead, choose “Not used” for this column.`,
  notMapped:
    'No row of this file can be sent. Choose the conversion rule of its event above: the file is then checked again.',
  nothingToImport: 'No row of this file can be sent. The reasons are below.',
  samples: 'First rows',
  problems: 'Problems',
  row: 'Row',
  column: 'Column',
  problem: 'Problem',
  outcome: 'Outcome',
  time: 'Time',
  identifiers: 'Identifiers',
  basis: 'Lawful basis',
  basisHint:
    'Why may you use this data for advertising? The law asks for a reason, and your answer is stored with each event. The person responsible for data protection at your company (privacy officer, DPO) knows it. In the EEA, the UK and Switzerland it is usually consent.',
  basisMissing: 'Choose why you may use this data. Nothing has been sent.',
  basisFor: (rows: number): string =>
    rows === 1
      ? 'The import sends one conversion to LinkedIn, and stores this basis with it.'
      : `The import sends ${formatCount(rows)} conversions to LinkedIn, and stores this basis with each.`,
  bases: {
    consent: {
      title: 'Consent',
      when: 'These people agreed that their data is used for advertising, such as in a form.',
    },
    legitimate_interest: {
      title: 'Legitimate interest',
      when: 'You have weighed your interest against theirs and written it down, told them, and they can object.',
    },
    contract: {
      title: 'Contract',
      when: 'Your contract with these people needs it. This is rare for advertising.',
    },
  },
  basisUnknown: {
    title: 'I don’t know yet',
    when: 'Only look at the preview for now.',
  },
  basisAsk:
    'Nothing has been sent. Ask the person responsible for data protection at your company, and choose the file here again when you know. You can download the report of the preview until then.',
  start: 'Import',
  cancel: 'Cancel import',
  report: 'Download report',
  earlier: 'Earlier imports',
  earlierLead:
    'Imports of the last 90 days. Rows that were handed over became conversions to send: Deliveries shows what LinkedIn answered. The report has the outcome of each row.',
  file: 'File',
  started: 'Date',
  state: 'State',
  states: {
    reading: 'Being read',
    previewed: 'Not started',
    running: 'Running',
    done: 'Done',
    cancelled: 'Cancelled',
  },
  running: (checked: number, rows: number): string => `Importing: ${checked} of ${rows} rows`,
  done: (accepted: number): string =>
    accepted === 1
      ? 'Done. One row is on its way to LinkedIn.'
      : `Done. ${accepted} rows are on their way to LinkedIn.`,
  cancelled: 'Cancelled. Rows that were already on their way are sent.',
  ambiguous: 'Dates such as 08/11/2026 can be read in two ways. Choose the order of dates.',
  ambiguousAmounts: 'Amounts such as 1.234 may be thousands or have three decimals. Choose the decimal sign.',
  withdrawals: (rows: number): string =>
    rows === 1
      ? 'One row withdraws consent. The import erases this person’s waiting conversions.'
      : `${rows} rows withdraw consent. The import erases the waiting conversions of these people.`,
  outcomes,
  identifierNames,
  choice,
};
