/**
 * L1 to L6, and two settings for newer versions of LinkedIn's API: an event goes through the whole product, LinkedIn
 * answers in an unusual way, and the management API reports it. Which of these tests fail on the commit before them:
 * test/conformance/README.md.
 */
import { createHash } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';
import { aConnection, bodyOf } from './management/a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

type Connection = Awaited<ReturnType<typeof aConnection>>;

let tokens = 0;
/** Each test has its own token, so that rate limits and outages don't reach the next test. */
async function connected(config: object = {}): Promise<Connection> {
  const token = `tok-direct-${++tokens}`;
  product.sandbox.setState({ tokens: { [token]: { member: 'manager', client_id: null } } });
  return aConnection(product, {
    config: {
      access_token: token,
      refresh_token: null,
      oauth_client_id: null,
      oauth_client_secret: null,
      ...config,
    },
  });
}

const arm = (answer: string, times = 1) => product.sandbox.fault({ answer, times });
const disarm = async () => fetch(`${product.sandbox.url}/_sandbox/faults`, { method: 'DELETE' });

const anEvent = (messageId: string, event: string) => ({
  type: 'track',
  event,
  messageId,
  properties: { email: 'ann.lee@example.com', firstName: 'Ann', lastName: 'Zyxfingham' },
  context: { ip: '203.0.113.9', consent: { categoryPreferences: { advertising: true } } },
});
const send = async ({ writeKey }: Connection, messageId: string, event = 'Order Completed') =>
  product.collect({ batch: [anEvent(messageId, event)] }, { writeKey });

const RULES = { 'Order Completed': '987654', 'Lead Generated': '987655' };
/** One delivery as the management API shows it. */
const story = async ({ ask }: Connection, messageId: string, event: keyof typeof RULES = 'Order Completed') =>
  bodyOf(await ask(`/deliveries/${RULES[event]}:${messageId}`));
async function becomes(...[connection, messageId, event, expected]: [...Required<Parameters<typeof story>>, object]) {
  await expect.poll(async () => story(connection, messageId, event), { timeout: 30_000 }).toMatchObject(expected);
}

describe('L1: after a 403, other conversion rules of the connection still deliver', () => {
  const refuseTheFirst = async (answer: string): Promise<Connection> => {
    const connection = await connected();
    arm(answer);
    await send(connection, 'a');
    await expect.poll(() => product.sandbox.requests.length, { timeout: 10_000 }).toBeGreaterThan(0);

    await send(connection, 'b', 'Lead Generated');
    await becomes(connection, 'b', 'Lead Generated', { state: 'delivered' });
    return connection;
  };

  it('and a rule that accepts no events from a server is held for that reason', async () => {
    const connection = await refuseTheFirst('conversion_target_invalid');

    await becomes(connection, 'a', 'Order Completed', { state: 'held', reason: 'rule_unusable' });
  });

  it.each([
    ['refused_unknown', 'A policy of this request is not met'],
    ['refused_without_a_word', 'HTTP 403 without a word'],
  ])('and the refused event is soon sent again when the reason is unknown: %s', async (answer, words) => {
    const connection = await refuseTheFirst(answer);

    await becomes(connection, 'a', 'Order Completed', {
      state: 'delivered',
      requests: [{ status: 403, message: expect.stringContaining(words) }, { status: expect.any(Number) }],
    });
  });
});

describe('L2: a refused event', () => {
  it.each([
    ['code_alone', 'INVALID_VALUE'],
    ['input_errors', 'The amount is above what the currency allows'],
    ['bad_request_without_a_word', 'HTTP 400 without a word'],
  ])('always has a reason: %s', async (answer, words) => {
    const connection = await connected();
    arm(answer, 9);

    await send(connection, 'a');

    await becomes(connection, 'a', 'Order Completed', { state: 'dead', reason: expect.stringContaining(words) });
  });
});

