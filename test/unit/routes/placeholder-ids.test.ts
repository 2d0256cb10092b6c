/** Q2: a placeholder instead of an ID connects no two people: Ann's click isn't sent with Bob's e-mail. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';

import { anIntegrationOf, aServerKey, aSource, ask, outcomes } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aLinkedIn } from '../support/linkedin.ts';

const MINUTE_MS = 60_000;
const BOBS_HASH = '5ff860bf1190596c7188ab851db691f0f3169c453936e9e1eba2f9a47f7a0018';

const NONE = [
  '',
  '  ',
  'null',
  'undefined',
  'NULL',
  '0',
  '00000000-0000-0000-0000-000000000000',
  'unknown',
  'N/A',
  '{{id}}',
];
const CASES = [
  ...NONE.map((id) => ({ field: 'anonymousId', id })),
  ...['undefined', '0', '{{id}}'].map((id) => ({ field: 'userId', id })),
];

let linkedin: ReturnType<typeof aLinkedIn>;
beforeAll(() => {
  linkedin = aLinkedIn();
});

/** Sends with a server key, which may affect any person that it names. */
async function say(key: string, event: Record<string, unknown>, consent = { advertising: true }): Promise<void> {
  const response = await ask('/v1/batch', {
    body: { batch: [event], consent },
    headers: { Authorization: `Bearer ${key}` },
  });
  expect(response.status).toBe(200);
}

/** Ann's order waits for her e-mail. Only her click is known. */
async function annsOrder(who: Record<string, unknown>): Promise<{ source: MadeSource; key: string }> {
  const source = await aSource();
  await anIntegrationOf(source, { config: { hold_for_identity_minutes: 10 } });
  const key = await aServerKey(source);
  const properties = { total: 50, currency: 'EUR', li_fat_id: 'anns-click' };
  await say(key, { type: 'track', event: 'Order Completed', messageId: 'anns-order', properties, ...who });
  return { source, key };
}

describe('a placeholder ID', () => {
  it.each(CASES)(
    "$field \"$id\": one person's identity doesn't complete another's conversion",
    async ({ field, id }) => {
      const { source, key } = await annsOrder({ [field]: id });

      await say(key, { type: 'identify', traits: { email: 'bob@example.com' }, [field]: id });
      await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) =>
        storage.sql.exec(`UPDATE deliveries SET waits_until_ms = waits_until_ms - 11 * ${MINUTE_MS}`),
      );
      await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));

      const { user } = await linkedin.elementOf(source.id, 'anns-order');
      expect(user.userIds).toContainEqual({ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'anns-click' });
      expect(JSON.stringify(user)).not.toContain(BOBS_HASH);
    },
  );

  it.each(CASES.slice(-4))(
    '$field "$id": one person\'s withdrawal erases nothing of another\'s',
    async ({ field, id }) => {
      const { source, key } = await annsOrder({ [field]: id });

      await say(key, { type: 'page', [field]: id }, { advertising: false });

      const order = (await outcomes(source)).find(({ message_id: messageId }) => messageId === 'anns-order');
      expect(order).toMatchObject({ state: 'pending', reason: 'waiting_for_identity' });
    },
  );
});
