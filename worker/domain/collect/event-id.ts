import { isSenselessId } from '../identity/sensible-id.ts';
import { sha256Hex } from '../identity/sha256.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { holdsAddress } from '../lint/placeholder-values.ts';
import { holdsPerson } from '../privacy/mask-personal-data.ts';
import { idText } from '../reading/id-text.ts';
import { onlyItem } from '../reading/only-item.ts';

/** LinkedIn's limit for an event ID (Salesforce's connector documents it, read 2026-11). */
const MAX_EVENT_ID_CHARS = 64;

/**
 * Returns the ID of an event for LinkedIn and for deduplication. An ID is hashed when it is too long for LinkedIn, or
 * contains an e-mail address or telephone number. The same message always gets the same ID.
 *
 * @param note Called with each oddity of the ID.
 */
export async function eventIdOf(messageId: string, note: Note = unnoted): Promise<string> {
  if (holdsAddress(messageId) || holdsPerson(messageId)) note('event_id_email');
  else if (messageId.length <= MAX_EVENT_ID_CHARS) return messageId;
  else note('event_id_too_long');
  return sha256Hex(messageId);
}

/** Reads the event ID from a mapping. Without a usable one, the event's own ID is returned. */
export async function mappedEventId(mapped: unknown, own: string, note: Note = unnoted): Promise<string> {
  const id = sensibleId(mapped, note);
  return id === undefined ? own : eventIdOf(id, note);
}

function sensibleId(mapped: unknown, note: Note): string | undefined {
  const given = onlyItem(mapped);
  if (given === undefined || given === null) return leaveOut('event_id_missing', note);
  const id = idText(given);
  if (id === undefined) return leaveOut('event_id_not_text', note);
  if (id === '') return leaveOut('event_id_missing', note);
  if (!id.isWellFormed() || id.includes('\u0000')) return leaveOut('event_id_not_text', note);
  return isSenselessId(id) ? leaveOut('event_id_nothing', note) : id;
}
