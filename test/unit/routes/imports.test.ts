import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { aCrmFile, FAULT_KINDS } from '../support/a-crm-file.ts';
import { admin, anIntegrationOf, aServerKey, ask, aSource, outcomes, problemOf } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

/** A source whose integration has no token, so accepted rows wait. */
async function aCrmSource(): Promise<MadeSource> {
  const source = await aSource({ unknown_consent: 'by_region' });
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001', Lead: '1003' } } });
  return source;
}

async function upload(
  source: MadeSource,
  text: string | Uint8Array,
  query: Record<string, string> = {},
): Promise<Response> {
  const search = new URLSearchParams({ lawful_basis: 'consent', ...query }).toString();
  return admin(`/sources/${source.id}/imports?${search}`, { body: text, headers: { 'Content-Type': 'text/csv' } });
}

async function imported(source: MadeSource, text: string | Uint8Array, query = {}): Promise<ImportView> {
  const response = await upload(source, text, query);
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<ImportView>();
}

async function ended(source: MadeSource, { id }: { id: string }): Promise<ImportView> {
  let view: ImportView | undefined;
  await expect
    .poll(
      async () => {
        view = await (await admin(`/sources/${source.id}/imports/${id}`)).json<ImportView>();
        return view.state;
      },
      { timeout: 40_000, interval: 100 },
    )
    .toBe('done');
  if (view === undefined) throw new Error('never');
  return view;
}

async function report(source: MadeSource, { id }: { id: string }): Promise<string[][]> {
  const text = await (await admin(`/sources/${source.id}/imports/${id}/report`)).text();
  return text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','));
}

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString();
const rowOf = (email: string, more = ''): string => `${email},${yesterday()},Won,100,EUR${more}`;
const HEADER = 'email,timestamp,eventtype,amount,currency';

it('a row that is twice in a file is a duplicate, also in an import without a preview', async () => {
  const source = await aCrmSource();
  const row = rowOf('anna@firm.de');

  const view = await ended(source, await imported(source, [HEADER, row, row, rowOf('bo@firm.de')].join('\n')));

  expect(view).toMatchObject({ rows: 3, accepted: 2, duplicates: 1 });
  expect((await report(source, view)).map(([, outcome]) => outcome)).toEqual(['accepted', 'duplicate', 'accepted']);
});

describe('a file of 10,000 rows with 500 planted faults', () => {
  it('has each fault named with its row, and nothing else', async () => {
    const source = await aCrmSource();
    const nowMs = Date.now();
    const sent = {
      Email: 'sent@firm.de',
      'Close Date': yesterday(),
      Event: 'Won',
      Amount: '5',
      Currency: 'EUR',
      'Order ID': 'order-77',
    };
    const key = await aServerKey(source);
    await ask('/v1/track', {
      body: { event: 'Won', messageId: 'order-77', properties: { email: 'sent@firm.de', value: 5, currency: 'EUR' } },
      headers: { Authorization: `Bearer ${key}` },
    });
    const { text, planted } = aCrmFile({ rows: 10_000, faults: 500, nowMs, sent });

    const view = await imported(source, text, { preview: 'true' });
    const found = (await report(source, view)).filter(([, , code]) => code !== '');

    expect(FAULT_KINDS.length).toBeGreaterThanOrEqual(25);
    expect(planted).toHaveLength(500);
    expect(view).toMatchObject({ state: 'previewed', rows: 10_000, checked: 10_000 });
    // An unclear consent is a no, and a row without a readable cell may still be sent.
    const also = new Set(['consent_unclear']);
    const named = found.map(([row, , code]) => `${row} ${code}`);
    expect(planted.map(({ row, code }) => `${row} ${code}`).filter((fault) => !named.includes(fault))).toEqual([]);
    const rows = new Map(planted.map(({ row, code }) => [String(row), code]));
    expect(found.filter(([row = '', , code]) => rows.get(row) !== code && !also.has(rows.get(row) ?? ''))).toEqual([]);
    const inReport = await report(source, view);
    expect(inReport.filter(([, outcome]) => outcome === 'sendable').length).toBe(view.sendable);
  });
});

