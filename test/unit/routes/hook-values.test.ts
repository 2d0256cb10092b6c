import { beforeEach, describe, expect, it, vi } from 'vitest';

import { rowOf } from '../../../worker/domain/hooks/hook-rows.ts';
import { stageValue } from '../../../worker/domain/hooks/stages.ts';
import { parseExactJson } from '../../../worker/domain/reading/exact-json.ts';
import { aHook, report, taken } from '../support/a-hook.ts';
import type { MadeHook } from '../support/a-hook.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const time = Date.now() - 3_600_000;
const stages = { stages: [{ event: 'Won', values: ['won'] }] };

describe('the consent of a change', () => {
  const made: Record<string, MadeHook> = {};
  const hookWith = async (name: 'preset' | 'mapped'): Promise<MadeHook> => {
    const fields = name === 'preset' ? {} : { consent: { '@path': '$.properties.data.optin' } };
    return (made[name] ??= (await aHook({ kind: 'generic', event: 'Lead', fields })).hook);
  };

  it.each([
    [{ consent: 'yes' }, { sent: 1 }],
    [{ consent: true }, { sent: 1 }],
    [{ consent: 'no' }, { skipped: { no_consent: 1 } }],
    [{ consent: null }, { skipped: { no_consent: 1 } }],
    [{ consent: '' }, { skipped: { no_consent: 1 } }],
    [{ consent: '  ' }, { skipped: { no_consent: 1 } }],
    [{ consent: 'N/A' }, { skipped: { no_consent: 1 } }],
    [{ consent: [] }, { skipped: { no_consent: 1 } }],
    [{ opt_out: true }, { skipped: { no_consent: 1 } }],
    [{ consent: 'yes', opt_out: 'Do Not Allow' }, { skipped: { no_consent: 1 } }],
    [{ opt_out: 'N/A' }, { skipped: { no_consent: 1 } }],
    [{ opt_out: false }, { sent: 1 }],
    [{ opt_out: null }, { sent: 1 }],
    [{ consent: 'no', opt_out: false }, { skipped: { no_consent: 1 } }],
    // A refusal is read in the CRM's own words too.
    [{ HasOptedOutOfEmail: true }, { skipped: { no_consent: 1 } }],
    // The hook's lawful basis says why the data may be used.
    [{}, { sent: 1 }],
  ])('%j counts as in a file: %j', async (said, answer) => {
    const hook = await hookWith('preset');
    const email = `${crypto.randomUUID()}@firm.de`;

    expect(await taken(hook, { data: { time, email, ...said } })).toMatchObject(answer);
  });

  it.each([
    [{ optin: 'yes' }, { sent: 1 }],
    [{ optin: null }, { skipped: { no_consent: 1 } }],
    [{ optin: '' }, { skipped: { no_consent: 1 } }],
    [{}, { skipped: { no_consent: 1 } }],
  ])('%j must be given if the hook has a field for it: %j', async (said, answer) => {
    const hook = await hookWith('mapped');
    const email = `${crypto.randomUUID()}@firm.de`;

    expect(await taken(hook, { data: { time, email, ...said } })).toMatchObject(answer);
  });
});

describe('the deals of two people', () => {
  let hook: MadeHook | undefined;

  it.each(['0', '"0"', '"null"', '"unknown"', '"undefined"', '"{{deal.id}}"', 'false', '"n/a"', 'null', '""'])(
    'are two deals when both have the ID %s, which identifies none',
    async (id) => {
      hook ??= (await aHook({ kind: 'generic', stages })).hook;
      for (const person of [crypto.randomUUID(), crypto.randomUUID()]) {
        const body = `{"data":{"stage":"won","time":${time},"email":"${person}@firm.de","deal_id":${id}}}`;
        const answer = await report(hook, body);

        expect(await answer.json()).toMatchObject({ sent: 1, duplicates: 0, skipped: {} });
      }
    },
  );

  it.each(['deal_id', 'event_id', 'lead_id'])(
    'are two deals when only the last digit of a long %s differs',
    async (field) => {
      const { hook: own } = await aHook({ kind: 'generic', ...(field === 'event_id' ? { event: 'Won' } : { stages }) });
      for (const id of ['90071992547409931', '90071992547409932']) {
        const body = `{"data":{"stage":"won","time":${time},"email":"p${id}@firm.de","${field}":${id}}}`;

        expect(await (await report(own, body)).json()).toMatchObject({ sent: 1, duplicates: 0, skipped: {} });
      }
    },
  );
});

describe('an amount', () => {
  const said = { stage: 'won', time, currency: 'EUR' };
  it.each([
    ['1.234 €', undefined],
    ['12,500 EUR', undefined],
    ['1.234', undefined],
    [1.234, '1.23'],
    ['1234.50', '1234.50'],
    [1234, '1234'],
  ])('%j is %j, because nobody can be asked what it means, and the change is used', async (value, amount) => {
    const row = await rowOf({ data: { ...said, value } }, { kind: 'generic', fields: {}, row: 1 });

    expect(row.value && Number(row.value.amount)).toBe(amount && Number(amount));
    expect(row.problems.map(({ code }) => code)).toEqual(amount === undefined ? ['amount_unclear'] : []);
  });

  it.each([
    ['XXX', undefined],
    ['SEK', undefined],
    ['EUR', '50'],
  ])('of a stage in %s is that of its table: %j', async (currency, amount) => {
    const row = await rowOf({ data: { ...said, currency } }, { kind: 'generic', fields: {}, row: 1 });
    const value = { from: 'table', amounts: { EUR: '50' } } as const;

    expect(stageValue({ event: 'Won', values: ['won'], value }, row)?.amount).toBe(amount);
  });

  it.each([
    ['generic', 0.01, '0.01'],
    ['generic', 1, '1'],
    ['pipedrive', 1, '0.01'],
    ['pipedrive', 0.5, '0.005'],
    ['salesforce', 1, '0.01'],
    ['salesforce', '40', '0.4'],
  ] as const)('is multiplied by the probability as %s counts it: %j is %s', async (kind, probability, share) => {
    const fields = { probability: { '@path': '$.properties.p' } };
    const { probability: read } = await rowOf({ p: probability }, { kind, fields, row: 1 });

    expect(read).toBe(share);
  });
});

it('keeps all digits of whole numbers, and every other value as JSON.parse reads it', () => {
  expect(parseExactJson('{"a":[12345678901234567890,-9007199254740993],"b":9007199254740991}')).toEqual({
    a: ['12345678901234567890', '-9007199254740993'],
    b: 9_007_199_254_740_991,
  });
  for (const text of ['1e400', '1.5', '1e30', '"12345678901234567890"', '[null,true,{"a":""}]', '-0'])
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
});
