/** What an import says about people who refuse consent, or who can't be identified, is what happens. */
import { beforeEach, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { aPreview, started } from '../support/an-import.ts';
import { admin, anIntegrationOf, aSource, outcomes } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const day = new Date(Date.now() - 86_400_000).toISOString();

async function aCrmSource(config: Record<string, unknown> = {}): Promise<MadeSource> {
  const source = await aSource();
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' }, ...config } });
  return source;
}

async function report(source: MadeSource, { id }: ImportView): Promise<string[]> {
  const text = await (await admin(`/sources/${source.id}/imports/${id}/report`)).text();
  const lines = text.trim().split('\r\n').slice(1);
  return lines.map((line) => line.split(',', 3).join());
}

const HEADER = 'email,user_id,time,value,currency,Email Opt Out';
const others = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `o${at}@firm.de,u-${at},${day},1,USD,no`);

it.each([
  ['the row after it', ['x@example.com', ''], ['x@example.com', ''], 0, false],
  ['the row before it', ['x@example.com', ''], ['x@example.com', ''], 0, true],
  ['a row 110 rows below', ['x@example.com', ''], ['x@example.com', ''], 110, false],
  ['a row 110 rows above', ['x@example.com', ''], ['x@example.com', ''], 110, true],
  [
    'a row with another e-mail address and the same user ID',
    ['x@example.com', 'c-77'],
    ['y@firm.de', 'c-77'],
    120,
    false,
  ],
])(
  'a row is not sent if the person opts out in %s, and preview, result and report say so',
  { timeout: 60_000 },
  async (_, one, other, between, isFirst) => {
    const source = await aCrmSource();
    const sent = `${one.join()},${day},5,EUR,no`;
    const optOut = `${other.join()},${day},6,EUR,yes`;
    const middle = others(between);
    const lines = isFirst ? [optOut, ...middle, sent] : [sent, ...middle, optOut];

    const shown = await aPreview(source, [HEADER, ...lines]);
    const before = await report(source, shown);
    const ended = await started(source, shown);
    const after = await report(source, ended);

    const value = between === 0 ? {} : { USD: String(between) };
    const same = {
      skipped: { no_consent: 2 },
      withdrawals: 1,
      erased: 0,
      value,
      problem_counts: { refused_in_file: 1 },
    };
    expect(shown).toMatchObject({ ...same, sendable: between, accepted: 0 });
    expect(ended).toMatchObject({ ...same, sendable: between, accepted: between });
    const [first, last] = ['2,skipped,no_consent', `${between + 3},skipped,no_consent`];
    const ofOther = `${isFirst ? between + 3 : 2},skipped,refused_in_file`;
    const skipped = isFirst ? [first, last, ofOther] : [first, ofOther, last];
    for (const rows of [before, after]) expect(rows.filter((row) => row.includes('skipped'))).toEqual(skipped);
    const states = (await outcomes(source)).map(({ state }) => state);
    expect(states.filter((state) => state === 'erased')).toEqual([]);
  },
);

it('a person’s no counts although its row has no time or event', { timeout: 60_000 }, async () => {
  const source = await aCrmSource();
  const file = [HEADER, `x@example.com,,${day},5,EUR,no`];
  await started(source, await aPreview(source, file));

  const shown = await aPreview(source, [...file, `x@example.com,,${day},8,EUR,no`, 'x@example.com,,,,,yes']);
  const ended = await started(source, shown);

  const same = { sendable: 0, refused: 1, withdrawals: 1, problem_counts: { time_missing: 1, refused_in_file: 2 } };
  expect(shown).toMatchObject(same);
  expect(ended).toMatchObject({ ...same, accepted: 0, skipped: { no_consent: 2 } });
  const states = (await outcomes(source)).map(({ state, reason }) => `${state} ${reason}`);
  // The first row is the event that was received before.
  expect(states.toSorted()).toEqual(['erased consent_withdrawn', 'skipped no_consent']);
});

it('a person’s no counts although its row is refused for its form', { timeout: 60_000 }, async () => {
  const source = await aCrmSource();
  const file = [HEADER, `x@example.com,,${day},5,EUR,no`, `y@firm.de,,${day},5,EUR,no`];
  await started(source, await aPreview(source, [HEADER, `z@firm.de,,${day},5,EUR,no`]));

  const broken = [
    `x@example.com,,${day},1,234,EUR,yes`,
    `z@firm.de,,${day},"5"x,EUR",yes`,
    `y@firm.de,,${day},5,EUR`,
    `o@firm.de,,${day},"a "b" c",EUR,yes`,
  ];
  const shown = await aPreview(source, [...file, ...broken]);
  const ended = await started(source, shown);

  const same = { sendable: 1, refused: 4, withdrawals: 3, skipped: { no_consent: 1 } };
  expect(shown).toMatchObject(same);
  expect(ended).toMatchObject({ ...same, accepted: 1 });
  const states = (await outcomes(source)).map(({ state, reason }) => `${state} ${reason}`);
  expect(states.filter((state) => state.startsWith('erased'))).toEqual(['erased consent_withdrawn']);
});

it('a click ID that is a placeholder identifies nobody, and one in brackets or in an encoded address does', async () => {
  const source = await aCrmSource();
  const guid = '85929337-d448-42da-a095-0b3c5500fa50';
  const encoded = encodeURIComponent(`https://a.example/?li_fat_id=${guid}-2`);
  const ids = ['unknown', '0', '-', 'test', 'false', `{${guid}}`, encoded];
  const shown = await aPreview(source, ['li_fat_id,time,value', ...ids.map((id, at) => `${id},${day},${at}`)]);

  expect(shown).toMatchObject({ sendable: 2, without_identity: 5, problem_counts: { click_id_nothing: 5 } });
});

it('the value of an import doesn’t include rows of people who were erased while it waited', async () => {
  const source = await aCrmSource();
  const shown = await aPreview(source, [HEADER, `a@firm.de,,${day},5,EUR,no`, `b@firm.de,,${day},7,USD,no`]);
  await admin('/people/erase', { body: { email: 'a@firm.de' } });

  expect(shown.value).toEqual({ EUR: '5', USD: '7' });
  expect(await started(source, shown)).toMatchObject({ accepted: 1, erased: 1, value: { USD: '7' } });
});

it.each([0, 1])(
  'with hold_for_identity_minutes %d, a row waits for an e-mail only if it has the ID of a person',
  async (minutes) => {
    const source = await aCrmSource({ hold_for_identity_minutes: minutes });
    const file = [HEADER, `bogus,,${day},5,EUR,no`, `,c-77,${day},6,EUR,no`, `a@firm.de,,${day},7,EUR,no`];

    const shown = await aPreview(source, file);
    const ended = await started(source, shown);

    const waiting = minutes === 0 ? 0 : 1;
    expect(shown).toMatchObject({ sendable: 1 + waiting, without_identity: 2 - waiting });
    expect(ended).toMatchObject({ accepted: 1 + waiting, without_identity: 2 - waiting });
    expect((await report(source, ended)).filter((row) => row.startsWith('2,') || row.startsWith('3,'))).toContain(
      '2,skipped,no_identity',
    );
  },
);
