/**
 * Files of conversions as CRMs export them, with planted faults: the tests know which row has which fault, independent
 * of the code that finds it.
 */

export type PlantedFault = { row: number; code: string };

const COLUMNS = [
  'Email',
  'First Name',
  'Last Name',
  'Country',
  'Close Date',
  'Event',
  'Amount',
  'Currency',
  'li_fat_id',
  'LinkedIn Lead ID',
  'Order ID',
  'Consent',
] as const;

type Column = (typeof COLUMNS)[number];
type Cells = Partial<Record<Column, string>>;

const DAY_MS = 86_400_000;

/** What each kind of fault changes in a row. A text replaces the whole line. */
const FAULTS: Readonly<Record<string, (context: { nowMs: number; earlier: string; sent: Cells }) => Cells | string>> = {
  // The second line may be part of the open cell, so it belongs to this row.
  quote_not_closed: () => '"Never closed,Anna,Berg,DE,2026\r\nkim@firm.no,Kim,"Lie, Jr",NO,2026,Won,1,EUR,,,,',
  quote_malformed: ({ nowMs }) =>
    `"the "big" anna@shop.se",Anna,Berg,SE,${new Date(nowMs - DAY_MS).toISOString()},Won,1,EUR,,,,`,
  too_few_cells: () => 'kim@firm.no,Kim',
  too_many_cells: ({ nowMs }) => `kim@firm.no,Kim,Lie,NO,${new Date(nowMs - DAY_MS).toISOString()},Won,1,200,EUR,,,,x`,
  text_garbled: () => ({ 'First Name': 'J\uFFFDrgen' }),
  time_missing: () => ({ 'Close Date': '' }),
  time_unreadable: () => ({ 'Close Date': 'last Tuesday' }),
  time_ambiguous: () => ({ 'Close Date': '11/10/2026' }),
  time_in_future: ({ nowMs }) => ({ 'Close Date': new Date(nowMs + 30 * DAY_MS).toISOString() }),
  too_old: ({ nowMs }) => ({ 'Close Date': new Date(nowMs - 100 * DAY_MS).toISOString() }),
  event_missing: () => ({ Event: '' }),
  no_mapping: () => ({ Event: 'Something else' }),
  no_identity: () => ({ Email: '', 'First Name': '', 'Last Name': '' }),
  no_consent: () => ({ Consent: 'no' }),
  consent_unclear: () => ({ Consent: 'perhaps' }),
  email_no_address: () => ({ Email: 'ask at reception' }),
  email_several: () => ({ Email: 'a@firm.de, b@firm.de' }),
  email_placeholder: () => ({ Email: 'test@test.com' }),
  email_hash_md5: () => ({ Email: 'd41d8cd98f00b204e9800998ecf8427e' }),
  email_domain: () => ({ Email: 'anna@localdomain' }),
  name_incomplete: () => ({ 'Last Name': '' }),
  name_no_letters: () => ({ 'First Name': '12345' }),
  country_unknown: () => ({ Country: 'Narnia' }),
  amount_unreadable: () => ({ Amount: 'a lot' }),
  amount_negative: () => ({ Amount: '-50' }),
  currency_unknown: () => ({ Currency: 'XYZ' }),
  currency_missing: () => ({ Currency: '' }),
  click_id_malformed: () => ({ li_fat_id: 'not an id!' }),
  lead_other_urn: () => ({ 'LinkedIn Lead ID': 'urn:li:lead:77' }),
  event_id_senseless: () => ({ 'Order ID': 'n/a' }),
  duplicate_in_file: ({ earlier }) => earlier,
  already_sent: ({ sent }) => sent,
};

export const FAULT_KINDS = Object.keys(FAULTS);

/** Creates the line of a row without faults. */
function lineOf(cells: Cells): string {
  return COLUMNS.map((column) => cells[column] ?? '')
    .map((cell) => (cell.includes(',') ? `"${cell}"` : cell))
    .join(',');
}

/**
 * @param options.sent The cells of a row whose event was received before.
 * @returns The file, and the faults in it. Faults are spread evenly over it.
 */
export function aCrmFile({
  rows,
  faults,
  nowMs,
  sent = {},
}: {
  rows: number;
  faults: number;
  nowMs: number;
  sent?: Cells;
}): { text: string; planted: PlantedFault[] } {
  const lines: string[] = [COLUMNS.join(',')];
  const planted: PlantedFault[] = [];
  const every = Math.floor(rows / Math.max(1, faults));
  for (let index = 0; index < rows; index += 1) {
    const good: Cells = {
      Email: `person${index}@firm${index % 97}.de`,
      'First Name': 'Anna',
      'Last Name': 'Berg',
      Country: 'DE',
      'Close Date': new Date(nowMs - DAY_MS - index * 60_000).toISOString(),
      Event: 'Won',
      Amount: String(100 + (index % 50)),
      Currency: 'EUR',
      Consent: 'yes',
    };
    const code =
      faults > 0 && index % every === every - 1 ? FAULT_KINDS[planted.length % FAULT_KINDS.length] : undefined;
    const fault = code === undefined ? undefined : FAULTS[code];
    if (code === undefined || fault === undefined || planted.length >= faults) lines.push(lineOf(good));
    else {
      const bad = fault({ nowMs, earlier: lines[lines.length - 1] ?? '', sent });
      lines.push(typeof bad === 'string' ? bad : lineOf({ ...good, ...bad }));
      planted.push({ row: lines.length, code });
    }
  }
  return { text: `${lines.join('\r\n')}\r\n`, planted };
}
