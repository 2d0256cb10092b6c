import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
/** Audiences and computed traits, as Segment Engage sends them: an identify with a true or false trait. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, ask, aServerKey, aSource, outcomes } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { foundIn, objectsAtRest } from '../support/at-rest.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const TRIGGER = 'type = "identify" and traits.order_completed_last_30days = true';
const MINUTE_MS = 60_000;

type Audience = { source: MadeSource; key: string; integration: { id: string } };

async function anAudience(mapping: Record<string, unknown> = {}): Promise<Audience> {
  const source = await aSource();
  const integration = await anIntegrationOf(source, {
    config: { conversion_rule_id: {}, mappings: [{ trigger: TRIGGER, conversion_rule_id: '1001', ...mapping }] },
  });
  return { source, integration, key: await aServerKey(source) };
}

let sent = 0;
const change = (userId: string, isMember: boolean | null, over: Record<string, unknown> = {}) => {
  sent += 1;
  return {
    type: 'identify',
    userId,
    messageId: `change-${sent}`,
    traits: { email: `${userId}@example.com`, order_completed_last_30days: isMember },
    ...over,
  };
};

async function sync({ key }: Audience, batch: readonly object[]): Promise<void> {
  const response = await ask('/v1/batch', { body: { batch }, headers: { Authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
}

/** Returns, in the order of sending, which changes became a conversion, and why the others didn't. */
async function became({ source }: Audience): Promise<string[]> {
  const events = await outcomes(source);
  return events.map(({ state, reason }) => (state === 'skipped' ? String(reason) : 'conversion')).toReversed();
}

