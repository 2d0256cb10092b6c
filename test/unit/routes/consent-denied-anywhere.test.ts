/** B5, B6, B7: a refusal of consent counts wherever and however it is said, even in a request that is refused. */
import { describe, expect, it, vi } from 'vitest';

import { anIntegrationOf, anOrder, ask, aSource, outcomes, send, SITE } from '../support/api.ts';

// LinkedIn never answers, so everything waits.
vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

type Said = Record<string, unknown>;

/** Sends an order and then a raw body from the same browser. Returns the answer and the order's outcome. */
async function afterAnOrder(
  body: (writeKey: string) => string,
  { path = '/v1/batch', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; state: string | undefined; kept: string[] }> {
  const source = await aSource();
  await anIntegrationOf(source);
  const first = await send(source, [anOrder({ messageId: 'the-order' })], { country: 'US', headers: { Origin: SITE } });
  const Cookie = first.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const response = await ask(path, {
    body: body(source.write_key),
    country: 'US',
    headers: { Origin: SITE, Cookie, ...headers },
  });
  const state = (await outcomes(source)).find(({ message_id: id }) => id === 'the-order')?.state;
  const kept = response.headers.getSetCookie().filter((cookie) => !cookie.includes('Max-Age=0'));
  return { status: response.status, state, kept };
}

const json = (said: Said) => (writeKey: string) => JSON.stringify({ writeKey, ...said });
const silent = Array.from({ length: 500 }, () => ({ type: 'page' }));
const no = { type: 'page', consent: { advertising: false } };
const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('a refusal of consent counts in a rejected request', () => {
  it.each<[string, (writeKey: string) => string, number]>([
    ['in the first of 501 events', json({ batch: [no, ...silent] }), 413],
    [
      'in the middle of 3,000 events',
      json({ batch: [...silent, ...silent, ...silent, no, ...silent, ...silent] }),
      413,
    ],
    ['beside data that is nested too deep', json({ batch: [no], deep: nested(70) }), 400],
    ['in an event that is nested too deep', json({ batch: [{ ...no, properties: { deep: nested(1_000) } }] }), 400],
    ['beside a batch that is nested too deep', json({ batch: nested(80), consent: 'denied' }), 400],
    ['in a list of events without a batch', (writeKey) => JSON.stringify([{ writeKey, ...no }]), 400],
    ['in a list, and not in its first event', (key) => JSON.stringify([{ writeKey: key, type: 'page' }, no]), 400],
  ])('%s', async (_where, body, status) => {
    expect(await afterAnOrder(body)).toEqual({ status, state: 'erased', kept: [] });
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/html',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/json; charset=iso-8859-1',
    'nonsense',
  ])('and its content type is %s', async (type) => {
    const headers = { 'Content-Type': type };

    expect(await afterAnOrder(json({ batch: [no] }), { headers })).toEqual({ status: 415, state: 'erased', kept: [] });
    expect(await afterAnOrder(json(no), { path: '/v1/page', headers })).toMatchObject({ status: 415, state: 'erased' });
    expect(await afterAnOrder(() => 'consent=denied', { headers })).toMatchObject({ status: 415, state: 'pending' });
  });

  it('and a text that looks like a bracket comes before it', async () => {
    const body = json({ text: '}{[[["\\', batch: [{ ...no, properties: { deep: nested(90), after: '\\"}' } }] });

    expect(await afterAnOrder(body)).toMatchObject({ status: 400, state: 'erased' });
  });

  it.each<[string, (writeKey: string) => string, number]>([
    ['too deep', json({ batch: [{ type: 'page' }], deep: nested(70) }), 400],
    ['a list', (writeKey) => JSON.stringify([{ writeKey, type: 'page', consent: 'granted' }]), 400],
    ['too deep, and truncated', (writeKey) => `{"writeKey":"${writeKey}","consent":"no","deep":${'['.repeat(90)}`, 400],
  ])('but erases nothing without a refusal: %s', async (_what, body, status) => {
    expect(await afterAnOrder(body)).toMatchObject({ status, state: 'pending' });
  });
});

describe('an event that says no', () => {
  it.each<[Said]>([
    [{ consent: { 'advertising\u0085': false } }],
    [{ consent: { 'advertising\u2800': 'denied' } }],
    [{ consent: { 'advertising\u0307': false } }],
    [{ consent: { advertising: true, 'adver\u0001tising': false } }],
    [{ consent: { 'advertising\u{e0041}': false } }],
    [{ consentManagement: { deniedConsentIds: ['advertising'] } }],
    [{ context: { consentManagement: { allowedConsentIds: ['analytics'], provider: 'oneTrust' } } }],
    [{ context: { consentManagement: { allowedConsentIds: ['x'], provider: 'custom', resolutionStrategy: 'or' } } }],
    [{ consent: { all: false } }],
    [{ consent: { categories: { advertising: false } } }],
    [{ context: { consent: { gdpr: { advertising: { consented: false } } } } }],
    [{ categoryPreferences: { advertising: false } }],
  ])("isn't sent, and erases the waiting deliveries: %j", async (said) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const order = anOrder(said);

    await send(source, [order], { country: 'US', headers: { Origin: SITE } });

    const event = (await outcomes(source)).find(({ message_id: id }) => id === order['messageId']);
    expect(event?.reason).toBe('no_consent');
    expect(await afterAnOrder(json({ batch: [{ type: 'page', ...said }] }))).toMatchObject({ state: 'erased' });
  });

  it.each<[Said]>([
    [{ 'LinkedIn Conversions': false }],
    [{ linkedin_capi: false }],
    [{ 'actions-linkedin-conversions': false }],
    [{ 'LinkedIn Insight Tag': false }],
    [{ LinkedIn: { disabled: true } }],
    [{ LinkedIn: { allowed: 'no' } }],
    [{ LINKEDIN_ADS: { enabled: false } }],
  ])("to LinkedIn isn't sent: integrations %j", async (integrations) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const order = anOrder({ integrations });

    await send(source, [order], { country: 'US', headers: { Origin: SITE } });

    const event = (await outcomes(source)).find(({ message_id: id }) => id === order['messageId']);
    expect(event?.reason).toBe('sender_excluded');
  });
});
