import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { eventOfQueuedCall } from '../../../worker/domain/collect/read/queued-call.ts';

const kept = (type: string, ...args: unknown[]) => ({
  type,
  args,
  messageId: 'm-1',
});

describe("a call that the page's stub recorded", () => {
  it.each([
    [kept('track', 'Lead', { a: 1 }), { type: 'track', event: 'Lead', properties: { a: 1 }, messageId: 'm-1' }],
    // Stubs from before 2026-11-29 also recorded the name and properties.
    [
      { ...kept('track', 'Lead'), event: 'Lead', properties: 7 },
      { type: 'track', event: 'Lead', messageId: 'm-1' },
    ],
    [kept('track', 'Lead'), { type: 'track', event: 'Lead', messageId: 'm-1' }],
    [kept('track', 'Lead', null, { messageId: 'order-7' }), { type: 'track', event: 'Lead', messageId: 'order-7' }],
    [kept('track', 'Lead', {}, { messageId: 7 }), { type: 'track', event: 'Lead', properties: {}, messageId: '7' }],
    [kept('track', 'Lead', {}, { messageId: ' ' }), { type: 'track', event: 'Lead', properties: {}, messageId: 'm-1' }],
    [
      kept('track', 'Lead', {}, { messageId: 'x'.repeat(257) }),
      { type: 'track', event: 'Lead', properties: {}, messageId: 'm-1' },
    ],
    [kept('track', 'Lead', {}, { messageId: {} }), { type: 'track', event: 'Lead', properties: {}, messageId: 'm-1' }],
    [
      kept('track', 'Lead', {}, { timestamp: 'bad' }),
      { type: 'track', event: 'Lead', properties: {}, messageId: 'm-1' },
    ],
    [
      kept('track', 'Lead', {}, { timestamp: 1_795_255_200 }),
      { type: 'track', event: 'Lead', properties: {}, timestamp: 1_795_255_200, messageId: 'm-1' },
    ],
    [kept('track', 'Lead', {}, 'options'), { type: 'track', event: 'Lead', properties: {}, messageId: 'm-1' }],
    [kept('page'), { type: 'page', messageId: 'm-1' }],
    [kept('page', 'Thanks', { a: 1 }), { type: 'page', name: 'Thanks', properties: { a: 1 }, messageId: 'm-1' }],
    [kept('identify', { email: 'a' }), { type: 'identify', traits: { email: 'a' }, messageId: 'm-1' }],
    [kept('identify', 'u-1'), { type: 'identify', userId: 'u-1', messageId: 'm-1' }],
    [kept('identify', 'u-1', { a: 1 }), { type: 'identify', userId: 'u-1', traits: { a: 1 }, messageId: 'm-1' }],
    [kept('identify', null, { a: 1 }), { type: 'identify', userId: null, traits: { a: 1 }, messageId: 'm-1' }],
  ])('becomes an event: %j', (call, event) => {
    expect(JSON.parse(JSON.stringify(eventOfQueuedCall(call)))).toEqual(event);
  });

  it.each([
    null,
    1,
    'x',
    [],
    {},
    { type: 'track', event: 'Lead' },
    { type: 'group', args: [] },
    { type: 'track', args: {} },
    { args: [] },
    { type: ['track'], args: [] },
    { type: { toString: 'track' }, args: [] },
    { type: [{ toString: 1, valueOf: 1 }], args: [] },
  ])('is ignored and left unchanged when it is %j', (raw) => {
    expect(eventOfQueuedCall(raw)).toBe(raw);
  });

  it('is read without an exception, whatever it contains', () => {
    fc.assert(
      fc.property(fc.constantFrom('track', 'page', 'identify'), fc.array(fc.jsonValue()), (type, args) => {
        expect(eventOfQueuedCall(kept(type, ...args))).toMatchObject({ type });
      }),
    );
  });
});
