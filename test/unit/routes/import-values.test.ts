/** An amount is sent in its own currency, or in that of the connection, or not at all. */
import { beforeEach, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { aHook, taken } from '../support/a-hook.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';

let sent: { eventId: string; conversionValue?: { currencyCode: string; amount: string } }[] = [];

beforeEach(() => {
  sent = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (...call) => {
    const text = await new Request(...call).text();
    const { elements = [] }: { elements?: typeof sent } = text === '' ? {} : JSON.parse(text);
    sent.push(...elements);
    return Response.json({ elements: elements.map(() => ({ status: 201 })) });
  });
});

const day = new Date(Date.now() - 86_400_000).toISOString();
const config = { access_token: 'tok-of-the-tests', conversion_rule_id: { Won: '1001' } };

async function preview(source: { id: string }, lines: readonly string[], query = ''): Promise<ImportView> {
  const response = await admin(`/sources/${source.id}/imports?preview=true&event=Won${query}`, {
    body: lines.join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<ImportView>();
}

/** @returns The value of each event at LinkedIn. */
async function values(count: number): Promise<Record<string, string | undefined>> {
  await vi.waitFor(() => expect(sent).toHaveLength(count), { timeout: 20_000, interval: 20 });
  return Object.fromEntries(
    sent.map(({ eventId, conversionValue: value }) => [eventId, value && `${value.amount} ${value.currencyCode}`]),
  );
}

async function start(source: { id: string }, { id }: ImportView): Promise<void> {
  await admin(`/sources/${source.id}/imports/${id}/start`, { body: { lawful_basis: 'contract' } });
}

it('an import’s amounts without a currency are in the connection’s', async () => {
  const source = await aSource();
  await anIntegrationOf(source, { config: { ...config, default_currency: 'CAD' } });
  const amounts = ['7', '$8', '£9', '10 EUR', '1.234,5', '-3'];
  const rows = amounts.map((amount, at) => `a${at}@firm.de,${day},"${amount}",e${at}`);
  const shown = await preview(source, ['email,time,value,order_id', ...rows]);
  await start(source, shown);

  const asSent = { CAD: '1249.5', EUR: '10' };
  expect(shown).toMatchObject({ value: asSent, problem_counts: { currency_other: 1, amount_negative: 1 } });
  expect(shown.samples.map(({ value }) => value?.currency)).toEqual(['CAD', 'CAD', undefined, 'EUR', 'CAD', undefined]);
  expect(await values(6)).toEqual({
    e0: '7.00 CAD',
    e1: '8.00 CAD',
    e2: undefined,
    e3: '10.00 EUR',
    e4: '1234.50 CAD',
    e5: undefined,
  });
});

it('an import’s own default currency comes first, and a connection without one sends no amount', async () => {
  const source = await aSource();
  await anIntegrationOf(source, { config: { ...config, default_currency: 'CAD' } });
  const other = await aSource();
  await anIntegrationOf(other, { config });
  const lines = ['email,time,value,currency,order_id', `a@firm.de,${day},7,,e0`, `b@firm.de,${day},500 USD,EUR,e1`];
  const chosen = await preview(source, lines, '&default_currency=EUR');
  const none = await preview(other, lines);
  const signs = ['¥500', '£500', '$500', '500 kr', 'Rs 500', 'Fr. 500', 'US$ 5', 'CHF 5', '5 EUR', '€5'];
  const contradicted = await preview(
    source,
    [
      'email,time,value,currency,order_id',
      ...signs.map((amount, at) => `c${at}@firm.de,${day},${amount},EUR,c${at}`),
      `d@firm.de,${day},5,$,d`,
    ],
    '&default_currency=EUR',
  );

  expect(chosen).toMatchObject({ sendable: 2, value: { EUR: '7' }, problem_counts: { currency_conflict: 1 } });
  expect(none).toMatchObject({ sendable: 2, value: {}, problem_counts: { currency_missing: 1, currency_conflict: 1 } });
  expect(contradicted).toMatchObject({
    sendable: 11,
    value: { EUR: '10' },
    problem_counts: { currency_conflict: 9 },
  });
});

it.each([
  ['Amount ($)', 'CAD', { CAD: '7' }, {}],
  ['Amount ($)', 'EUR', {}, { currency_other: 1 }],
  ['Amount', 'EUR', { EUR: '7' }, {}],
])('amounts in the column %s are in %s if its sign can mean it', async (name, currency, value, problems) => {
  const source = await aSource();
  await anIntegrationOf(source, { config: { ...config, default_currency: currency } });
  const shown = await preview(source, [`email,time,${name}`, `a@firm.de,${day},7`]);

  expect(shown).toMatchObject({ sendable: 1, value, problem_counts: problems });
});

it('a hook’s amounts without a currency are in the connection’s', async () => {
  const { hook, integration } = await aHook({ kind: 'generic', event: 'Won' });
  const path = `/integrations/${integration.id}`;
  const { headers } = await admin(path);
  const patched = await admin(path, {
    method: 'PATCH',
    body: { config: { access_token: 'tok-of-the-tests', default_currency: 'EUR' } },
    headers: { 'If-Match': headers.get('ETag') ?? '*' },
  });
  const change = { email: 'a@firm.de', time: day };
  await taken(hook, [{ data: { ...change, value: 6 } }, { data: { ...change, value: '$6' } }]);

  expect(patched.status).toBe(200);
  expect(new Set(Object.values(await values(2)))).toEqual(new Set(['6.00 EUR', undefined]));
});
