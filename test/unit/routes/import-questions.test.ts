import { runInDurableObject } from 'cloudflare:test';
/** The questions that an import asks a person, and the decisions that it must not make without asking. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { admin, anIntegrationOf, aSource, outcomes, problemOf } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

async function aCrmSource(): Promise<MadeSource> {
  const source = await aSource({ unknown_consent: 'by_region' });
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' } } });
  return source;
}

async function upload(source: MadeSource, lines: readonly string[], query: Record<string, string> = {}) {
  const search = new URLSearchParams({ event: 'Won', ...query }).toString();
  return admin(`/sources/${source.id}/imports?${search}`, {
    body: lines.join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
}

async function preview(source: MadeSource, lines: readonly string[], query = {}): Promise<ImportView> {
  const response = await upload(source, lines, { preview: 'true', ...query });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<ImportView>();
}

async function imported(source: MadeSource, lines: readonly string[], query = {}): Promise<ImportView> {
  const response = await upload(source, lines, { lawful_basis: 'legitimate_interest', ...query });
  if (response.status !== 201) throw new Error(await response.text());
  const { id } = await response.json<ImportView>();
  let view: ImportView | undefined;
  await expect
    .poll(async () => (view = await (await admin(`/sources/${source.id}/imports/${id}`)).json<ImportView>()).state, {
      // An outbox that is erasing keys may put a part off for ten seconds, or for a minute.
      timeout: 90_000,
      interval: 50,
    })
    .toBe('done');
  if (view === undefined) throw new Error('never');
  return view;
}

const day = new Date(Date.now() - 86_400_000).toISOString();

describe('the columns', () => {
  it('that a person chooses change nothing about the others', async () => {
    const view = await preview(await aCrmSource(), ['Mail,Net,Date,Currency,Title', `a@firm.de,7,${day},EUR,CEO`], {
      columns: JSON.stringify({ value: 'net', title: null }),
    });

    expect(view.columns).toEqual({ email: 'Mail', value: 'Net', time: 'Date', currency: 'Currency' });
  });

  it.each([
    [{ value: 'Nett' }, '/columns/value', 'which has no "Nett". Its columns: Mail, Net, Date'],
    [{ value: 9 }, '/columns/value', 'which has no "9"'],
    [{ valeu: 'Net' }, '/columns/valeu', 'expected one of the fields email, '],
    [{ email: ['Mail', 'Mial'] }, '/columns/email', 'which has no "Mial"'],
    [{ value: ['Net'] }, '/columns', 'expected one column for value: only email, click_id'],
  ])('%j are refused by name', async (columns, pointer, sentence) => {
    const response = await upload(await aCrmSource(), ['Mail,Net,Date', `a@firm.de,7,${day}`], {
      preview: 'true',
      columns: JSON.stringify(columns),
    });
    const text = await response.clone().text();

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
    expect(JSON.parse(text).detail).toContain(sentence);
  });

  it('may be several for a person or a refusal, and a refusal in any of them counts', async () => {
    const file = [
      'Mail,Kontakt,Gesperrt,Email Opt Out,Lead Status,Date',
      `,a@firm.de,,,,${day}`,
      `b@firm.de,,yes,,,${day}`,
      `c@firm.de,,,yes,,${day}`,
      `d@firm.de,,,,Unsubscribed,${day}`,
    ];
    const columns = { email: ['Mail', 1], opt_out: ['Email Opt Out', 'Gesperrt'] };
    const view = await preview(await aCrmSource(), file, { columns: JSON.stringify(columns) });

    expect(view).toMatchObject({ sendable: 1, withdrawals: 3, columns: { email: 'Mail', opt_out: 'Email Opt Out' } });
    expect(view.ignored_columns).toEqual([
      { column: 'Kontakt', field: 'email', is_used: true },
      { column: 'Gesperrt', field: 'opt_out', is_used: true },
    ]);
  });

  it('with a consent refuse with a no also where a person has chosen them for opt_out', async () => {
    const file = ['Mail,GDPR consent,Date', `a@firm.de,no,${day}`, `b@firm.de,yes,${day}`];
    const view = await preview(await aCrmSource(), file, { columns: '{"opt_out":"GDPR consent"}' });

    expect(view).toMatchObject({ sendable: 1, withdrawals: 1 });
  });

  it('are described in the answer to an upload, without personal data, and also if one is missing', async () => {
    const source = await aCrmSource();
    const file = [
      'Kontakt,Signed on,Newsletter,Betrag,Phone,Owner Email',
      `ann@firm.de,${day},no,"1.200,50",+49 30 1234567,seller@firm.de`,
      `Ann Meyer,${day},yes,7,0301234567,seller@firm.de`,
    ];
    const refused = await upload(source, file, { preview: 'true' });
    const problem = await refused.json<Record<string, unknown>>();
    const view = await preview(source, file, { columns: JSON.stringify({ email: 'Kontakt', time: 1 }) });

    expect([refused.status, problem['missing']]).toEqual([400, ['person', 'time']]);
    const kontakt = { column: 'Kontakt', samples: ['<e-mail>', 'A… M…'], field: null, may_be: null, refuses: null };
    const signed = { column: 'Signed on', samples: [day], field: null, may_be: 'time', refuses: null };
    const others = [
      { column: 'Newsletter', samples: ['no', 'yes'], field: 'opt_out', may_be: null, refuses: 'no' },
      { column: 'Betrag', samples: ['1.200,50', '7'], field: 'value', may_be: null, refuses: null },
      { column: 'Phone', samples: ['+… 3… 1…', '0…'], field: null, may_be: null, refuses: null },
      { column: 'Owner Email', samples: ['<e-mail>'], field: null, may_be: 'email', refuses: null },
    ];
    expect(problem['file_columns']).toEqual([kontakt, signed, ...others]);
    expect(view.file_columns).toEqual([
      { ...kontakt, field: 'email' },
      { ...signed, field: 'time', may_be: null },
      ...others.slice(0, 3),
      { ...others[3], may_be: null },
    ]);
  });

  it('can be corrected without sending a row again, and rows of an earlier release are known', async () => {
    const source = await aCrmSource();
    const rows = [`a@firm.de,7,8,${day}`, `b@firm.de,7,8,${day}`];
    const file = ['Mail,Net,Gross,Date', ...rows];
    const swapped = ['Date,Mail,Net,Gross', `${day},a@firm.de,7,8`, `${day},b@firm.de,7,8`, `${day},c@firm.de,7,8`];
    const columns = (value: string) => ({ columns: JSON.stringify({ value }), default_currency: 'EUR' });

    const first = await imported(source, file, columns('Net'));
    const corrected = await preview(source, swapped, columns('Gross'));
    await runInDurableObject(env.IMPORTS.getByName(source.id), (_, state) => {
      state.storage.sql.exec('DELETE FROM sent');
    });
    const later = await preview(source, file, columns('Net'));

    expect(first).toMatchObject({ accepted: 2, value: { EUR: '14' } });
    expect(corrected).toMatchObject({ sendable: 1, duplicates: 2 });
    expect(later).toMatchObject({ sendable: 0, duplicates: 2 });
  });

  it('with the same meaning are named, and used where the first is empty', async () => {
    const view = await preview(await aCrmSource(), [
      'Email,Work email,Close date,Create date,email',
      `,a@firm.de,${day},,`,
      `,,${day},,b@firm.de`,
      `c@firm.de,,,${day},`,
    ]);

    expect(view).toMatchObject({
      sendable: 2,
      refused: 1,
      columns: { email: 'Email', time: 'Close date', click_time: 'Create date' },
    });
    expect(view.ignored_columns).toEqual([
      { column: 'email', field: 'email', is_used: true },
      { column: 'Work email', field: 'email', is_used: true },
    ]);
  });

  it('of a HubSpot export of deals identify the deal, never a person', async () => {
    const source = await aCrmSource();
    const deals = await preview(source, ['Record ID,Deal Name,Close Date,Email', `1,A deal,${day},j@firm.de`]);
    const contacts = await preview(source, ['Record ID,First Name,Close Date,Email', `1,Jane,${day},j@firm.de`]);

    expect(deals.columns).toMatchObject({ deal_id: 'Record ID' });
    expect(deals.columns).not.toHaveProperty('user_id');
    // The CRM's own ID is not the site's: both may count 1, 2, 3.
    expect(contacts.columns).not.toHaveProperty('user_id');
    expect(contacts.ignored_columns).toEqual([{ column: 'Record ID', field: 'user_id', is_used: false }]);
  });
});

describe('amounts', () => {
  const file = (...amounts: string[]): string[] => [
    'Mail;Date;Amount;Currency',
    ...amounts.map((amount, at) => `p${at}@firm.de;${day};${amount};EUR`),
  ];

  it.each([
    [['1.234,50', '1.234', '12.000', '1,234'], ',', '14469.73'],
    [['1,234.50', '1.234', '12.000', '1,234'], '.', '2481.73'],
    [['0,5', '12.500', '200'], ',', '12700.5'],
    [['1.234.567', '1.234'], ',', '1235801'],
    [['12.50', '1,234 €'], '.', '1246.5'],
    [['200', '12.5000', "1'234"], null, '1446.5'],
  ])('%j are read as the whole column shows', async (amounts, decimal, sum) => {
    const view = await preview(await aCrmSource(), file(...amounts));

    expect(view).toMatchObject({ decimal, sendable: amounts.length, value: { EUR: sum } });
  });

  it.each([[['1.234', '12.000']], [['1,234']], [['1.234', '0,5', '0.5']]])('%j are asked about', async (amounts) => {
    const source = await aCrmSource();

    const view = await preview(source, file(...amounts));
    const started = await admin(`/sources/${source.id}/imports/${view.id}/start`, {
      body: { lawful_basis: 'consent' },
    });
    const direct = await upload(source, file(...amounts), { lawful_basis: 'consent' });
    const chosen = await preview(source, file('1.234'), { decimal: ',' });

    expect(view.decimal).toBe('ambiguous');
    expect(view.problem_counts['amount_ambiguous']).toBeGreaterThan(0);
    for (const response of [started, direct])
      expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: '/decimal' });
    expect(chosen).toMatchObject({ decimal: ',', value: { EUR: '1234' } });
  });

  it('in JSON have a dot before their decimals', async () => {
    const source = await aCrmSource();
    const line = { email: ['a@firm.de'], time: day, amount: 1.234, currency: 'EUR' };
    const response = await admin(`/sources/${source.id}/imports?preview=true&event=Won`, {
      body: JSON.stringify(line),
      headers: { 'Content-Type': 'application/x-ndjson' },
    });

    expect(await response.json()).toMatchObject({ sendable: 1, value: { EUR: '1.23' } });
  });
});

it('reads the serial numbers of spreadsheets in the chosen time zone', async () => {
  const serial = String(Math.floor((Date.now() - 3 * 86_400_000) / 86_400_000) + 25_569);
  const file = ['Mail,Date', `a@firm.de,${serial}.5`];

  const utc = await preview(await aCrmSource(), file);
  const berlin = await preview(await aCrmSource(), file, { time_zone: 'Asia/Tokyo' });

  const ms = (view: ImportView): number => Date.parse(view.samples[0]?.time ?? '');
  expect((ms(utc) - ms(berlin)) / 3_600_000).toBe(9);
});

describe('a consent column', () => {
  it('withdraws consent with a clear no only', { timeout: 120_000 }, async () => {
    const source = await aCrmSource();
    const waiting = ['na', 'none', 'maybe', 'nein'];
    await imported(source, ['Mail,Date', ...waiting.map((name) => `${name}@firm.de,${day}`)]);
    const file = ['Mail,Date,Consent', `na@firm.de,${day},N/A`, `none@firm.de,${day},`];
    const more = [`maybe@firm.de,${day},maybe`, `nein@firm.de,${day},nein`];

    const view = await preview(source, [...file, ...more]);
    await imported(source, [...file, ...more]);

    expect(view).toMatchObject({ skipped: { no_consent: 4 }, withdrawals: 1, problem_counts: { consent_unclear: 3 } });
    const states = (await outcomes(source)).map(({ state }) => state);
    expect(states.filter((state) => state === 'erased')).toHaveLength(1);
  });

  it('counts when only a later line of NDJSON has it, also for the lines before it', { timeout: 60_000 }, async () => {
    const source = await aCrmSource();
    await imported(source, ['Mail,Date', `no@firm.de,${day}`]);
    const early = Array.from({ length: 60 }, (_, at) => ({ email: `early${at}@firm.de`, time: day }));
    const late = ['no', 'yes'].map((consent) => ({ email: `${consent}@firm.de`, time: day, event: 'Won', consent }));
    const response = await admin(`/sources/${source.id}/imports?preview=true&event=Won`, {
      body: [...early, ...late].map((line) => JSON.stringify(line)).join('\n'),
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    const view = await response.json<ImportView>();

    expect(view).toMatchObject({
      columns: { email: 'email', time: 'time', event: 'event', consent: 'consent' },
      rows: 62,
      sendable: 1,
      skipped: { no_consent: 61 },
      problem_counts: { consent_unclear: 60 },
      withdrawals: 1,
    });
  });

  it('is refused by any column that says who opted out, and the preview names these columns', async () => {
    const header = 'Mail,Date,Marketing consent,Consent form version,Email Opt Out,Unsubscribed from all email';
    const rows = ['yes,2,,', 'yes,2,false,No', 'yes,2,true,', 'yes,2,,Yes', 'no,2,,', ',2,,', 'yes,2,N/A,'];
    const people = rows.map((cells, at) => `p${at}@firm.de,${day},${cells}`);

    const view = await preview(await aCrmSource(), [header, ...people]);

    expect(view).toMatchObject({
      sendable: 2,
      skipped: { no_consent: 5 },
      withdrawals: 3,
      problem_counts: { consent_unclear: 2 },
      columns: { email: 'Mail', time: 'Date', consent: 'Marketing consent', opt_out: 'Email Opt Out' },
      ignored_columns: [{ column: 'Unsubscribed from all email', field: 'opt_out', is_used: true }],
    });
    expect(view.problems.filter(({ code }) => code === 'consent_unclear')).toMatchObject([
      { row: 7, column: 'Marketing consent' },
      { row: 8, column: 'Email Opt Out' },
    ]);
  });

  it.each(['ja', 'Oui', 'si', 'sì', 'Sí', 'opt-in', 'Opted in', 'subscribed', 'yes', '1'])(
    'understands %s as a yes',
    async (word) => {
      const { consentIn } = await import('../../../worker/domain/imports/consent-words.ts');

      expect(consentIn(word)).toBe(true);
    },
  );

  it.each([
    [['nein', 'Non', 'no', 'opt-out', 'Opted out', 'unsubscribed', 'denied', '0'], false],
    [['N/A', 'unknown', 'maybe', '', '-', 'null', 'pending'], 'unclear'],
  ])('understands %j', async (words, answer) => {
    const { consentIn } = await import('../../../worker/domain/imports/consent-words.ts');

    expect(words.map(consentIn)).toEqual(words.map(() => answer));
  });
});

it('lets the oldest preview make room for a new file', async () => {
  const source = await aCrmSource();
  const imports = env.IMPORTS.getByName(source.id);
  const settings = { name: 'x', event: 'Won', events: {}, dateOrder: undefined, lawfulBasis: undefined };
  const reading = async (id: string): Promise<boolean> => imports.begin({ ...settings, id });
  for (let at = 1; at <= 20; at += 1) await reading(`imp_${at}`);
  const refused = await upload(source, ['Mail,Date', `a@firm.de,${day}`], { preview: 'true' });
  await imports.previewed('imp_3');
  await imports.previewed('imp_5');

  const view = await preview(source, ['Mail,Date', `a@firm.de,${day}`]);

  expect(await problemOf(refused)).toMatchObject({ status: 409, code: 'in_use' });
  expect(view.state).toBe('previewed');
  expect((await imports.view('imp_3'))?.state).toBe('cancelled');
  expect((await imports.view('imp_5'))?.state).toBe('previewed');
});

it('accounts for every row of a preview', async () => {
  const source = await aCrmSource();
  const lines = [`a@firm.de,${day},Won`, `,${day},Won`, `b@firm.de,${day},Other`, `c@firm.de,soon,Won`];
  const old = new Date(Date.now() - 100 * 86_400_000).toISOString();

  const view = await preview(source, ['Mail,Date,Event', ...lines, lines[0] ?? '', `d@firm.de,${old},Won`]);

  const skipped = Object.values(view.skipped).reduce((sum, count) => sum + count, 0);
  expect(view.skipped).toEqual({ no_identity: 1, no_mapping: 1, too_old: 1 });
  expect(view.sendable + view.duplicates + skipped + view.refused + view.erased + view.cancelled).toBe(view.rows);
});

it('uses the event of the import only for rows that name none', async () => {
  const source = await aCrmSource();
  const file = ['Mail,Date,Event', `a@firm.de,${day},Other`, `b@firm.de,${day},`];

  const named = await preview(source, file);
  const all = await preview(source, file, { columns: JSON.stringify({ event: null }) });

  expect(named.samples.map(({ event }) => event)).toEqual(['Other', 'Won']);
  expect(all.samples.map(({ event }) => event)).toEqual(['Won', 'Won']);
});

it('stores a template’s name without the e-mail address in it, and finds the template by either name', async () => {
  const source = await aCrmSource();
  const file = ['Mail,Date,Amount', `a@firm.de,${day},7`];
  await preview(source, file, { default_currency: 'EUR', save_template: 'deals of jane.doe@firm.de' });

  const used = [];
  for (const template of ['deals of jane.doe@firm.de', 'deals of <e-mail>'])
    used.push((await preview(source, file, { template })).value);
  const listed = await (await admin(`/sources/${source.id}/import-templates`)).text();
  const stored = await runInDurableObject(env.IMPORTS.getByName(source.id), (_, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM templates').toArray()),
  );

  expect(used).toEqual([{ EUR: '7' }, { EUR: '7' }]);
  for (const text of [listed, stored]) {
    expect(text).toContain('deals of <e-mail>');
    expect(text).not.toContain('jane.doe');
  }
});
