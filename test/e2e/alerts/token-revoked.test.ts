/**
 * LinkedIn's token is revoked on a running instance: the alert is at the webhook within two minutes, and the all-clear
 * within two minutes of the repair. No cron trigger runs in this test. Then the instance is killed at the two worst
 * moments: after an incident has opened but before it is reported, and while a receiver has an alert but has not
 * answered. LinkedIn has retired every version that this release knows. Last, the instance is killed while the first
 * batch tries a newer one.
 */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type AlertReceiver, startAlertReceiver } from '../../support/alert-receiver.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf, dataOf } from '../management/a-connection.ts';

const TWO_MINUTES_MS = 120_000;

let product: LocalProduct;
let receiver: AlertReceiver;
beforeAll(async () => {
  [product, receiver] = await Promise.all([startLocalProduct(), startAlertReceiver()]);
  const { versions } = product.sandbox.state;
  product.sandbox.setState({ versions: { '202611': '2027-11-15' }, sunset: Object.keys(versions) });
  await product.admin('/integrations/int_demo', {
    method: 'PATCH',
    body: { config: { linkedin_version: '202611', allow_unknown_version: true } },
  });
});
afterAll(async () => {
  await Promise.all([product.stop(), receiver.close()]);
});

const types = (): unknown[] => receiver.received.map(({ text }) => Object(JSON.parse(text))['type']);

it('tells a webhook that the token was revoked, and that it works again', { timeout: 300_000 }, async () => {
  const made = await product.admin('/alert-channels', {
    body: { type: 'webhook', name: 'On call', url: `${receiver.url}/in?key=s3cret` },
  });
  expect(made.status).toBe(201);
  const { secret } = Object(made.body);
  product.sandbox.setState({ tokens: { 'tok-site': { member: 'manager', client_id: null } } });
  const config = { access_token: 'tok-site', refresh_token: null };
  await product.admin('/integrations/int_demo', { method: 'PATCH', body: { config } });

  product.sandbox.setState({ tokens: { 'tok-site': { revoked: true } } });
  const revokedAtMs = Date.now();
  await product.collect({
    batch: [
      {
        type: 'track',
        event: 'Lead Generated',
        messageId: 'lead-1',
        traits: { email: 'jane@example.com' },
        properties: { value: 900, currency: 'EUR' },
        context: { consent: { categoryPreferences: { advertising: true } } },
      },
    ],
  });
  await expect.poll(types, { timeout: TWO_MINUTES_MS, interval: 100 }).toEqual(['incident.opened']);

  const [opened] = receiver.received;
  if (opened === undefined) throw new Error('Nothing was received');
  expect(opened.atMs - revokedAtMs).toBeLessThan(TWO_MINUTES_MS);
  expect(new Webhook(secret).verify(opened.text, Object(opened.headers))).toMatchObject({
    type: 'incident.opened',
    data: {
      cause: 'token_refused',
      severity: 'critical',
      source_id: 'src_demo',
      title: 'LinkedIn refuses the access token',
      held: 1,
      value_at_risk: { EUR: '900' },
      days_left: 89,
      link: `${product.url}/console#/sources/src_demo/linkedin`,
    },
  });
  expect(opened.text).not.toMatch(/jane|tok-site|s3cret/);
  const listed = await product.admin('/incidents?state=open');
  expect(listed.body).toMatchObject({
    data: [
      {
        cause: 'token_refused',
        state: 'open',
        held: 1,
        alerts: [{ channel: 'On call', type: 'incident.opened', state: 'sent' }],
      },
    ],
  });

  const repairedAtMs = Date.now();
  await product.admin('/integrations/int_demo', { method: 'PATCH', body: { config: { access_token: 'tok-ok' } } });
  await expect.poll(types, { timeout: TWO_MINUTES_MS, interval: 100 }).toEqual(['incident.opened', 'incident.closed']);

  expect((receiver.received[1]?.atMs ?? Infinity) - repairedAtMs).toBeLessThan(TWO_MINUTES_MS);
  console.log(
    `told after ${opened.atMs - revokedAtMs} ms, told that it closed after ${(receiver.received[1]?.atMs ?? 0) - repairedAtMs} ms`,
  );
  expect(product.sandbox.events.map(({ element }) => element['eventId'])).toEqual(['lead-1']);
  expect((await product.admin('/incidents?state=open')).body).toEqual({ data: [], next_cursor: null });
});

