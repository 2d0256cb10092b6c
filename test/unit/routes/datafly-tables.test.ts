/** Each row of the tables in Datafly's document, under its name there. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { nextStep } from '../../../worker/domain/delivery/next-step.ts';
import { deliverySentence } from '../../../worker/domain/delivery/state-sentences.ts';
import { readBatchResponse } from '../../../worker/linkedin/batch/read-batch-response.ts';
import { SETTING_DEFAULTS } from '../../../worker/schema/settings/integration.ts';
import { admin, aSource, problemOf, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const CONFIG = {
  account_id: '123456789',
  access_token: 'your_oauth_access_token',
  refresh_token: 'your_refresh_token',
  oauth_client_id: 'your_client_id',
  oauth_client_secret: 'your_client_secret',
  conversion_rule_id: {
    'Order Completed': 'urn:lla:llaPartnerConversion:987654',
    'Product Purchased': 'urn:lla:llaPartnerConversion:987654',
    'Lead Generated': 'urn:lla:llaPartnerConversion:987655',
    'Signed Up': 'urn:lla:llaPartnerConversion:987656',
    page: 'urn:lla:llaPartnerConversion:987657',
    'Demo Watched': 'urn:lla:llaPartnerConversion:987658',
  },
};

const create = async (source: MadeSource, config: object) =>
  admin('/integrations', { body: { source_id: source.id, vendor: 'linkedin', config } });

async function anIntegration(over: object = {}): Promise<{ source: MadeSource; id: string }> {
  const source = await aSource();
  const response = await create(source, { ...CONFIG, ...over });
  return { source, id: v.parse(v.object({ id: v.string() }), await response.json()).id };
}

const Preview = v.object({
  reason: v.nullable(v.string()),
  lint: v.array(v.object({ code: v.string() })),
  requests: v.array(
    v.object({
      body: v.object({ elements: v.array(v.looseObject({ conversion: v.string(), user: v.looseObject({}) })) }),
    }),
  ),
});

/** Returns an event's outcome and its payload. */
async function preview(event: object, over: object = {}) {
  const { id } = await anIntegration(over);
  const response = await admin(`/integrations/${id}/preview`, { body: event });
  const shown = v.parse(Preview, await response.json());
  return { ...shown, element: shown.requests[0]?.body.elements[0] };
}

const AD = 'https://example.com/landing?li_fat_id=abc123-def456-ghi789';
const JOHN = { email: ' John.Doe@Example.com ', firstName: 'John', lastName: 'Doe', companyName: 'Acme Inc' };
const JOHNS_HASH = '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f';
const clicked = { context: { page: { url: AD } } };
const CLICK_ID = { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc123-def456-ghi789' };

type Asked = { url: string; authorization: string | null; body: string };

/** A LinkedIn that refuses the first token, and the requests that it got until an event was delivered. */
async function askedOnTheWay(config: object = {}): Promise<Asked[]> {
  const asked: Asked[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const request = new Request(url, init);
    const body = new TextDecoder().decode(await request.arrayBuffer());
    const authorization = request.headers.get('Authorization');
    asked.push({ url: request.url, authorization, body });
    if (request.url.includes('/oauth/v2/accessToken'))
      return Response.json({ access_token: 'a-new-token', expires_in: 5_184_000 });
    return authorization === 'Bearer a-new-token'
      ? Response.json({ elements: [{ status: 201 }] })
      : Response.json({ status: 401, serviceErrorCode: 65602, message: 'expired' }, { status: 401 });
  });
  const { source } = await anIntegration(config);
  await send(source, [{ type: 'track', event: 'Lead Generated', messageId: 'lead-1', ...clicked }]);
  await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));
  await vi.waitUntil(() => asked.some(({ authorization }) => authorization === 'Bearer a-new-token'), {
    timeout: 10_000,
    interval: 20,
  });
  return asked;
}

