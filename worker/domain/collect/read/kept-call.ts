import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import { parseTime } from '../../time/parse-time.ts';

/**
 * Reads an event that the page's stub sent as the call that it kept, because the visitor left before the tag was there: what
 * the tag would have made of its arguments is made here. Every other event is left as it is.
 *
 * @example
 * eventOfCall({ type: 'identify', args: [{ email: 'ann@example.com' }] }) // { type: 'identify', traits: { email: … } }
 */
export function eventOfCall(raw: unknown): unknown {
  if (!isKeptCall(raw)) return raw;
  const { type, args, event: _event, properties: _properties, ...facts } = raw;
  const [first, second, options] = args;
  return { type, ...facts, ...saidBy(type, first, second), ...chosenIn(options) };
}

/** This is true of what the stub sends. */
export function isKeptCall(raw: unknown): raw is Fields & { type: 'track' | 'page' | 'identify'; args: unknown[] } {
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

/** JSON has null for an argument that was left out before another one. */
const given = (argument: unknown): unknown => argument ?? undefined;

/** The id and the time that the page chose, where they are any. */
function chosenIn(options: unknown): Fields {
  const { messageId, timestamp }: Fields = isFields(options) ? options : {};
  const id = typeof messageId === 'number' ? String(messageId) : messageId;
  const isTime = (typeof timestamp === 'string' || typeof timestamp === 'number') && parseTime(timestamp) !== undefined;
  return { ...(typeof id === 'string' && id.trim() !== '' && { messageId: id }), ...(isTime && { timestamp }) };
}