describe('an audience', () => {
  it('makes one conversion each time a person becomes a member', async () => {
    const audience = await anAudience();

    for (const isMember of [true, true, false, false, true, null, true])
      await sync(audience, [change('jane', isMember)]);

    expect(await became(audience)).toEqual([
      'conversion',
      'membership_unchanged',
      'membership_ended',
      'membership_ended',
      'conversion',
      'membership_ended',
      'conversion',
    ]);
  });

  it('keeps people apart, even within one request', async () => {
    const audience = await anAudience();

    await sync(audience, [change('ann', true), change('bob', true), change('ann', true), change('bob', false)]);
    await sync(audience, [change('ann', true), change('bob', true)]);

    expect(await became(audience)).toEqual([
      'conversion',
      'conversion',
      'membership_unchanged',
      'membership_ended',
      'membership_unchanged',
      'conversion',
    ]);
  });

  it('recognizes a person by user ID or by e-mail', async () => {
    const audience = await anAudience();
    const traits = { email: 'Jane@Example.com', order_completed_last_30days: true };

    await sync(audience, [change('jane', true)]);
    await sync(audience, [{ type: 'identify', anonymousId: 'a-1', messageId: 'by-email', traits }]);
    await sync(audience, [change('jane', true, { traits: { order_completed_last_30days: true, li_fat_id: 'x' } })]);

    expect(await became(audience)).toEqual(['conversion', 'membership_unchanged', 'no_identity']);
  });

  it("keeps a person whose identify doesn't mention it", async () => {
    const audience = await anAudience();

    await sync(audience, [change('jane', true)]);
    await sync(audience, [change('jane', true, { traits: { email: 'jane@example.com', plan: 'pro' } })]);
    await sync(audience, [change('jane', true)]);

    expect(await became(audience)).toEqual(['conversion', 'no_mapping', 'membership_unchanged']);
  });

  it("isn't joined again by an event that arrives late", async () => {
    const audience = await anAudience();
    const at = (minutesAgo: number) => ({ timestamp: new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString() });

    await sync(audience, [change('jane', true, at(30))]);
    await sync(audience, [change('jane', false, at(10))]);
    await sync(audience, [change('jane', true, at(20))]);
    await sync(audience, [change('jane', true, at(5))]);

    expect(await became(audience)).toEqual(['conversion', 'membership_ended', 'membership_unchanged', 'conversion']);
  });

  it("isn't changed by a sender's retry", async () => {
    const audience = await anAudience();
    const joins = change('jane', true);

    await sync(audience, [joins]);
    await sync(audience, [change('jane', false)]);
    await sync(audience, [joins]);
    await sync(audience, [change('jane', true)]);

    expect(await became(audience)).toEqual(['conversion', 'membership_ended', 'conversion']);
  });

  it('belongs to one mapping, and another mapping has its own', async () => {
    const source = await aSource();
    await anIntegrationOf(source, {
      config: {
        conversion_rule_id: {},
        mappings: [
          { trigger: TRIGGER, conversion_rule_id: '1001' },
          { trigger: 'type = "identify" and traits.vip = true', conversion_rule_id: '2001' },
        ],
      },
    });
    const audience = { source, integration: { id: '' }, key: await aServerKey(source) };
    const both = (vip: boolean) =>
      change('jane', true, { traits: { email: 'jane@example.com', order_completed_last_30days: true, vip } });

    await sync(audience, [both(false)]);
    await sync(audience, [both(true)]);

    const events = await outcomes(source);
    expect(events.map(({ deliveries }) => deliveries.map((delivery) => delivery.conversion_rule_id))).toEqual([
      ['2001'],
      ['1001'],
    ]);
  });

  it('fires for each identify if its mapping says so', async () => {
    const audience = await anAudience({ once_per_membership: false });

    await sync(audience, [change('jane', true), change('jane', true)]);

    expect(await became(audience)).toEqual(['conversion', 'conversion']);
  });

  it('may consist of the people who did something once', async () => {
    const audience = await anAudience({ trigger: 'type = "track" and event = "Lead"', once_per_membership: true });
    const lead = (messageId: string) => change('jane', null, { type: 'track', event: 'Lead', messageId });

    await sync(audience, [lead('lead-1')]);
    await sync(audience, [lead('lead-2')]);

    expect(await became(audience)).toEqual(['conversion', 'membership_unchanged']);
  });

  it('stores no personal data: a person is a keyed hash', async () => {
    const audience = await anAudience();

    await sync(audience, [change('zyx-canary', true)]);

    expect(foundIn(await objectsAtRest(), ['zyx-canary'])).toEqual([]);
    expect(await members(audience)).toHaveLength(2);
  });

  it('forgets a person who is erased', async () => {
    const audience = await anAudience();
    await sync(audience, [change('jane', true), change('john', true)]);

    await admin('/people/erase', { body: { user_id: 'jane', email: 'jane@example.com' } });

    expect(await members(audience)).toHaveLength(2);
    await sync(audience, [change('jane', true), change('john', true)]);
    expect((await became(audience)).slice(2)).toEqual(['conversion', 'membership_unchanged']);
  });

  it('keeps its memberships when the object is evicted', async () => {
    const audience = await anAudience();
    await sync(audience, [change('jane', true)]);
    await evictDurableObject(outboxOf(audience));

    await sync(audience, [change('jane', true)]);

    expect(await became(audience)).toEqual(['conversion', 'membership_unchanged']);
  });
});

describe('once_per_membership', () => {
  it.each([
    [{}, true],
    [{ once_per_membership: false }, false],
    [{ trigger: 'type = "track"' }, false],
    [{ trigger: 'type = "track"', once_per_membership: true }, true],
  ])('of a mapping with %j is returned as %s', async (mapping, expected) => {
    const { integration } = await anAudience(mapping);

    const response = await admin(`/integrations/${integration.id}/mappings`);

    expect(await response.json()).toMatchObject({ data: [{ once_per_membership: expected }] });
  });
});

const outboxOf = ({ source }: Audience) => env.OUTBOX.getByName(source.id);

async function members(audience: Audience): Promise<{ tag: string }[]> {
  return runInDurableObject(outboxOf(audience), (_, { storage }) =>
    storage.sql.exec<{ tag: string }>('SELECT tag FROM memberships WHERE is_member').toArray(),
  );
}
