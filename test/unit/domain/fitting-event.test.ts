import { assert, constantFrom, dictionary, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fittingEvent } from '../../../worker/domain/collect/read/fitting-event.ts';
import { CONSENT_HOLDERS } from '../../../worker/schema/events/event.ts';
import type { Fields } from '../../../worker/schema/fields.ts';

const MAX_BYTES = 32_768;
const LARGE = 'x'.repeat(40_000);

const bytesOf = (event: unknown): number => new TextEncoder().encode(JSON.stringify(event)).length;

describe('an event that is too large', () => {
  it.each<[string, Fields, Fields]>([
    ['a property', { properties: { picture: LARGE, total: 5 } }, { properties: { total: 5 } }],
    ['a trait', { traits: { notes: LARGE, email: 'a' } }, { traits: { email: 'a' } }],
    ['a part of the context', { context: { dump: LARGE, ip: '203.0.113.9' } }, { context: { ip: '203.0.113.9' } }],
    ['a user agent', { context: { userAgent: LARGE } }, { context: {} }],
    ['a trait in the context', { context: { traits: { a: LARGE, b: 1 } } }, { context: { traits: { b: 1 } } }],
    [
      "the page's address that holds a picture",
      { context: { page: { url: LARGE, title: 'Prices' } } },
      { context: { page: { title: 'Prices' } } },
    ],
    [
      'a property with a name that JavaScript reserves',
      JSON.parse(`{"properties":{"__proto__":"${LARGE}","b":1}}`),
      { properties: { b: 1 } },
    ],
    ['a text of two-byte characters', { properties: { a: 'é'.repeat(20_000), b: 1 } }, { properties: { b: 1 } }],
  ])('loses only %s', (_, event, left) => {
    expect(fittingEvent({ type: 'track', ...event }, MAX_BYTES)?.event).toEqual({ type: 'track', ...left });
  });

  it.each<[string, Fields]>([
    ['its name', { event: LARGE }],
    ['its user ID', { userId: LARGE }],
    ['its consent', { context: { consent: { categoryPreferences: { advertising: LARGE } } } }],
    ['its destinations', { integrations: { LinkedIn: LARGE } }],
  ])("doesn't fit when %s alone is too large", (_, event) => {
    expect(fittingEvent({ type: 'track', ...event }, MAX_BYTES)).toBeUndefined();
  });

  // R1: cutting must never remove a refusal.
  it.each([
    'consent',
    'consentManagement',
    'consent_management',
    'integrations',
    'destinationPreferences',
    'destination_preferences',
    ...CONSENT_HOLDERS,
  ])('keeps the refusal in context.%s and loses the other large parts', (name) => {
    const refusal = { All: false, notes: Array.from({ length: 500 }, (_, index) => `n${index}`) };
    const event = { type: 'track', context: { [name]: refusal, dump: 'x'.repeat(31_000) } };

    expect(fittingEvent(event, MAX_BYTES)?.event).toEqual({ type: 'track', context: { [name]: refusal } });
    expect(fittingEvent({ type: 'track', context: { [name]: LARGE } }, MAX_BYTES)).toBeUndefined();
  });

  it('is cut to fit, with the reported size and its consent kept', () => {
    const aPart = integer({ min: 0, max: 45_000 }).map((length) => 'x'.repeat(length));
    const aMap = dictionary(constantFrom('a', 'b', 'c', 'url', 'email'), aPart, { maxKeys: 4 });
    const anEvent = record({
      properties: aMap,
      traits: aMap,
      context: record({ dump: aPart, ip: aPart, page: aMap, traits: aMap }),
    });

    assert(
      property(anEvent, ({ properties, traits, context }) => {
        const consent = { categoryPreferences: { advertising: false } };
        const event = { type: 'track', userId: 'u-1', properties, traits, context: { ...context, consent } };
        const fitting = fittingEvent(event, MAX_BYTES);
        expect(fitting?.event).toMatchObject({ type: 'track', userId: 'u-1', context: { consent } });
        expect(bytesOf(fitting?.event)).toBeLessThanOrEqual(MAX_BYTES);
        // An emptied object's comma is counted once too often at most.
        expect(Math.abs(bytesOf(fitting?.event) - (fitting?.bytes ?? 0))).toBeLessThan(20);
      }),
      { numRuns: 200 },
    );
  });
});