describe('Configuration Fields of the Datafly document', () => {
  it.each([undefined, 'my account', '12 34'])(
    'account_id is required and a number: %j is refused',
    async (account_id) => {
      const response = await create(await aSource(), { ...CONFIG, account_id });

      expect(await problemOf(response)).toMatchObject({ status: 400, pointer: '/config/account_id' });
    },
  );

  it('access_token is sent to LinkedIn, and never returned', async () => {
    const { id } = await anIntegration();
    const asked = await askedOnTheWay();
    const read = await (await admin(`/integrations/${id}`)).text();

    expect(asked[0]).toMatchObject({ authorization: 'Bearer your_oauth_access_token' });
    expect(read).not.toContain('your_oauth_access_token');
  });

  it('conversion_rule_id maps each event name to its rule, by number or by URN', async () => {
    const rules = { 'Lead Generated': '987655', 'Signed Up': 'urn:lla:llaPartnerConversion:987656' };

    const shown = await Promise.all(
      Object.keys(rules).map(async (event) =>
        preview({ type: 'track', event, ...clicked }, { conversion_rule_id: rules }),
      ),
    );

    expect(shown.map(({ element }) => element?.conversion)).toEqual([
      'urn:lla:llaPartnerConversion:987655',
      'urn:lla:llaPartnerConversion:987656',
    ]);
  });

  it.each([
    ['refresh_token', 'refresh_token=your_refresh_token'],
    ['oauth_client_id', 'client_id=your_client_id'],
    ['oauth_client_secret', 'client_secret=your_client_secret'],
  ])('%s renews the token automatically, and the event is delivered', async (_, parameter) => {
    const asked = await askedOnTheWay();

    const renewal = asked.find(({ url }) => url.includes('/oauth/v2/accessToken'));
    expect(renewal?.body.split('&')).toContain(parameter);
    expect(asked.at(-1)).toMatchObject({ authorization: 'Bearer a-new-token' });
  });
});

