import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';
import type { FileFacts } from '../../../../worker/domain/imports/file-reader.ts';
import type { ImportRow } from '../../../../worker/domain/imports/import-row.ts';
import { readTime } from '../../../../worker/domain/imports/read-time.ts';

type Options = ConstructorParameters<typeof FileReader>[0];

async function read(
  bytes: Uint8Array,
  { options = {}, part = 7 }: { options?: Options; part?: number } = {},
): Promise<{ rows: ImportRow[]; facts: FileFacts }> {
  const reader = new FileReader(options);
  const rows: ImportRow[] = [];
  for (let from = 0; from < bytes.byteLength; from += part)
    rows.push(...(await reader.push(bytes.slice(from, from + part))));
  rows.push(...(await reader.end()));
  return { rows, facts: reader.facts };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, isLittle: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index += 1) view.setUint16(index * 2, text.charCodeAt(index), isLittle);
  return bytes;
};
const windows1252 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const FILE = 'Vorname;Nachname;E-Mail;Datum;Betrag;Währung\r\nJörg;Müller;joerg@firma.de;28.11.2026;"1.234,50";EUR\r\n';

describe('a file', () => {
  it.each([
    ['UTF-8', utf8(FILE), 'utf-8'],
    ['UTF-8 with a byte order mark', utf8(`\uFEFF${FILE}`), 'utf-8'],
    ['UTF-16, little-endian', utf16(`\uFEFF${FILE}`, true), 'utf-16le'],
    ['UTF-16, big-endian', utf16(`\uFEFF${FILE}`, false), 'utf-16be'],
    ['UTF-16 without a mark', utf16(FILE, true), 'utf-16le'],
    ['Windows-1252', windows1252(FILE), 'windows-1252'],
    ['old Mac line ends', utf8(FILE.replaceAll('\r\n', '\r')), 'utf-8'],
    ['tabs', utf8(FILE.replaceAll(';', '\t')), 'utf-8'],
    ['bars', utf8(FILE.replaceAll(';', '|')), 'utf-8'],
    ["Excel's sep line", utf8(`sep=;\r\n${FILE}`), 'utf-8'],
    ['blank lines at the beginning', utf8(`\r\n\r\n${FILE}`), 'utf-8'],
  ])('is read in %s', async (_, bytes, encoding) => {
    const { rows, facts } = await read(bytes);

    expect(facts.encoding).toBe(encoding);
    expect(rows).toMatchObject([
      {
        firstName: 'Jörg',
        lastName: 'Müller',
        time: Date.UTC(2026, 10, 28),
        value: { amount: '1234.50', currency: 'EUR' },
        problems: [],
      },
    ]);
    expect(rows[0]?.emailSha256).toMatch(/^[\da-f]{64}$/);
  });

  it('is read the same in parts of any size', async () => {
    const bytes = utf8(`${FILE}"A ""B"""; "C\nD";x@y.de;2026-11-28;1;EUR\n`);
    const whole = await read(bytes, { part: bytes.byteLength });

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.byteLength }), async (part) => {
        expect((await read(bytes, { part })).rows).toEqual(whole.rows);
      }),
      { numRuns: 60 },
    );
  });

  it("is recognised as LinkedIn's own template", async () => {
    const header = 'email,firstname,lastname,employeecompany,title,country,timestamp,eventtype,amount,currency';
    const { rows, facts } = await read(utf8(`${header}\na@b.de,Ann,Lee,Acme,CEO,US,"June 18, 2020",PURCHASE,50,USD\n`));

    expect(facts.isTemplate).toBe(true);
    expect(rows).toMatchObject([{ event: 'PURCHASE', companyName: 'Acme', title: 'CEO', time: Date.UTC(2020, 5, 18) }]);
  });

  it('finds columns by their contents, and takes those that a person chose', async () => {
    const text = 'A,B,C\nann@firm.de,2026-11-28,7\nbo@firm.se,2026-11-27,8\n';

    expect((await read(utf8(text))).facts.columns).toEqual({ email: 0, time: 1 });
    const chosen = { email: 'a', time: 1, value: 'C' };
    expect((await read(utf8(text), { options: { chosen } })).facts.columns).toEqual({ email: 0, time: 1, value: 2 });
  });

  it('may be NDJSON', async () => {
    const text = '{"email":"ann@firm.de","time":"2026-11-28","amount":5,"currency":"EUR"}\nnot json\n';
    const { rows } = await read(utf8(text), { options: { isNdjson: true } });

    expect(rows).toMatchObject([
      { row: 1, value: { amount: '5.00', currency: 'EUR' } },
      { row: 2, problems: [{ code: 'json_malformed' }] },
    ]);
  });
});

