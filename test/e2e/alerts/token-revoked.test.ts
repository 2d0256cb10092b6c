/**
 * LinkedIn's token is revoked on a running instance: the alert is at the webhook within two minutes, and the all-clear
 * within two minutes of the repair. No cron trigger runs in this test.
 */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type AlertReceiver, startAlertReceiver } from '../../support/alert-receiver.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';

const TWO_MINUTES_MS = 120_000;

let product: LocalProduct;
let receiver: AlertReceiver;
beforeAll(async () => {
  [product, receiver] = await Promise.all([startLocalProduct(), startAlertReceiver()]);
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
    `told after ${opened.atMs - revokedAtMs} ms, all-clear after ${(receiver.received[1]?.atMs ?? 0) - repairedAtMs} ms`,
  );
  expect(product.sandbox.events.map(({ element }) => element['eventId'])).toEqual(['lead-1']);
  expect((await product.admin('/incidents?state=open')).body).toEqual({ data: [], next_cursor: null });
});