describe('L3: an answer that cannot be read', () => {
  it.each(['accepted_as_page', 'accepted_as_nothing', 'accepted_as_nulls'])(
    'makes the delivery unconfirmed in its story, the ledger and the status, and nothing is sent twice: %s',
    async (answer) => {
      const connection = await connected();
      arm(answer);

      await send(connection, 'a');

      await becomes(connection, 'a', 'Order Completed', { state: 'delivered', reason: 'unconfirmed' });
      expect((await product.admin(`/sources/${connection.sourceId}/ledger`)).body).toMatchObject({
        totals: { received: 1, delivered: 1, unconfirmed: 1 },
      });
      expect(await connection.ask('/status')).toMatchObject({ body: { backlog: { unconfirmed: 1 } } });
      expect(product.sandbox.events.map(({ element }) => element['eventId'])).toEqual(['a']);
    },
  );
});

it('L4: stores nothing of a personal value that LinkedIn repeats and cuts off', async () => {
  const connection = await connected();
  arm('echo_cut_short', 9);

  await send(connection, 'a');

  await becomes(connection, 'a', 'Order Completed', { state: 'dead' });
  expect(JSON.stringify(await story(connection, 'a'))).not.toMatch(/zyxfing/i);
});

it('L5: all events are delivered within 20 seconds after an outage of five seconds', async () => {
  const connection = await connected();
  arm('outage', 1_000);
  for (let n = 0; n < 10; n++) {
    await send(connection, `a${n}`, n % 2 === 0 ? 'Order Completed' : 'Lead Generated');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  await disarm();

  await expect.poll(() => product.sandbox.events.length, { timeout: 20_000 }).toBe(10);
});

describe('L6: the doctor', () => {
  it('names the only setting that is missing to renew a token', async () => {
    const connection = await aConnection(product, { config: { oauth_client_secret: null } });

    const { body } = await connection.ask('/doctor', { method: 'POST' });

    expect(body).toMatchObject({
      findings: [{ remedy: expect.stringMatching(/^Enter the client secret \(oauth_client_secret\) of/) }],
    });
  });

  it('repeats what LinkedIn said when it refuses the token', async () => {
    const connection = await connected({ access_token: 'tok-revoked' });

    const { body } = await connection.ask('/doctor', { method: 'POST' });

    expect(body).toMatchObject({
      findings: [{ code: 'token_refused', detail: expect.stringContaining('revoked') }],
    });
  });
});

describe("a version of LinkedIn's API that this release doesn't know", () => {
  it.each(['209901', '202512', '202612', '201001'])(
    'is refused unless allow_unknown_version is set: %s',
    async (version) => {
      const { ask } = await connected();
      const change = (config: object) => ask('', { method: 'PATCH', body: { config } });

      const before = await ask('');
      expect(await change({ linkedin_version: version })).toMatchObject({
        status: 400,
        body: {
          errors: [{ pointer: '/config/linkedin_version', detail: expect.stringContaining('allow_unknown_version') }],
        },
      });
      expect(await ask('')).toEqual(before);
      expect(await change({ linkedin_version: version, allow_unknown_version: true })).toMatchObject({
        status: 200,
        body: { config: { linkedin_version: version } },
      });
    },
  );
});

it.each([
  ['hashed', { idType: 'SHA256_IP_ADDRESS', idValue: createHash('sha256').update('203.0.113.9').digest('hex') }],
  [true, { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.9' }],
  [false, undefined],
])("sends the visitor's IP address as send_ip says: %s", async (send_ip, expected) => {
  const connection = await connected({ send_ip });
  const made = bodyOf(await product.admin(`/sources/${connection.sourceId}/server-keys`, { method: 'POST' }));

  await send({ ...connection, writeKey: String(made['key']) }, 'a');

  const [event] = await product.sandbox.waitForEvents(1, 20_000);
  const { userIds }: { userIds?: { idType: string }[] } = Object(event?.element['user']);
  expect(userIds?.find(({ idType }) => idType.includes('IP_ADDRESS'))).toEqual(expected);
});
