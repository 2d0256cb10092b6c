import { describe, expect, it } from 'vitest';

import { emailSha256 } from '../../../../worker/domain/identity/email.ts';
import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';
import type { ImportRow } from '../../../../worker/domain/imports/import-row.ts';

const PLAIN = 'plain@firm.de';
const DAY = '2026-11-28';

async function read(text: string, isNdjson = false): Promise<ImportRow[]> {
  const reader = new FileReader({ isNdjson });
  return [...(await reader.push(new TextEncoder().encode(text))), ...(await reader.end())];
}

/** The people of the first row who refuse consent. */
async function refusing(text: string, names: readonly string[] = ['a@firm.de', 'b@firm.de']): Promise<unknown[]> {
  const [row] = await read(text);
  const hashes = new Map(await Promise.all(names.map(async (name) => [await emailSha256(name), name] as const)));
  if (row?.consent !== false) return [];
  const { emailSha256: email, userId, anonymousId, alsoRefusing = [] } = row;
  return [{ emailSha256: email, userId, anonymousId }, ...alsoRefusing].flatMap((person) =>
    Object.entries(person).flatMap(([kind, id]) =>
      id === undefined ? [] : [kind === 'emailSha256' ? hashes.get(id) : `${kind} ${id}`],
    ),
  );
}

describe('a clear no in a row that is refused for its form is heard', () => {
  const MIXED = 'email,company,consent,time,value';
  it.each([
    ['a separator too many before the answer', MIXED, `a@firm.de,Acme, Inc,no,${DAY},5`],
    ['a separator too many after it', 'email,consent,company,time', `a@firm.de,no,Acme, Inc,${DAY}`],
    ['a separator too many before the address', 'company,email,consent,time', `Acme, Inc,a@firm.de,no,${DAY}`],
    ['two separators too many', MIXED, `a@firm.de,Acme, Sons, Inc,no,${DAY},5`],
    ['cells missing at its end', MIXED, 'a@firm.de,Acme,no'],
    ['a separator missing before the answer', MIXED, `a@firm.de,no,${DAY},5`],
    [
      'a quotation mark in the wrong place after the answer',
      'email,consent,time,note',
      `a@firm.de,no,${DAY},"a "b" c"`,
    ],
    ['a quotation mark in the wrong place before it', MIXED, `a@firm.de,"Ac"me",no,${DAY},5`],
    ['a quotation mark that is never closed after it', 'email,consent,time,note', `a@firm.de,no,${DAY},"a\n${PLAIN}`],
    ['too much text after it', 'email,consent,time,note', `a@firm.de,no,${DAY},${'x'.repeat(70_000)}`],
    ['too much quoted text after it', 'email,consent,time,note', `a@firm.de,no,${DAY},"${'x'.repeat(70_000)}"`],
    ['a number for the answer', 'email,opt_out,company,time', `a@firm.de,1,Acme, Inc,${DAY}`],
    ['a permission that is refused', 'email,company,Can contact,time', `a@firm.de,Acme, Inc,no,${DAY}`],
    ['an opt-out', 'email,company,opt_out,time', `a@firm.de,Acme, Inc,yes,${DAY}`],
  ])('with %s', async (_, header, row) => {
    expect(await refusing(`${header}\n${row}\n`)).toEqual(['a@firm.de']);
  });

  it.each([
    ['by the ID of a user', 'user_id,time,consent,company', `c-77,${DAY},no,Acme, Inc`, ['userId c-77']],
    [
      'by each address that may be theirs',
      'consent,company,a,email,time',
      `no,Acme, Inc,a@firm.de,b@firm.de,${DAY}`,
      ['a@firm.de', 'b@firm.de'],
    ],
  ])('%s', async (_, header, row, people) => {
    expect(await refusing(`${header}\n${row}\n`)).toEqual(people);
  });

  it('in JSON with too many names', async () => {
    const many = Object.fromEntries(Array.from({ length: 999 }, (_, at) => [`x${at}`, at]));
    const json = [
      { email: 'b@firm.de', consent: 'yes', time: DAY },
      { email: 'a@firm.de', consent: 'no', ...many },
    ];
    const rows = await read(json.map((line) => JSON.stringify(line)).join('\n'), true);

    expect(rows[1]).toMatchObject({ problems: [{ code: 'too_many_cells' }], consent: false });
    expect(rows[1]?.emailSha256).toBe(await emailSha256('a@firm.de'));
  });
});

describe('an answer that is not clear withdraws nothing in a row that is refused for its form', () => {
  it.each([
    ['a value that is where the answer would be', 'email,company,value,consent,note', 'a@firm.de,Acme, Inc,0,,x'],
    ['a value at the end of a row without its last cell', 'email,time,value,consent', `a@firm.de,${DAY},0`],
    ['a no and a yes', 'email,company,member,consent', 'a@firm.de,Acme, Inc,no,yes'],
    ['a yes', 'email,company,consent,time', `a@firm.de,Acme, Inc,yes,${DAY}`],
    ['no answer', 'email,company,consent,time', `a@firm.de,Acme, Inc,,${DAY}`],
    ['a text inside an open quotation mark', 'email,consent,time,note', `a@firm.de,yes,${DAY},"a\nb@firm.de,no,x,y`],
  ])('%s', async (_, header, row) => {
    expect(await refusing(`${header}\n${row}\n`)).toEqual([]);
  });
});

describe('a refusal is meant for each address in a row', () => {
  const BOTH = ['a@firm.de', 'b@firm.de'];
  const header = 'email,opt_out,Date';
  it.each([
    ['a@firm.de; b@firm.de', BOTH],
    ['a@firm.de, b@firm.de', BOTH],
    ['Anna <a@firm.de> | Bo (b@firm.de)', BOTH],
    ['=HYPERLINK("mailto:a@firm.de","a@firm.de")', ['a@firm.de']],
    ['<a href="mailto:a@firm.de">A</a>', ['a@firm.de']],
    ['a (at) firm.de', ['a@firm.de']],
  ])('in the cell %j', async (cell, people) => {
    const found = await refusing(`${header}\n"${cell.replaceAll('"', '""')}",yes,${DAY}\n`);
    expect(found).toEqual(expect.arrayContaining(people));
  });

  it('in each of the person’s columns', async () => {
    const found = await refusing(`Work Email,Personal Email,opt_out,Date\na@firm.de,b@firm.de,yes,${DAY}\n`);
    expect(found).toEqual(BOTH);
  });

  it('and inside the objects of a line', async () => {
    const line = { email: 'a@firm.de', date: DAY, contact: { HasOptedOutOfEmail: true } };
    expect(await read(`${JSON.stringify(line)}\n`, true)).toMatchObject([{ consent: false }]);
    const other = {
      email: 'a@firm.de',
      date: DAY,
      context: { consent: { categoryPreferences: { advertising: false } } },
    };
    expect(await read(`${JSON.stringify(other)}\n`, true)).toMatchObject([{ consent: false }]);
  });
});
