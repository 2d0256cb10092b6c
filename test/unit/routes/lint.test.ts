import { beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, outcomes, send } from '../support/api.ts';
import type { Call } from '../support/api.ts';
import { foundIn, objectsAtRest } from '../support/at-rest.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const json = async (path: string, call: Call = {}): Promise<unknown> => (await admin(path, call)).json();
const anOrder = (messageId: string, over: object) => ({ type: 'track', event: 'Order Completed', messageId, ...over });

describe("the linter's findings", () => {
  it('are counted by code and by conversion rule, once for an event', async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source, {
      config: { conversion_rule_id: { 'Order Completed': ['1001', '2001'] } },
    });
    const odd = anOrder('order-1', {
      properties: { li_fat_id: 'click-1', value: 'zyxabc', currency: 'EUR' },
      traits: { email: 'test@test.com' },
    });
    const placeholder = anOrder('order-2', {
      properties: { li_fat_id: 'click-2' },
      traits: { email: 'test@acme.com' },
    });

    await send(source, [odd, placeholder, { ...placeholder, event: 'Nothing', messageId: 'other-1' }]);
    await send(source, [odd]);

    const body = await json(`/sources/${source.id}/lint`);
    const byRule = (events: number) =>
      ['1001', '2001'].map((rule) => ({ integration_id: integration.id, conversion_rule_id: rule, events }));
    expect(body).toEqual({
      data: [
        expect.objectContaining({
          code: 'email_placeholder',
          field: 'email',
          action: 'left_out',
          events: 3,
          conversion_rules: byRule(2),
        }),
        expect.objectContaining({ code: 'amount_unreadable', events: 1, conversion_rules: byRule(1) }),
      ],
    });
    expect(await json(`/sources/${source.id}/lint?to=2020-01-01`)).toEqual({ data: [] });
  });

  it('are listed with each event, with a remedy and without the value', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(source, [anOrder('order-1', { traits: { email: 'zyx.canary@' } })]);

    expect(await outcomes(source)).toMatchObject([
      {
        reason: 'no_identity',
        lint: [
          { code: 'email_malformed', sentence: expect.any(String), remedy: expect.any(String) },
          { code: 'nobody_left', action: 'skipped' },
        ],
      },
    ]);
    expect(foundIn(await objectsAtRest(), ['zyx.canary'])).toEqual([]);
  });

  // Q20: every event of such a mapping was reported to lack its ID.
  it("don't include the event ID when the mapping says null, which leaves it to us", async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source, { config: { conversion_rule_id: {} } });
    const body = { trigger: 'type = "track"', conversion_rule_id: '1001', fields: { eventId: null } };
    expect((await admin(`/integrations/${integration.id}/mappings`, { body })).status).toBe(201);

    await send(source, [anOrder('order-1', { properties: { li_fat_id: 'click-1', value: 5, currency: 'EUR' } })]);

    expect(await outcomes(source)).toMatchObject([{ lint: [], deliveries: [{ event_id: 'order-1' }] }]);
  });

  it('are in a preview, which stores nothing', async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source);

    const body = await json(`/integrations/${integration.id}/preview`, {
      body: anOrder('order-1', { traits: { email: 'john.doe@example.com', firstName: 'Jane' } }),
    });

    expect(body).toMatchObject({ outcome: 'deliver', lint: [{ code: 'name_half', action: 'left_out' }] });
    expect(await json(`/sources/${source.id}/lint`)).toEqual({ data: [] });
  });

  it('are refused for an invalid day', async () => {
    const source = await aSource();

    expect(await admin(`/sources/${source.id}/lint?from=soon`)).toMatchObject({ status: 400 });
  });
});
