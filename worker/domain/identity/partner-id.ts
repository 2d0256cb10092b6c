import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { holdsAddress } from '../lint/placeholder-values.ts';
import { idText } from '../reading/id-text.ts';
import { onlyItem } from '../reading/only-item.ts';
import { isSenselessId } from './sensible-id.ts';

/** Longer than any ID that LinkedIn's partners issue. */
const MAX_ID_CHARS = 256;
const LEAD_PREFIX = 'urn:li:leadGenFormResponse:';
const NO_DEVICE = '00000000-0000-0000-0000-000000000000';

/** The kind of ID. The names of its lint rules begin with it. */
export type IdKind = 'acxiom_id' | 'oracle_id' | 'external_id';

/**
 * Reads another system's ID of the person. A bad ID is left out whole: a part of it would be another ID.
 *
 * @param note Called with each oddity of the value.
 */
export function idIn(given: unknown, kind: IdKind, note: Note = unnoted): string | undefined {
  const value = onlyItem(given);
  if (value === undefined || value === null || value === '') return undefined;
  const id = idText(value);
  if (id === undefined) return leaveOut(`${kind}_not_text`, note);
  if (id === '') return undefined;
  if (!id.isWellFormed()) return leaveOut(`${kind}_not_text`, note);
  if (isSenselessId(id)) return leaveOut(`${kind}_nothing`, note);
  if (holdsAddress(id)) return leaveOut(`${kind}_email`, note);
  return id.length > MAX_ID_CHARS ? leaveOut(`${kind}_too_long`, note) : id;
}

/** Reads the first valid external ID of a list. LinkedIn ignores the rest. */
export function externalIdIn(value: unknown, note: Note = unnoted): string | undefined {
  if (!Array.isArray(value)) return idIn(value, 'external_id', note);
  const ids = value.flatMap((one: unknown) => idIn(one, 'external_id', note) ?? []);
  if (ids.length > 1) note('external_id_several');
  return ids[0];
}

/** Reads Android's advertising ID. A phone sends all zeros when its owner has turned ad tracking off. */
export function googleAidIn(given: unknown, note: Note = unnoted): string | undefined {
  const value = onlyItem(given);
  if (value === undefined || value === null || value === '') return undefined;
  const text = idText(value) ?? '';
  const id = text.toLowerCase();
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return leaveOut('google_aid_malformed', note);
  if (id === NO_DEVICE) return leaveOut('google_aid_zero', note);
  if (id !== text) note('google_aid_upper_case');
  return id;
}

/** Reads the ID or URN of a lead form response. */
export function leadUrnIn(given: unknown, note: Note = unnoted): string | undefined {
  const value = onlyItem(given);
  if (value === undefined || value === null || value === '') return undefined;
  const text = (idText(value) ?? '').replaceAll(/urn:li:leadGenFormResponse:/gi, LEAD_PREFIX);
  const id = text.split(LEAD_PREFIX).at(-1) ?? '';
  if (/^urn:/i.test(id)) return leaveOut('lead_other_urn', note);
  if (!/^[\w-]{1,256}$/.test(id) || !/^(?:urn:li:leadGenFormResponse:)*[\w-]+$/.test(text) || isSenselessId(id))
    return leaveOut('lead_malformed', note);
  if (text.startsWith(LEAD_PREFIX + LEAD_PREFIX)) note('lead_urn_doubled');
  return `${LEAD_PREFIX}${id}`;
}
