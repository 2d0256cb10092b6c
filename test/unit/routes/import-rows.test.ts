/** The rows of an uploaded file are the rows that a person wrote, and never text inside their cells. */
import { beforeEach, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { aPreview } from '../support/an-import.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const day = new Date(Date.now() - 86_400_000).toISOString();

async function aCrmSource(): Promise<MadeSource> {
  const source = await aSource();
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' } } });
  return source;
}

async function report(source: MadeSource, { id }: ImportView): Promise<string[]> {
  const text = await (await admin(`/sources/${source.id}/imports/${id}/report`)).text();
  return text.trim().split('\r\n').slice(1);
}

it.each([
  ['70 lines', `${'x'.repeat(999)}\n`.repeat(70)],
  ['300 KB in one line', `${'x'.repeat(300_000)}\n`],
  ['66 KB in one line', `${'x'.repeat(66_000)}\n`],
  ['a megabyte of short lines', 'x\n'.repeat(500_000)],
])('a line inside a quoted cell of %s is no row', async (_, filler) => {
  const source = await aCrmSource();
  const forged = `forged@example.com,${day},99999,EUR,hi`;
  const rows = [`ann@firm.de,${day},5,EUR,"${filler}${forged}\nend"`, `bo@firm.se,${day},7,EUR,"hello, you"`];

  const view = await aPreview(source, ['email,time,value,currency,message', ...rows].join('\n'));

  expect(view).toMatchObject({ rows: 2, sendable: 1, refused: 1, value: { EUR: '7' } });
  expect(view.problems).toMatchObject([{ row: 2, code: 'row_too_long' }]);
  expect((await report(source, view)).map((line) => line.split(',', 3).join())).toEqual([
    '2,refused,row_too_long',
    '3,sendable,',
  ]);
});

it('a quotation mark that is never closed says from which row on the file is refused, among many other problems', async () => {
  const source = await aCrmSource();
  const rows = Array.from({ length: 150 }, (_, at) => `p${at}@firm.de,${at < 120 ? 'soon' : day},Anna`);
  rows[130] = `p130@firm.de,${day},"Anna`;

  const view = await aPreview(source, ['email,time,first', ...rows].join('\n'));

  const sentence =
    'A quotation mark is opened and not closed in this row. The next 19 lines are refused too, because they may be part of the same cell.';
  expect(view).toMatchObject({ rows: 131, sendable: 10, refused: 121 });
  expect(view.problems).toHaveLength(100);
  expect(view.problems.at(-1)).toEqual({ row: 132, code: 'quote_not_closed', detail: sentence });
  expect((await report(source, view)).at(-1)).toBe(`132,refused,quote_not_closed,,"${sentence}"`);
});

it('a header whose quotation mark is never closed is refused', async () => {
  const source = await aCrmSource();

  const refused = aPreview(source, `email,"time,event\nann@firm.de,${day},Won\n`);

  await expect(refused).rejects.toThrow(
    'the first row must have the names of the columns, but it can’t be read. A quotation mark is opened and not closed in this row. The next line is refused too',
  );
});

it('a line of NDJSON that is too long is refused, and the next ones are read', async () => {
  const source = await aCrmSource();
  const line = (email: string, message: string): string => JSON.stringify({ email, time: day, message });
  const response = await admin(`/sources/${source.id}/imports?preview=true&event=Won`, {
    body: [line('ann@firm.de', 'x'.repeat(200_000)), line('bo@firm.se', 'hi')].join('\n'),
    headers: { 'Content-Type': 'application/x-ndjson' },
  });

  expect(await response.json()).toMatchObject({
    sendable: 1,
    refused: 1,
    problems: [{ row: 1, code: 'row_too_long' }],
  });
});
