import { anything, assert, constantFrom, dictionary, object, oneof, property, record, string } from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { Event } from '../../../worker/schema/events/event.ts';

describe('an event', () => {
  it('keeps the data that mappings may use, and fills in missing fields', () => {
    const event = v.parse(Event, {
      type: 'track',
      event: 'Order Completed',
      properties: { anything: [1, { else: true }] },
      traits: null,
      userId: 42,
      integrations: { All: false },
    });

    expect(event).toEqual({
      type: 'track',
      event: 'Order Completed',
      properties: { anything: [1, { else: true }] },
      traits: {},
      context: {},
      userId: '42',
      integrations: { All: false },
    });
  });

  it.each(['track', 'page', 'identify', 'group', 'alias', 'screen'])('may be a %s', (type) => {
    expect(v.is(Event, { type, event: 'x' })).toBe(true);
  });

  it('is read without throwing, and the result is valid', () => {
    const aField = oneof(anything(), string(), object());
    const fields = record(
      {
        type: oneof(constantFrom('track', 'page', 'identify', 'group'), anything()),
        event: aField,
        name: aField,
        messageId: aField,
        userId: aField,
        anonymousId: aField,
        timestamp: aField,
        properties: aField,
        traits: aField,
        context: aField,
      },
      { requiredKeys: ['type'] },
    );

    assert(
      property(oneof(fields, dictionary(string(), anything()), anything()), (raw) => {
        const result = v.safeParse(Event, raw);

        if (!result.success) return result.issues.length > 0;
        const { messageId, properties } = result.output;
        return messageId?.isWellFormed() !== false && !Array.isArray(properties) && typeof properties === 'object';
      }),
      { numRuns: 500 },
    );
  });
});
