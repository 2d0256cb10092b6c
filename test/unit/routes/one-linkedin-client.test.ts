/** Deliveries, management calls, the doctor and test events all call LinkedIn through the same code. */
import { createExecutionContext, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import {
  admin,
  ADMIN_TOKEN,
  anIntegrationOf,
  anOrder,
  aRequest,
  aSource,
  outcomes,
  problemOf,
  send,
} from '../support/api.ts';
import type { Call, MadeSource } from '../support/api.ts';

const CONSENT = { context: { consent: { categoryPreferences: { advertising: true } } } };

let respond: (request: Request) => Response | Promise<Response>;
/** The requests to LinkedIn, with their versions. */
let asked: string[];
/** The lines in the log. */
let lines: string[];
beforeEach(() => {
  asked = [];
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const request = new Request(url, init);
    // The doctor also asks for the tag at its own address.
    if (request.url === 'https://t.example.com/df.js') return new Response(null, { status: 404 });
    asked.push(`${new URL(request.url).pathname} ${request.headers.get('LinkedIn-Version')}`);
    return respond(request);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const takesEverything = async (request: Request): Promise<Response> => {
  if (request.method !== 'POST') return Response.json({ elements: [], metadata: {} });
  const { elements } = await request.json<{ elements: unknown[] }>();
  return Response.json({ elements: elements.map(() => ({ status: 201 })) });
};

const retired =
  (version: string) =>
  (request: Request): Response | Promise<Response> =>
    request.headers.get('LinkedIn-Version') === version
      ? Response.json({ status: 426, code: 'NONEXISTENT_VERSION', message: 'not active' }, { status: 426 })
      : takesEverything(request);

async function deliver(source: MadeSource): Promise<void> {
  await send(source, [anOrder(CONSENT)]);
  await vi.waitUntil(
    async () => {
      await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));
      return (await outcomes(source)).every(({ deliveries }) => deliveries.every(({ state }) => state === 'delivered'));
    },
    { timeout: 20_000, interval: 200 },
  );
}

describe('the API version that replaces a retired one', () => {
  it('is used by management calls, test events and previews as soon as deliveries have found it', async () => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source, { config: { linkedin_version: '202601' } });
    respond = retired('202601');
    await deliver(source);
    asked.splice(0);

    expect((await admin(`/integrations/${id}/ad-accounts`)).status).toBe(200);
    expect(await (await admin(`/integrations/${id}/test-event`, { body: anOrder(CONSENT) })).json()).toMatchObject({
      results: [{ accepted: true }],
      requests: [{ headers: { 'LinkedIn-Version': '202609' } }],
    });
    expect(await (await admin(`/integrations/${id}/preview`, { body: anOrder(CONSENT) })).json()).toMatchObject({
      requests: [{ headers: { 'LinkedIn-Version': '202609' } }],
    });
    const doctor = await admin(`/integrations/${id}/doctor`, { method: 'POST' });
    expect(await doctor.json()).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'version_retired', detail: 'Deliveries use 202609 instead of 202601.' }),
      ]),
    });
    expect(asked.filter((request) => !request.endsWith(' 202609'))).toEqual([]);
  });
});

describe('a management call reads an answer as a delivery does', () => {
  it.each([
    [408, {}, 502, 'linkedin_unavailable'],
    [503, {}, 502, 'linkedin_unavailable'],
    [403, { message: 'Resource level throttle limit is reached' }, 429, 'rate_limited'],
    [400, { serviceErrorCode: 101, message: 'x' }, 429, 'rate_limited'],
  ])('%i %j', async (status, body, shown, code) => {
    const { id } = await anIntegrationOf(await aSource(), { config: { access_token: `tok-${crypto.randomUUID()}` } });
    respond = () => Response.json(body, { status });

    expect(await problemOf(await admin(`/integrations/${id}/ad-accounts`))).toMatchObject({ status: shown, code });
  });

  it('tries another token when a code says that the token is refused, whatever the status', async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: { access_token: `tok-${crypto.randomUUID()}` } });
    respond = () => Response.json({ serviceErrorCode: 65602, message: 'expired' }, { status: 400 });
    await admin(`/integrations/${id}/ad-accounts`);

    // The only token is known to be refused, so no request is made with it.
    const again = await admin(`/integrations/${id}/ad-accounts`);

    expect(await problemOf(again)).toMatchObject({ status: 409, code: 'linkedin_not_connected' });
    expect(asked).toHaveLength(1);
  });
});

