import type { RowOutcome } from '../../../worker/schema/imports/import-view.ts';
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

export const imports = {
  title: 'Import',
  lead: 'Conversions from your CRM, as a CSV file: LinkedIn’s own template, or any file whose first row has the names of the columns. First you see a preview, which sends nothing.',
  drop: 'Drop a CSV file here, or choose one',
  chosen: (name: string) => `${name} is chosen. Drop another file here, or choose one`,
  unusable: 'This file can’t be imported yet',
  columnsMissing: (columns: readonly string[]) =>
    `It has no column for ${columns.join(', and none for ')}. Rename the columns in its first row, or add them.`,
  ruleHint: 'What the rows count for. Leave it if the file has a column for the event.',
  event: 'Event',
  eventHint: 'What the rows become, if the file has no column for it. It follows the rule. You can enter another name.',
  eventMissing: 'Enter the event: this file has no column for it. The file stays chosen.',
  leadsTo: 'It counts for the conversion rule',
  mayLeadTo: 'If it meets the conditions of its mapping, it counts for the conversion rule',
  noRule: (event: string) => `“${event}” has no conversion rule yet. Choose one:`,
  map: 'Create the mapping',
  notConnected: 'This site isn’t connected to LinkedIn yet.',
  connect: 'Connect LinkedIn',
  /** @param day Undefined for today. */
  seeDeliveries: (event: string, day: string | undefined) =>
    `See all ${event === '' ? '' : `“${event}” `}deliveries ${day === undefined ? 'of today' : `since ${day}`}`,
  order: 'Order of dates',
  orders: { '': 'Detect automatically', dmy: 'Day first: 28/11/2026', mdy: 'Month first: 11/28/2026' },
  decimal: 'Decimal sign',
  decimals: { '': 'Detect automatically', '.': 'Dot: 1,234.50', ',': 'Comma: 1.234,50' },
  currency: 'Currency',
  currencyHint: 'Such as EUR. Used for amounts without a currency.',
  checking: 'Checking the file…',
  preview: 'Preview',
  rows: 'Rows',
  sendable: 'Will be sent',
  accepted: 'On their way to LinkedIn',
  duplicates: 'Sent before, or twice in the file',
  skipped: (reason: string): string => `Skipped: ${reason}`,
  refused: 'Refused',
  value: 'Value',
  notMapped:
    'No row of this file can be sent. Choose the conversion rule of its event above: the file is then checked again.',
  nothingToImport: 'No row of this file can be sent. The reasons are below.',
  columns: 'Columns',
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
    'Why may you use this data for advertising? Your answer is stored with each event. If you don’t know, ask the person responsible for data protection before you import: in the EEA, the UK and Switzerland it is usually consent.',
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
  start: 'Import',
  cancel: 'Cancel import',
  report: 'Download report',
  earlier: 'Earlier imports',
  earlierLead: 'Imports of the last 90 days. The report has the outcome of each row.',
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
  ambiguous: 'Dates such as 08/11/2026 can be read in two ways. Choose the order of dates above.',
  ambiguousAmounts: 'Amounts such as 1.234 may be thousands or have three decimals. Choose the decimal sign above.',
  withdrawals: (rows: number): string =>
    rows === 1
      ? 'One row withdraws consent. The import erases this person’s waiting conversions.'
      : `${rows} rows withdraw consent. The import erases the waiting conversions of these people.`,
  /** @param hasOther Whether another column has the field. */
  ignored: (field: string, isUsed: boolean, hasOther: boolean): string => {
    if (isUsed && field === 'consent') return 'consent: a no in any of these columns counts';
    if (isUsed && field === 'opt_out') return 'opt_out: a refusal in any of these columns counts';
    if (field === 'consent' || field === 'opt_out') return `not used for ${field}, as you chose`;
    if (isUsed) return `${field}, where the other column is empty`;
    return hasOther
      ? `not used: another column has the ${field}`
      : `not used: its name doesn’t clearly say that it has the ${field}`;
  },
  outcomes,
};