describe('an import', () => {
  it('stores its rows as events to send, once', async () => {
    const source = await aCrmSource();
    const text = [HEADER, rowOf('anna@firm.de'), rowOf('bo@firm.se')].join('\n');

    const first = await ended(source, await imported(source, text));
    const second = await ended(source, await imported(source, text));

    expect(first).toMatchObject({
      rows: 2,
      accepted: 2,
      duplicates: 0,
      value: { EUR: '200' },
      lawful_basis: 'consent',
    });
    expect(second).toMatchObject({ rows: 2, accepted: 0, duplicates: 2 });
    expect(await outcomes(source)).toMatchObject([{ event: 'Won' }, { event: 'Won' }]);
  });

  it('recognises what a page sent with the same ID', async () => {
    const source = await aCrmSource();
    await ask('/v1/track', {
      body: {
        writeKey: source.write_key,
        event: 'Won',
        messageId: 'order-1',
        properties: { email: 'anna@firm.de' },
        context: { consent: { '*': true } },
      },
    });

    const view = await ended(
      source,
      await imported(source, `${HEADER},order_id\n${rowOf('anna@firm.de', ',order-1')}`),
    );

    expect(view).toMatchObject({ accepted: 0, duplicates: 1, problem_counts: { already_sent: 1 } });
  });

  it('shows a preview without any value that identifies a person, and can be started afterwards', async () => {
    const source = await aCrmSource();
    const preview = await imported(source, `${HEADER}\n${rowOf('anna@firm.de')}`, { preview: 'true' });

    expect(JSON.stringify(preview)).not.toContain('anna');
    expect(preview.samples).toMatchObject([{ row: 2, outcome: 'sendable', identifiers: ['email'] }]);
    expect(await outcomes(source)).toEqual([]);
    const response = await admin(`/sources/${source.id}/imports/${preview.id}/start`, {
      body: { lawful_basis: 'legitimate_interest' },
    });
    expect(response.status).toBe(200);
    expect(await ended(source, preview)).toMatchObject({ accepted: 1, lawful_basis: 'legitimate_interest' });
  });

  it('asks for the lawful basis, the order of dates, and missing columns', async () => {
    const source = await aCrmSource();
    const dated = (date: string): string => `email,Close Date,event\nanna@firm.de,${date},Won`;

    const problems = [
      await problemOf(
        await admin(`/sources/${source.id}/imports`, { body: 'x', headers: { 'Content-Type': 'text/csv' } }),
      ),
      await problemOf(await upload(source, dated('08/11/2026'))),
      await problemOf(await upload(source, 'colour,size\nred,9')),
      await problemOf(await upload(source, HEADER)),
      await problemOf(await upload(source, 'x', { date_order: 'ymd' })),
    ];

    expect(problems).toEqual([
      { status: 400, code: 'field_invalid', pointer: '/lawful_basis' },
      { status: 400, code: 'field_invalid', pointer: '/date_order' },
      { status: 400, code: 'field_invalid', pointer: '/columns' },
      { status: 400, code: 'body_empty', pointer: undefined },
      { status: 400, code: 'field_invalid', pointer: '/date_order' },
    ]);
  });

  it('reaches no person who was erased while it waited', async () => {
    const source = await aCrmSource();
    const preview = await imported(source, `${HEADER}\n${rowOf('anna@firm.de')}\n${rowOf('bo@firm.se')}`, {
      preview: 'true',
    });

    await admin('/people/erase', { body: { email: 'anna@firm.de' } });
    await admin(`/sources/${source.id}/imports/${preview.id}/start`, { body: { lawful_basis: 'consent' } });

    expect(await ended(source, preview)).toMatchObject({ accepted: 1 });
    const found = (await report(source, preview)).map((line) => line.slice(0, 3));
    expect(found).toEqual([
      ['2', 'erased', 'erased'],
      ['3', 'accepted', ''],
    ]);
  });

  it('keeps no e-mail address, not even of a row that is waiting', async () => {
    const source = await aCrmSource();
    const view = await imported(source, `${HEADER}\n${rowOf('anna@firm.de')}`, { preview: 'true' });
    const { env } = await import('cloudflare:workers');
    const { runInDurableObject } = await import('cloudflare:test');

    const stored = await runInDurableObject(env.IMPORTS.getByName(source.id), (_, state) =>
      JSON.stringify(
        ['imports', 'slices', 'seen', 'erased'].map((table) =>
          state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
        ),
      ),
    );

    expect(view.sendable).toBe(1);
    expect(stored).not.toMatch(/anna|firm\.de/);
  });

  it('can be cancelled, and saves its settings as a template', async () => {
    const source = await aCrmSource();
    const german = `Mail;Datum;Umsatz\nanna@firm.de;28.11.2026;"1.234,50"`;
    const query = { preview: 'true', event: 'Won', default_currency: 'EUR', save_template: 'deals' };

    const preview = await imported(source, german, query);
    const cancelled = await admin(`/sources/${source.id}/imports/${preview.id}`, { method: 'DELETE' });
    const again = await imported(source, german, { preview: 'true', template: 'deals' });

    expect(preview).toMatchObject({ delimiter: ';', value: { EUR: '1234.5' }, sendable: 1 });
    expect(await cancelled.json()).toMatchObject({ state: 'cancelled' });
    expect(again).toMatchObject({ value: { EUR: '1234.5' }, sendable: 1 });
  });
});

