import * as v from 'valibot';

import { MessageId } from '../../../schema/events/event.ts';
import type { Fields } from '../../../schema/fields.ts';
import { idText } from '../../reading/id-text.ts';
import { onlyItem } from '../../reading/only-item.ts';

const PERSON_IDS = ['userId', 'anonymousId'] as const;
const NAMES = ['messageId', 'event', 'name'] as const;
const MAPS = ['properties', 'traits', 'context'] as const;

/** A placeholder in place of an ID. It is left out, with a note: see `domain/identity/sensible-id.ts`. */
const NO_ID = '';

/**
 * Converts an event's fields to the types in Segment's spec. Programs also send a number for a text, a list of one
 * item, PHP's `[]` or an empty text for an empty object, and `false` for a user who is not logged in. Other wrong types
 * are unchanged and refused later.
 *
 * @param isFromPage An unusable message ID of a page is replaced instead of refused, because nobody reads the answer. The
 *   tag never sends one. Another script that does, and retries, gets a new ID each time.
 */
export function plainEvent(raw: Fields, { isFromPage = false }: { isFromPage?: boolean } = {}): Fields {
  const read = (names: readonly string[], reader: (value: unknown) => unknown) =>
    names.flatMap((name) => (Object.hasOwn(raw, name) ? [[name, reader(raw[name])] as const] : []));
  const plain: Fields = {
    ...raw,
    ...Object.fromEntries([...read(NAMES, plainName), ...read(PERSON_IDS, plainId), ...read(MAPS, plainMap)]),
  };
  const { messageId } = plain;
  return isFromPage && isUnusable(messageId) ? { ...plain, messageId: NO_ID } : plain;
}

/** A number that is too long is refused even from a page: its sender has the right ID, and can send it as text. */
function isUnusable(messageId: unknown): boolean {
  const isNone = messageId === undefined || messageId === null || typeof messageId === 'number';
  return !isNone && !v.is(MessageId, messageId);
}

function plainName(value: unknown): unknown {
  const given = onlyItem(value);
  return typeof given === 'number' ? (idText(given) ?? given) : given;
}

function plainId(value: unknown): unknown {
  const given = onlyItem(value);
  return given === undefined || given === null ? given : (idText(given) ?? NO_ID);
}

function plainMap(value: unknown): unknown {
  const given = onlyItem(value);
  const isEmpty = given === undefined || given === null || (typeof given === 'string' && given.trim() === '');
  return isEmpty && value !== undefined ? {} : given;
}
