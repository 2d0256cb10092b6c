import { beforeEach, describe, expect, it } from 'vitest';

import type { EventStory } from '../../../worker/schema/events/event-view.ts';
import { MASK } from '../../../worker/schema/events/masked-payload.ts';
import { admin, anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const OVER_100 = {
  id: 'map_over_100',
  name: 'Over 100',
  trigger: 'properties.total > 100',
  conversion_rule_id: '1001',
};
const PRO = {
  id: 'map_pro',
  name: 'Pro plan',
  trigger: 'event = "Order Completed" and properties.plan = "pro"',
  conversion_rule_id: '1002',
};
const MAPPED = {
  config: { mappings: [OVER_100, PRO], conversion_rule_id: { 'Order Completed': '1001', page: '1003' } },
};

async function storyOf({ id }: MadeSource, messageId: string): Promise<EventStory> {
  const response = await admin(`/sources/${id}/events/${encodeURIComponent(messageId)}`);
  expect(response.status).toBe(200);
  return response.json();
}

const mappingOf = ({ triggers }: EventStory, name: string) => triggers.find((trigger) => trigger.name === name);

describe('the history of an event', () => {
  it('has each trigger with the values it saw, the masked payload, and each request', async () => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source, MAPPED);
    await send(source, [
      anOrder({
        messageId: 'order 1/2',
        properties: { email: 'john.doe@example.com', total: 149.99, currency: 'USD', plan: 'free' },
      }),
    ]);
    await linkedin.elementOf(source.id, 'order 1/2');
    await expect.poll(() => outcomes(source)).toMatchObject([{ state: 'delivered' }]);

    const story = await storyOf(source, 'order 1/2');

    expect(mappingOf(story, 'Over 100')).toEqual({
      integration_id: expect.any(String),
      mapping_id: 'map_over_100',
      name: 'Over 100',
      conversion_rule_id: '1001',
      trigger: 'properties.total > 100',
      changed_since: false,
      outcome: 'fired',
      conditions: [
        {
          text: 'properties.total > 100',
          held: true,
          saw: [{ field: 'properties.total', type: 'number', value: 149.99 }],
        },
      ],
    });
    expect(mappingOf(story, 'Pro plan')).toMatchObject({
      outcome: 'not_fired',
      conditions: [
        { held: true, saw: [{ field: 'event', value: 'Order Completed' }] },
        { held: false, saw: [{ field: 'properties.plan', type: 'string' }] },
      ],
    });
    expect(mappingOf(story, 'Order Completed')).toMatchObject({ mapping_id: null, outcome: 'rule_taken' });
    expect(mappingOf(story, 'page')).toMatchObject({ mapping_id: null, outcome: 'not_fired' });
    expect(story.deliveries).toMatchObject([
      {
        state: 'delivered',
        requests: [{ status: 200, outcome: 'accepted' }],
        payload: {
          conversion: 'urn:lla:llaPartnerConversion:1001',
          conversionValue: { currencyCode: 'USD', amount: '149.99' },
          user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: MASK }] },
          eventId: 'order 1/2',
        },
      },
    ]);
    expect(JSON.stringify(story)).not.toMatch(/john|836f82|free/);
  });

  it('uses the triggers of that time, and says which were changed, deleted or created since', async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source, MAPPED);
    await send(source, [anOrder({ messageId: 'order-1' })]);
    const mappings = `/integrations/${integration.id}/mappings`;
    await admin(`${mappings}/map_over_100`, { method: 'PATCH', body: { trigger: 'properties.total > 1000' } });
    await admin(`${mappings}/map_pro`, { method: 'DELETE' });
    await admin(mappings, { body: { id: 'map_new', name: 'New', conversion_rule_id: '1009' } });

    const story = await storyOf(source, 'order-1');

    expect(mappingOf(story, 'Over 100')).toMatchObject({
      trigger: 'properties.total > 100',
      changed_since: true,
      outcome: 'fired',
    });
    expect(story.triggers.find(({ mapping_id: id }) => id === 'map_pro')).toMatchObject({
      name: null,
      changed_since: true,
      outcome: 'not_fired',
    });
    expect(mappingOf(story, 'New')).toMatchObject({ outcome: 'not_asked', conditions: [] });
  });

  it('stores no values from a visitor without consent', async () => {
    const source = await aSource();
    await anIntegrationOf(source, MAPPED);
    await send(source, [anOrder({ messageId: 'order-1' })], { beside: { consent: { advertising: false } } });

    const story = await storyOf(source, 'order-1');

    expect(story).toMatchObject({ state: 'skipped', reason: 'no_consent', deliveries: [] });
    expect(mappingOf(story, 'Over 100')?.conditions).toEqual([{ text: 'properties.total > 100', held: true, saw: [] }]);
  });

  it('has no payload before it is built, and later the one that was sent', async () => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source, { config: { hold_for_identity_minutes: 5 } });
    const visitor = {
      anonymousId: '6f1c2a9e-3b7d-4e51-9c0a-8d2f4b6e7a13',
      properties: { li_fat_id: 'abc-1', total: 5, currency: 'USD' },
    };
    await send(source, [anOrder({ messageId: 'order-1', ...visitor })]);
    expect((await storyOf(source, 'order-1')).deliveries).toMatchObject([{ payload: null }]);

    await send(source, [
      {
        type: 'identify',
        anonymousId: '6f1c2a9e-3b7d-4e51-9c0a-8d2f4b6e7a13',
        traits: { email: 'john.doe@example.com' },
      },
    ]);
    await linkedin.elementOf(source.id, 'order-1');

    await expect
      .poll(async () => (await storyOf(source, 'order-1')).deliveries)
      .toMatchObject([
        {
          state: 'delivered',
          payload: {
            user: {
              userIds: [
                { idType: 'SHA256_EMAIL', idValue: MASK },
                { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: MASK },
              ],
            },
          },
        },
      ]);
  });

  it('loses the payload when the person is erased', async () => {
    const source = await aSource();
    await anIntegrationOf(source, { enabled: true });
    await send(source, [anOrder({ messageId: 'order-1', userId: 'u-1' })]);
    await admin('/people/erase', { body: { user_id: 'u-1' } });

    expect((await storyOf(source, 'order-1')).deliveries).toMatchObject([{ state: 'erased', payload: null }]);
  });

  it("has no triggers for a robot’s event, and isn't available to another source", async () => {
    const source = await aSource();
    await anIntegrationOf(source, MAPPED);
    await send(source, [anOrder({ messageId: 'order-1' })], { headers: { 'User-Agent': 'Googlebot/2.1' } });

    const outcomesOf = new Set((await storyOf(source, 'order-1')).triggers.map(({ outcome }) => outcome));

    expect([...outcomesOf]).toEqual(['not_asked']);
    const other = await aSource();
    expect((await admin(`/sources/${other.id}/events/order-1`)).status).toBe(404);
  });
});
