import { describe, expect, it } from 'vitest';

import { checkTrigger } from '../../../../worker/domain/fql/check-trigger.ts';
import { compiledTrigger } from '../../../../worker/domain/fql/trigger.ts';
import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';

const AUDIENCE = 'type = "identify" and traits.order_completed_last_30days = true';

describe('a trigger', () => {
  it.each([
    [AUDIENCE, true],
    ['"identify" = type', true],
    ['type in ["identify"]', true],
    ['(type = "identify" and traits.a = true) or (type = "identify" and traits.b = true)', true],
    ['type = "track"', false],
    ['type != "identify"', false],
    ['!(type = "identify")', false],
    ['type in ["identify", "track"]', false],
    ['type = "identify" or type = "track"', false],
    ['traits.type = "identify"', false],
    ['event = "identify"', false],
    ['contains(type, "identify")', false],
    ['match(type, "identify")', false],
  ])('is about identify events, or not: %s', (trigger, expected) => {
    expect(checkTrigger(trigger).kind).toBe('ok');
    expect(compiledTrigger(trigger).isIdentify).toBe(expected);
  });

  it.each([
    [AUDIENCE, { order_completed_last_30days: false }, true],
    [AUDIENCE, { order_completed_last_30days: null }, true],
    [AUDIENCE, { order_completed_last_30days: 'true' }, true],
    [AUDIENCE, { order_completed_last_30days: true }, false],
    [AUDIENCE, { email: 'john.doe@example.com' }, false],
    [AUDIENCE, {}, false],
    ['type = "identify" and traits.vip = true and traits.country = "DE"', { country: 'FR' }, false],
    ['type = "identify" and traits.vip = true and traits.country = "DE"', { vip: true, country: 'FR' }, false],
    ['type = "identify" and traits.vip = true and traits.country = "DE"', { vip: false }, true],
    ['type = "identify" and traits.order_count >= 3', { order_count: 2 }, true],
    ['type = "identify" and traits.order_count >= 3', { order_count: 4 }, false],
    ['type = "identify" and traits.order_count >= 3', { plan: 'free' }, false],
    ['type = "identify" and lowercase(traits.stage) = "customer"', { stage: 'Lead' }, true],
    ['type = "identify" and traits.plan in ["pro", "team"]', { plan: 'free' }, true],
    ['type = "identify" and contains(traits.tags, "vip")', { tags: ['new'] }, true],
    ['type = "identify" and match(traits.plan, "pro*")', { plan: 'free' }, true],
    ['type = "identify" and !(traits.churned = true)', { churned: true }, true],
    ['type = "identify"', { email: 'john.doe@example.com' }, false],
  ])("ends an audience membership, or doesn't: %s by %j", (trigger, traits, expected) => {
    expect(compiledTrigger(trigger).endsMembership({ type: 'identify', traits }, ownBudget())).toBe(expected);
  });

  it("isn't ended by a track event", () => {
    const event = { type: 'track', traits: { order_completed_last_30days: false } };

    expect(compiledTrigger(AUDIENCE).endsMembership(event, ownBudget())).toBe(false);
  });
});
