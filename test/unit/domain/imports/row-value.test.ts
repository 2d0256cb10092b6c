/** What an amount is worth, by its own column, the column of its currency and the name of its column. */
import { expect, it } from 'vitest';

import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';

const DAY = '2026-11-28T10:00:00Z';

async function read(header: string, cells: string) {
  const reader = new FileReader({});
  const text = `Email,Close Date,${header}\na@firm.de,${DAY},${cells}\n`;
  const [row] = [...(await reader.push(new TextEncoder().encode(text))), ...(await reader.end())];
  return { value: row?.value, codes: row?.problems.map(({ code }) => code) };
}

it.each([
  ['Amount (converted) Currency,Amount (converted),Amount Currency,Amount', 'EUR,1100,USD,1200', 'USD 1200.00', []],
  ['Annual Revenue Currency,Annual Revenue,Amount,Currency', 'USD,9000000,1200,EUR', 'EUR 1200.00', []],
  ['Expected Revenue Currency,Amount', 'USD,1200', '(connection) 1200', []],
  ['Amount (EUR)', '1200', 'EUR 1200.00', []],
  ['Betrag in €', '1200', 'EUR 1200.00', []],
  ['Deal value [EUR],Currency', '1200,EUR', 'EUR 1200.00', []],
  ['Amount (EUR),Currency', '1200,USD', undefined, ['currency_conflict']],
  ['Amount (EUR)', '1200 USD', undefined, ['currency_conflict']],
  ['Amount,Currency', '€1200,USD', undefined, ['currency_conflict']],
  ['amount_cents,Currency', '120050,EUR', 'EUR 1200.50', []],
  ['amount_cents,Currency', '12.5,EUR', undefined, ['amount_not_in_cents']],
  ['amount_cents,Currency', '120050,JPY', undefined, ['amount_not_in_cents']],
  ['Amount ($),Currency', '1200,CAD', 'CAD 1200.00', []],
  ['Amount ($)', '1200', '($) 1200', []],
  ['Amount', '£1200', '(£) 1200', []],
  ['Amount,Currency', '1200,kr', '(kr) 1200', []],
  ['amount_cents', '120050', undefined, ['currency_missing']],
  ['Amount ($),Currency', '1200,EUR', undefined, ['currency_conflict']],
  ['Amount (EUR)', '$1200', undefined, ['currency_conflict']],
  ['Amount,Currency', '$1200,CAD', 'CAD 1200.00', []],
  ['Amount,Currency', '1200 kr,SEK', 'SEK 1200.00', []],
  ['Amount,Currency', '£1200,USD', undefined, ['currency_conflict']],
])('in the columns %s with %s it is %s', async (header, cells, worth, problems) => {
  const { value, codes } = await read(header, cells);

  // Without a currency, the connection's is used, if the sign can mean it.
  expect(value && `${value.currency ?? `(${value.sign ?? 'connection'})`} ${value.amount}`).toBe(worth);
  expect(codes).toEqual(problems);
});