describe('Identity Signals of the Datafly document', () => {
  it('li_fat_id is read from the URL and sent as LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', async () => {
    const { element } = await preview({ type: 'track', event: 'Lead Generated', ...clicked });

    expect(element?.user['userIds']).toEqual([CLICK_ID]);
  });

  it("ip_address is the visitor's, and is sent if the integration sets send_ip", async () => {
    const event = { type: 'track', event: 'Lead Generated', context: { ...clicked.context, ip: '203.0.113.9' } };

    const sent = await preview(event, { send_ip: true });
    const unsaid = await preview(event);

    expect(sent.element?.user['userIds']).toContainEqual({ idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.9' });
    expect(unsaid.element?.user['userIds']).toEqual([CLICK_ID]);
  });

  it('user_agent is accepted, and never sent: LinkedIn has no field for it, and refuses unknown fields', async () => {
    const userAgent = 'Mozilla/5.0 (a browser of the tests)';
    const event = { type: 'track', event: 'Lead Generated', context: { ...clicked.context, userAgent } };

    const { element } = await preview(event);

    expect(element).toBeDefined();
    expect(JSON.stringify(element)).not.toContain('Mozilla');
  });
});

describe('User-Provided Signals of the Datafly document', () => {
  const lead = { type: 'track', event: 'Lead Generated', context: { traits: JOHN } };

  it('email is lower-cased, trimmed and hashed with SHA-256', async () => {
    const { element } = await preview(lead);

    expect(element?.user['userIds']).toEqual([{ idType: 'SHA256_EMAIL', idValue: JOHNS_HASH }]);
  });

  it.each([
    ['firstName', 'John'],
    ['lastName', 'Doe'],
    ['companyName', 'Acme Inc'],
  ])('%s is sent unchanged, in userInfo', async (name, value) => {
    const { element } = await preview(lead);

    expect(element?.user['userInfo']).toMatchObject({ [name]: value });
  });
});

describe('Event Mapping of the Datafly document', () => {
  it.each([
    ['Order Completed', '987654'],
    ['Product Purchased', '987654'],
    ['Lead Generated', '987655'],
    ['Signed Up', '987656'],
    ['Demo Watched', '987658'],
  ])('%s is mapped via conversion_rule_id', async (event, rule) => {
    const { element } = await preview({
      type: 'track',
      event,
      properties: { value: 500, currency: 'USD' },
      ...clicked,
    });

    expect(element).toMatchObject({
      conversion: `urn:lla:llaPartnerConversion:${rule}`,
      conversionValue: { currencyCode: 'USD', amount: '500.00' },
    });
  });

  it('page (page view) is mapped via conversion_rule_id', async () => {
    const { element } = await preview({ type: 'page', name: 'Pricing', ...clicked });

    expect(element?.conversion).toBe('urn:lla:llaPartnerConversion:987657');
  });
});

describe('Troubleshooting of the Datafly document', () => {
  const answered = (status: number, message: string) => {
    const body = { status, message };
    return readBatchResponse(
      { status, headers: new Headers(), text: JSON.stringify(body) },
      { batchSize: 1, nowMs: Date.now() },
    );
  };
  const stepAfter = (status: number, message = 'refused') => {
    const answer = answered(status, message);
    if (answer.kind === 'accepted' || answer.kind === 'token_refused') return answer;
    return nextStep(answer, { batchSize: 1, failures: 1, isNewestVersion: true, random: 0.5 });
  };
  const wordsOf = (reason: string) => deliverySentence({ state: 'held', reason, attempts: 1, status: 403 });

  it("Events not appearing in Campaign Manager: they wait, and the status says that the token can't see the rule", () => {
    expect(stepAfter(403, 'No ad accounts found')).toMatchObject({
      kind: 'hold',
      scope: 'rule',
      reason: 'rule_unknown',
    });
    expect(wordsOf('rule_unknown')).toContain('the ID is wrong, or the member has no access to its ad account');
  });

  it('401 Unauthorized errors: the token is renewed, or the status asks for a new connection', () => {
    expect(stepAfter(401)).toMatchObject({ kind: 'token_refused' });
    expect(wordsOf('token_refused')).toContain('reconnect LinkedIn or paste a new token');
  });

  it('403 Forbidden errors: they wait, and the status names the missing scope or role', () => {
    expect(stepAfter(403, 'Not enough permissions')).toMatchObject({ kind: 'hold', reason: 'access_denied' });
    expect(wordsOf('access_denied')).toContain('the permission rw_conversions or a role on the ad account');
  });

  it('Low attribution / no conversions matched: each event says what it lacks', async () => {
    const { reason, requests } = await preview({ type: 'track', event: 'Lead Generated' });

    expect(reason).toBe('no_identity');
    expect(requests).toEqual([]);
  });

  // The rate limiter makes all integrations of the app wait. Its own tests cover that.
  it("429 Too Many Requests: the event waits, and it doesn't count against it", () => {
    expect(stepAfter(429)).toEqual({ kind: 'wait', afterMs: expect.any(Number) });
  });

  it.each([
    ['currency', { value: 500 }, 'currency_missing'],
    ['known currency', { value: 500, currency: 'dollars' }, 'currency_ambiguous'],
    ['readable value', { value: 'five hundred', currency: 'USD' }, 'amount_unreadable'],
  ])('Conversion values not appearing: without a %s the lead is sent, with a note', async (_, properties, code) => {
    const { element, lint } = await preview({ type: 'track', event: 'Lead Generated', properties, ...clicked });

    expect(element).toBeDefined();
    expect(element).not.toHaveProperty('conversionValue');
    expect(lint.map((finding) => finding.code)).toContain(code);
  });
});

describe('Rate Limits of the Datafly document', () => {
  it.each([
    ['rate_limit_rps', 30],
    ['rate_limit_burst', 60],
  ] as const)('%s is %i by default', (setting, expected) => {
    expect(SETTING_DEFAULTS[setting]).toBe(expected);
  });
});
