import { describe, expect, it } from 'vitest';

import { refusalsOf } from '../../../worker/domain/refusals/refusal-count.ts';
import { refusedBefore, stillRefused } from '../../../worker/domain/refusals/still-refused.ts';
import { NO_ORIGIN, OTHER_NAMES } from '../../../worker/schema/events/refusal.ts';
import type { RefusalReason } from '../../../worker/schema/events/refusal.ts';

const CHANGED_MS = Date.parse('2026-11-30T08:00:00Z');
const SHOP = 'https://shop.example.com';
const settings = {
  allowed_origins: ['https://www.example.com'],
  require_origin: true,
  max_events_per_minute: 100,
  updated_at: new Date(CHANGED_MS).toISOString(),
};
const fromOrigins = (origins: Record<string, number>) => ({
  reason: 'origin_not_allowed' as const,
  requests: 1,
  events: Object.values(origins).reduce((sum, events) => sum + events, 0),
  names: Object.entries(origins).map(([name, events]) => ({ name, requests: 1, events })),
  lastAtMs: CHANGED_MS - 1,
});
const because = (reason: RefusalReason, lastAtMs: number) => ({ reason, requests: 1, events: 7, names: [], lastAtMs });

describe('refused events that would be refused again', () => {
  it.each([
    ['are those of origins that are not allowed', {}, 12 + 3 + 2],
    ['are not those of an origin that was allowed since', { allowed_origins: [SHOP] }, 3 + 2],
    ['are not those of an origin that a wildcard allows since', { allowed_origins: ['https://*.example.com'] }, 3 + 2],
    ['are not those without an origin when none is required any more', { require_origin: false }, 12 + 2],
    ['are none when every origin is allowed', { allowed_origins: [], require_origin: false }, 0],
    ['are those without an origin when every origin is allowed but one is required', { allowed_origins: [] }, 3],
  ])('%s', (_, over, events) => {
    const hour = fromOrigins({ [SHOP]: 12, [NO_ORIGIN]: 3, [OTHER_NAMES]: 2 });

    expect(stillRefused([hour], { ...settings, ...over })).toBe(events);
  });

  it.each([
    ['above the limit that is still in force', 'rate_limited', CHANGED_MS + 1, {}, 7],
    ['not above a limit before the last change of the settings', 'rate_limited', CHANGED_MS - 1, {}, 0],
    ['not above a limit that was removed', 'rate_limited', CHANGED_MS + 1, { max_events_per_minute: null }, 0],
    ['with an invalid field, which no setting changes', 'event_invalid', CHANGED_MS - 1, {}, 7],
    ['with a revoked key, which no setting changes', 'key_revoked', CHANGED_MS - 1, {}, 7],
  ] as const)('are those %s', (_, reason, lastAtMs, over, events) => {
    expect(stillRefused([because(reason, lastAtMs)], { ...settings, ...over })).toBe(events);
  });

  it('are added up over hours and reasons', () => {
    const request = refusalsOf({ code: 'origin_not_allowed', origin: SHOP, events: 4, rejected: [] });
    const hours = [1, 2].flatMap((hour) => request.map((count) => ({ ...count, lastAtMs: CHANGED_MS + hour })));

    expect(stillRefused([...hours, because('other', CHANGED_MS)], settings)).toBe(15);
    expect(refusedBefore(hours, settings)).toBe(0);
    expect(stillRefused(hours, { ...settings, allowed_origins: [SHOP] })).toBe(0);
    expect(refusedBefore(hours, { ...settings, allowed_origins: [SHOP] })).toBe(8);
  });
});
