/** R3: the sender's own setting for destinations, as Segment and RudderStack write it. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, anOrder, ask, aSource, outcomes, send, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

let source: MadeSource;
let integration: { id: string };
beforeAll(async () => {
  source = await aSource();
  integration = await anIntegrationOf(source, { name: 'EU leads' });
});

async function reasonOf(over: Record<string, unknown>, beside: Record<string, unknown> = {}): Promise<unknown> {
  const order = anOrder(over);
  await send(source, [order], { country: 'US', beside });
  return (await outcomes(source)).find(({ message_id: id }) => id === order['messageId'])?.reason;
}

describe("an event with a sender's settings for destinations", () => {
  it.each([
    [{ All: false }],
    [{ All: 'false' }],
    [{ All: false, 'LinkedIn Conversions API': false }],
    [{ LinkedIn: 'denied' }],
    [{ linkedin_ads: 0 }],
    [{ 'eu-leads': false }],
    [{ 'LİNKEDIN\u200b': false }],
    [{ All: {} }],
    [{ '*': false }],
    [{ LinkedIn: { enabled: false } }],
    [[]],
    [false],
  ])('is skipped with its own reason: integrations %j', async (integrations) => {
    expect(await reasonOf({ integrations })).toBe('sender_excluded');
    expect(await reasonOf({ context: { integrations } })).toBe('sender_excluded');
    expect(await reasonOf({}, { integrations })).toBe('sender_excluded');
    expect(await reasonOf({ context: { consent: { destinationPreferences: integrations } } })).toBe('sender_excluded');
    expect(await reasonOf({}, { consent: { destinationPreferences: integrations } })).toBe('sender_excluded');
  });

  it.each([
    [{ All: false, 'LinkedIn Conversions API': true }],
    [{ All: false, LinkedIn: { rule: 7 } }],
    [{ Mixpanel: false }],
    [{}],
    [null],
  ])('is sent when it is meant for us: integrations %j', async (integrations) => {
    expect(await reasonOf({ integrations })).toBeNull();
    expect(await reasonOf({}, { integrations })).toBeNull();
  });

  it.each([[null], [[]], [''], [{ LinkedIn: {} }], [{ '*': false }]])(
    'has another reason than one that the visitor refuses: destinationPreferences %j',
    async (destinationPreferences) => {
      expect(await reasonOf({ context: { consent: { destinationPreferences } } })).toBe('sender_excluded');
    },
  );

  it('stays excluded when the batch excludes us by name and the event allows all', async () => {
    expect(await reasonOf({ integrations: { All: true } }, { integrations: { LinkedIn: false } })).toBe(
      'sender_excluded',
    );
  });

  it('may name the integration by its ID', async () => {
    expect(await reasonOf({ integrations: { [integration.id]: false } })).toBe('sender_excluded');
    expect(await reasonOf({ integrations: { All: false, [integration.id]: true } })).toBeNull();
  });

  it('says so in plain words, and is counted in the ledger', async () => {
    const own = await aSource();
    await anIntegrationOf(own);
    const order = anOrder({ integrations: { All: false } });

    await ask('/v1/t', { body: { writeKey: own.write_key, ...order } });

    expect(await outcomes(own)).toMatchObject([
      {
        state: 'skipped',
        reason: 'sender_excluded',
        sentence: 'The sender says that this event is not for LinkedIn.',
        deliveries: [],
      },
    ]);
    const ledger = await (await admin(`/sources/${own.id}/ledger`)).text();
    expect(ledger).toContain('"sender_excluded"');
  });

  it('is excluded from one integration only, when it names only that one', async () => {
    const own = await aSource();
    const eu = await anIntegrationOf(own, { name: 'EU' });
    const us = await anIntegrationOf(own, { name: 'US' });

    await send(own, [anOrder({ integrations: { EU: false } })], { country: 'US' });

    const [event] = await outcomes(own);
    expect(event?.deliveries.map((delivery) => delivery.integration_id)).toEqual([us.id]);
    expect(eu.id).not.toBe(us.id);
  });

  it('sets no cookie when it is excluded, and adds no identity to the events after it', async () => {
    const own = await aSource();
    await anIntegrationOf(own);
    const notForUs = { integrations: { All: false } };
    const identify = { type: 'identify', traits: { email: 'john.doe@example.com' }, ...notForUs };

    const alone = await send(own, [identify], { country: 'US', headers: { Origin: SITE } });
    await send(own, [identify, anOrder({ properties: { total: 1 } })], { country: 'US' });

    expect(alone.headers.getSetCookie()).toEqual([]);
    const seen = (await outcomes(own)).map(({ reason, email }) => `${reason} ${email}`);
    expect(seen.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'no_identity false',
      'no_mapping true',
      'no_mapping true',
    ]);
  });

  it('still changes the current person when it is excluded', async () => {
    const own = await aSource();
    await anIntegrationOf(own);
    const john = { type: 'identify', traits: { email: 'john.doe@example.com' } };
    const ann = { type: 'identify', traits: { email: 'ann@example.com' }, integrations: { All: false } };

    await send(own, [john, ann, anOrder({ properties: { total: 1 } })], { country: 'US' });

    const order = (await outcomes(own)).find(({ type }) => type === 'track');
    expect(order).toMatchObject({ reason: 'no_identity', email: false });
  });

  it('is explained by a preview', async () => {
    const response = await admin(`/integrations/${integration.id}/preview?country=US`, {
      body: anOrder({ integrations: { All: false } }),
    });

    const { reason, decisions } = await response.json<{ reason: string; decisions: unknown[] }>();
    expect(reason).toBe('sender_excluded');
    expect(decisions).toContainEqual({ decision: 'sender', passed: false });
  });
});