it('reads a line without an end in no more time than other lines, and goes on after it', async () => {
  const text = `email,time\nann@firm.de,2026-11-28\n${'x'.repeat(6_000_000)}\nbo@firm.se,2026-11-28\n`;
  const { rows } = await read(utf8(text), { part: 4_096 });

  expect(rows.map(({ row, problems }) => [row, problems[0]?.code])).toEqual([
    [2, undefined],
    [3, 'row_too_long'],
    [4, undefined],
  ]);
});

describe('a time', () => {
  it.each([
    ['28/11/2026', { kind: 'at', ms: Date.UTC(2026, 10, 28), shows: 'dmy' }],
    ['11/28/2026', { kind: 'at', ms: Date.UTC(2026, 10, 28), shows: 'mdy' }],
    ['11-28-26 3:55 PM', { kind: 'at', ms: Date.UTC(2026, 10, 28, 15, 55), shows: 'mdy' }],
    ['08/11/2026', { kind: 'either', dmy: Date.UTC(2026, 10, 8), mdy: Date.UTC(2026, 7, 11) }],
    ['11/11/2026', { kind: 'at', ms: Date.UTC(2026, 10, 11) }],
    ['8.11.2026', { kind: 'at', ms: Date.UTC(2026, 10, 8) }],
    ['46354.5', { kind: 'at', ms: Date.UTC(2026, 10, 28, 12) }],
    ['31/31/2026', { kind: 'unreadable' }],
    ['30/02/2026', { kind: 'unreadable' }],
    ['02/29/2026', { kind: 'unreadable' }],
    ['31/11/2026 10:00', { kind: 'unreadable' }],
    ['31.11.2026', { kind: 'unreadable' }],
    ['2026-02-30', { kind: 'unreadable' }],
    ['20260230', { kind: 'unreadable' }],
    ['20261131', { kind: 'unreadable' }],
    ['20261130256100', { kind: 'unreadable' }],
    ['20261130', { kind: 'at', ms: Date.UTC(2026, 10, 30) }],
    ['20261130240000', { kind: 'at', ms: Date.UTC(2026, 11, 1) }],
    ['1795255200', { kind: 'at', ms: Date.UTC(2026, 10, 21, 10) }],
    ['soon', { kind: 'unreadable' }],
  ])('%s is %o', (text, expected) => {
    expect(readTime(text, {})).toEqual(expected);
  });

  it('is read in a chosen order and zone', () => {
    expect(readTime('08/11/2026', { dateOrder: 'mdy' })).toEqual({ kind: 'at', ms: Date.UTC(2026, 7, 11) });
    const inBerlin = { dateOrder: 'dmy', timeZone: 'Europe/Berlin' } as const;
    expect(readTime('08/11/2026 10:00', inBerlin)).toEqual({ kind: 'at', ms: Date.UTC(2026, 10, 8, 9) });
  });

  it.each([
    ['Close Date (UTC+2)', '2026-11-28 10:00', '2026-11-28T08:00:00.000Z', []],
    ['Close Date (UTC+2)', '2026-11-28', '2026-11-27T22:00:00.000Z', []],
    ['Close Date (UTC+2)', '2026-11-28T10:00:00Z', '2026-11-28T10:00:00.000Z', []],
    ['Close Date (UTC+2)', '28/11/2026 10:00', '2026-11-28T08:00:00.000Z', []],
    ['Close Date (UTC+2)', '46354.5', '2026-11-28T10:00:00.000Z', []],
    ['Close Date (CET)', '28.11.2026 10:00', '2026-11-28T09:00:00.000Z', []],
    ['Close Date (Europe/Berlin)', '2026-07-28 10:00', '2026-07-28T08:00:00.000Z', []],
    ['Close Date (IST)', '2026-11-28 10:00', '2026-11-28T10:00:00.000Z', ['zone_in_name_unknown']],
  ])('in the column %s, %s is %s', async (name, cell, iso, codes) => {
    const { rows } = await read(utf8(`Email,${name}\na@b.de,${cell}\n`));

    expect(rows.map(({ time }) => typeof time === 'number' && new Date(time).toISOString())).toEqual([iso]);
    expect(rows[0]?.problems.map(({ code }) => code)).toEqual(codes);
  });

  it('is read in the chosen zone if the one in the column’s name isn’t known', async () => {
    const options = { timeZone: 'Asia/Kolkata' };
    const { rows } = await read(utf8('Email,Close Date (IST)\na@b.de,2026-11-28 10:00\n'), { options });

    expect(rows).toMatchObject([{ time: Date.UTC(2026, 10, 28, 4, 30), problems: [] }]);
  });
});
