import * as v from 'valibot';

import { MessageId } from '../../../schema/events/event.ts';
import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import { parseTime } from '../../time/parse-time.ts';

/**
 * Builds an event from a call that the page's stub stored and sent, because the visitor left before the tag had loaded.
 * It treats the arguments like the tag does. Other events are returned unchanged.
 *
 * @example
 * eventOfQueuedCall({ type: 'identify', args: [{ email: 'ann@example.com' }] }) // { type: 'identify', traits: { email: … } }
 */
export function eventOfQueuedCall(raw: unknown): unknown {
  if (!isQueuedCall(raw)) return raw;
  const { type, args, event: _event, properties: _properties, ...facts } = raw;
  const [first, second, options] = args;
  return { type, ...facts, ...saidBy(type, first, second), ...chosenIn(options) };
}

/** Checks for a call from the stub. */
export function isQueuedCall(raw: unknown): raw is Fields & { type: 'track' | 'page' | 'identify'; args: unknown[] } {
  if (!isFields(raw) || !Array.isArray(raw['args'])) return false;
  const { type } = raw;
  return type === 'track' || type === 'page' || type === 'identify';
}

function saidBy(type: 'track' | 'page' | 'identify', first: unknown, second: unknown): Fields {
  switch (type) {
    case 'track':
      return { event: first, properties: given(second) };
    case 'page':
      return { name: first, properties: given(second) };
    case 'identify':
      return isFields(first) ? { traits: first } : { userId: first, traits: given(second) };
  }
}

/** JSON turns an omitted argument before another one into null. */
const given = (argument: unknown): unknown => argument ?? undefined;

/** Returns the message ID and time that the page chose, if they are valid. */
function chosenIn(options: unknown): Fields {
  const { messageId, timestamp }: Fields = isFields(options) ? options : {};
  const isTime = (typeof timestamp === 'string' || typeof timestamp === 'number') && parseTime(timestamp) !== undefined;
  const isId = v.is(MessageId, messageId) && String(messageId).trim() !== '';
  return { ...(isId && { messageId: String(messageId) }), ...(isTime && { timestamp }) };
}
