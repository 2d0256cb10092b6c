/** A name that no event can have is refused where it is given, and a row's problem names the cell that has it. */
import { beforeEach, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';
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

it.each([
  [{ event: 'Deal\u0000won' }, '/event'],
  [{ event: 'Deal\u0001won' }, '/event'],
  [{ events: '{"PURCHASE":"Deal\\u0000won"}' }, '/events/PURCHASE'],
  [{ events: '{"PURCHASE":"Deal \\ud800"}' }, '/events/PURCHASE'],
  [{ event: 'Won', name: 'a\u0000b' }, '/name'],
  [{ event: 'Won', template: 'a\u0000b' }, '/template'],
  [{ event: 'Won', save_template: 'a\u0000b' }, '/save_template'],
])('refuses %j', async (query: Record<string, string>, pointer) => {
  const source = await aCrmSource();
  const search = new URLSearchParams({ preview: 'true', ...query }).toString();

  const response = await admin(`/sources/${source.id}/imports?${search}`, {
    body: `email,time\na@firm.de,${day}`,
    headers: { 'Content-Type': 'text/csv' },
  });

  expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
});

it.each([{ event: 'Deal\u0000won' }, { name: 'a\u0000b' }])('refuses %j of a hook', async (field) => {
  const source = await aCrmSource();

  const response = await admin(`/sources/${source.id}/hooks`, {
    body: { name: 'x', kind: 'generic', event: 'Won', lawful_basis: 'consent', ...field },
  });

  expect(await problemOf(response)).toEqual({
    status: 400,
    code: 'field_invalid',
    pointer: `/${Object.keys(field).join()}`,
  });
});

it('names the column of the cell, and not another column with the same meaning', async () => {
  const source = await aCrmSource();
  const header = 'Email,Work email,Close date,Email Opt Out,Do Not Call';
  const rows = [`,bogus,${day},,`, `bogus,,${day},,`, `a@firm.de,,${day},no,perhaps`, `b@firm.de,,${day},perhaps,no`];

  const response = await admin(`/sources/${source.id}/imports?preview=true&event=Won`, {
    body: [header, ...rows].join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
  const view = await response.json<ImportView>();
  const report = await (await admin(`/sources/${source.id}/imports/${view.id}/report`)).text();

  const expected = ['Work email', 'Email', 'Do Not Call', 'Email Opt Out'];
  expect(view.problems.flatMap(({ column = [] }) => column)).toEqual(expected);
  const inReport = report
    .trim()
    .split('\r\n')
    .slice(1)
    .flatMap((line) => line.split(',')[3] || []);
  expect(inReport).toEqual(expected);
});

it('names the cell of a row that can’t become an event', async () => {
  const source = await aCrmSource();
  const rows = [
    { event: 'Deal\u0000won' },
    { order_id: 'é'.repeat(200) },
    { user_id: 'u\u0000-1' },
    { event: `${'x'.repeat(255)}😀` },
    { email: 'fine@firm.de' },
  ].map((row) => ({ email: 'a@firm.de', time: day, event: 'Won', order_id: '', user_id: '', ...row }));

  const response = await admin(`/sources/${source.id}/imports?preview=true`, {
    body: rows.map((row) => JSON.stringify(row)).join('\n'),
    headers: { 'Content-Type': 'application/x-ndjson' },
  });
  const view = await response.json<ImportView>();

  expect(view.problems.map(({ row, code, column }) => [row, code, column])).toEqual([
    [1, 'cell_unusable', 'event'],
    [2, 'cell_unusable', 'order_id'],
    [3, 'cell_unusable', 'user_id'],
    [4, 'no_mapping', undefined],
  ]);
  expect(view).toMatchObject({ sendable: 1, refused: 3 });
});