describe('the log', () => {
  const HOSTILE = {
    email: 'victim"},{"level":"error@example.com',
    firstName: 'Zyx\n{"where":"linkedin.request"}',
    lastName: 'Öbel‮',
    company: 'Vexer ${jndi:ldap://x} GmbH',
    title: '=HYPERLINK("x")',
    orderId: 'order-4711-hostile',
  };

  it('has one line for each request, whoever made it, and no personal data', async () => {
    const source = await aSource();
    const token = `tok-${crypto.randomUUID()}`;
    const { id } = await anIntegrationOf(source, { config: { access_token: token } });
    const { email, orderId, ...traits } = HOSTILE;
    const event = anOrder({
      ...CONSENT,
      messageId: orderId,
      traits,
      properties: { email: 'victim@example.com', note: email },
    });
    respond = takesEverything;
    await send(source, [event]);
    await deliver(source);
    await admin(`/integrations/${id}/test-event`, { body: event });
    await admin(`/integrations/${id}/ad-accounts`);
    // LinkedIn echoes the request.
    respond = async (request) =>
      new Response(JSON.stringify({ message: `${await request.text()} ${request.headers.get('Authorization')}` }), {
        status: 400,
      });
    await admin(`/integrations/${id}/test-event`, { body: event });

    const read = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(read).toHaveLength(asked.length);
    for (const line of read)
      expect(line).toEqual({
        level: 'info',
        where: 'linkedin.request',
        asker: expect.stringMatching(/^(delivery|test_event|management)$/),
        integration: id,
        rule: line['asker'] === 'management' ? null : '1001',
        events: expect.any(Number),
        status: expect.any(Number),
        outcome: expect.stringMatching(/^(accepted|ok|batch_refused)$/),
        milliseconds: expect.any(Number),
        version: '202609',
      });
    expect(read.filter(({ asker }) => asker === 'management').map(({ events }) => events)).toSatisfy(
      (counts: unknown[]) => counts.every((count) => count === 0),
    );
    expect(new Set(read.map(({ asker }) => asker))).toEqual(new Set(['delivery', 'test_event', 'management']));
    const text = lines.join('\n');
    for (const value of [token, 'victim', ...Object.values(HOSTILE)]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(JSON.stringify(value).slice(1, -1));
    }
  });
});

describe('an integration', () => {
  it.each<[string, Call]>([
    ['', {}],
    ['/status', {}],
    ['/mappings', {}],
    ['/deliveries', {}],
    ['/ad-accounts', {}],
    ['/conversion-rules', {}],
    ['/preview', { body: anOrder(CONSENT) }],
    ['/test-event', { body: anOrder(CONSENT) }],
    ['/doctor', { method: 'POST' }],
  ])('is read once for a request: %s', async (path, call) => {
    const { id } = await anIntegrationOf(await aSource(), { config: { access_token: `tok-${crypto.randomUUID()}` } });
    respond = takesEverything;
    let reads = 0;
    const REGISTRY = new Proxy(env.REGISTRY, {
      get: (registries, name) =>
        name === 'getByName'
          ? (key: string) =>
              new Proxy(registries.getByName(key), {
                get: (stub, method) => {
                  if (method === 'integration') reads += 1;
                  const found: unknown = Reflect.get(stub, method);
                  return typeof found === 'function'
                    ? (...given: unknown[]): unknown => Reflect.apply(found, stub, given)
                    : found;
                },
              })
          : Reflect.get(registries, name),
    });

    const response = await worker.fetch(
      // A request from outside has none of our properties, but the types don't express that.
      new Request<unknown, IncomingRequestCfProperties>(
        aRequest(`/v1/admin/integrations/${id}${path}`, {
          ...call,
          headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
        }),
      ),
      { ...env, REGISTRY },
      createExecutionContext(),
    );

    expect(response.status).toBe(200);
    expect(reads).toBe(1);
  });
});