it(
  'tells a channel each state, and none under two IDs, also when it is killed in between',
  { timeout: 120_000 },
  async () => {
    const alerts = async (state: string): Promise<unknown> => {
      const listed = dataOf(await product.admin(`/incidents?state=${state}&source_id=src_demo`));
      return listed.find(({ cause }) => cause === 'rule_held')?.['alerts'];
    };
    receiver.received.length = 0;
    product.sandbox.setState({ rules: { '987654': { enabled: false } } });
    await product.collect({
      batch: [
        {
          type: 'track',
          event: 'Order Completed',
          messageId: 'order-1',
          traits: { email: 'john.doe@example.com' },
          context: { consent: { categoryPreferences: { advertising: true } } },
        },
      ],
    });
    await expect
      .poll(() => alerts('open'), { interval: 50 })
      .toMatchObject([{ type: 'incident.opened', state: 'waiting' }]);

    receiver.hang();
    await product.crash();
    expect(receiver.received).toEqual([]);
    await expect.poll(types, { interval: 50 }).toEqual(['incident.opened']);
    await product.kill();
    receiver.answerWith(200);
    await product.restart();
    // Otherwise the next attempt waits for a minute, for the alarm that was set in case the process dies.
    await product.runCron();
    await expect
      .poll(() => alerts('open'), { interval: 50 })
      .toMatchObject([{ type: 'incident.opened', state: 'sent' }]);
    product.sandbox.setState({ rules: { '987654': { enabled: true } } });
    await product.admin('/integrations/int_demo/replay', { body: { filter: {} } });
    await expect
      .poll(
        async () => {
          await product.runCron();
          return alerts('closed');
        },
        { interval: 200 },
      )
      .toMatchObject([
        { type: 'incident.closed', state: 'sent' },
        { type: 'incident.opened', state: 'sent' },
      ]);

    const told = receiver.received.map(
      ({ text, headers }) => `${Object(JSON.parse(text))['type']} ${String(headers['webhook-id'])}`,
    );
    // The first attempt had no answer, so the alert came again with the same ID.
    expect(told).toHaveLength(3);
    expect(told[0]).toBe(told[1]);
    expect([...new Set(told)].map((one) => one.split(' ')[0])).toEqual(['incident.opened', 'incident.closed']);
  },
);

it('sends a conversion once, although it is killed while the first batch tries a newer version', async () => {
  const { sandbox } = product;
  const connection = await aConnection(product);
  const next = async (): Promise<unknown> => {
    await product.runCron();
    return Object(bodyOf(await connection.ask('/status'))['version'])['next'];
  };
  await expect.poll(next, { interval: 100 }).toBe('202611');
  sandbox.clear();
  const tries = (): unknown[] =>
    sandbox.requests
      .filter(({ path }) => path === '/rest/conversionEvents')
      .map(({ version, status }) => `${version} ${status}`);
  sandbox.fault({ kind: 'hang', path: '/rest/conversionEvents' });
  const order = {
    type: 'track',
    event: 'Order Completed',
    messageId: 'order-2',
    traits: { email: 'jane@example.com' },
  };
  await product.collect({ batch: [order] }, { writeKey: connection.writeKey });
  await expect.poll(tries, { interval: 20 }).toEqual(['202611 null']);

  await product.kill();
  await product.restart();
  await product.runCron();

  await expect.poll(() => sandbox.events.map(({ element }) => element['eventId'])).toEqual(['order-2']);
  expect(tries().slice(1)).toEqual(['202611 200']);
});