async function storedOf({ id }: { id: string }): Promise<string> {
  const { env } = await import('cloudflare:workers');
  const { runInDurableObject } = await import('cloudflare:test');
  return runInDurableObject(env.IMPORTS.getByName(id), (_, state) =>
    JSON.stringify(
      ['imports', 'slices', 'templates'].map((table) => state.storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
    ),
  );
}

describe('a file without a header', () => {
  it('is refused, and nothing of its first row is answered or stored', async () => {
    const source = await aCrmSource();
    const row = rowOf('victim.one@firm.de');

    const response = await upload(source, `${row}\n${row}`, { event: 'Won' });
    const answer = await response.clone().text();

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: '/columns' });
    expect(answer).toContain('its cell 1 is an e-mail address');
    expect(answer + (await storedOf(source))).not.toMatch(/victim|firm\.de/);
  });

  it('is known by addresses, hashes, times, and numbers, and by no name of a column', async () => {
    const { dataInHeader } = await import('../../../worker/domain/imports/first-row.ts');
    const data = [
      'jane@firm.de',
      'Jane Doe <jane@firm.de>',
      'jane (at) firm.de',
      'a'.repeat(64),
      '2026-11-20',
      '08/11/2026 10:00',
      'Nov 8 2026',
      '46354.5',
      '500',
      '1.234,50 €',
      '+49 170 1234567',
      '0170/1234567',
    ];
    const names = [
      'E-Mail',
      '',
      'Close Date',
      'Address 1',
      '1st name',
      'Q4',
      'Conversion time (UTC)',
      'Betrag (€)',
      '#',
    ];

    expect(data.filter((cell) => dataInHeader(['Name', cell])?.column !== 2)).toEqual([]);
    expect(names.filter((cell) => dataInHeader([cell]) !== undefined)).toEqual([]);
  });

  it('shows names of columns, files and events only with their personal data masked', async () => {
    const source = await aCrmSource();
    const line = JSON.stringify({ 'jane@firm.de': 1, email: 'a@b.de', time: yesterday(), event: 'bo@firm.se' });
    const search = new URLSearchParams({ preview: 'true', name: 'kim@firm.no.csv' });

    const response = await admin(`/sources/${source.id}/imports?${search.toString()}`, {
      body: `${line}\n${JSON.stringify({ email: 'a@b.de', event: 'li@firm.fi' })}`,
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    const answer = await response.text();

    expect(response.status).toBe(201);
    expect(answer + (await storedOf(source))).not.toMatch(/firm\./);
  });
});

it.each([
  ['an Excel workbook or a zip file', [0x50, 0x4b, 3, 4]],
  ['compressed with gzip', [0x1f, 0x8b, 8, 0]],
  ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0]],
])('says that a file is %s', async (is, bytes) => {
  const response = await upload(await aCrmSource(), Uint8Array.from([...bytes, 0, 1, 2, 10]));

  expect(response.status).toBe(415);
  expect(await response.text()).toContain(`it is ${is}, not CSV`);
});

describe('the report of an import that was cancelled', () => {
  it('ends, and has an outcome for every row', async () => {
    const source = await aCrmSource();
    const { env } = await import('cloudflare:workers');
    const imports = env.IMPORTS.getByName(source.id);
    const settings = { name: 'x', event: undefined, events: {}, dateOrder: undefined, lawfulBasis: undefined };
    await imports.begin({ ...settings, id: 'imp_1' });
    for (let row = 2; row < 122; row += 1) await imports.add('imp_1', [{ row, problems: [] }]);
    await imports.cancel('imp_1');

    const lines = await report(source, { id: 'imp_1' });
    const view = await (await admin(`/sources/${source.id}/imports/imp_1`)).json<ImportView>();

    expect(lines.map(([row, outcome]) => `${row} ${outcome}`)).toEqual(
      Array.from({ length: 120 }, (_, at) => `${at + 2} cancelled`),
    );
    expect(view).toMatchObject({ state: 'cancelled', rows: 120, sendable: 0, cancelled: 120 });
  });

  it('tells the rows that were sent from those that were not', async () => {
    const source = await aCrmSource();
    const rows = Array.from({ length: 400 }, (_, at) => rowOf(`p${at}@firm.de`));
    const view = await imported(source, [HEADER, ...rows].join('\n'));

    const cancelled = await admin(`/sources/${source.id}/imports/${view.id}`, { method: 'DELETE' });
    const after = await cancelled.json<ImportView>();
    const outcomesOf = (await report(source, view)).map(([, outcome = '']) => outcome);

    expect(after.state).toBe('cancelled');
    expect(outcomesOf).toHaveLength(400);
    expect(new Set([...outcomesOf, 'accepted', 'cancelled'])).toEqual(new Set(['accepted', 'cancelled']));
  });
});
