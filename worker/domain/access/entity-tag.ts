type Versioned = { updated_at: string };

/**
 * Returns the version tag of an object that several people may change (RFC 9110, `ETag`). It is the time of the last
 * change, which the Registry never sets to the same value twice.
 */
export function entityTag({ updated_at: updatedAt }: Versioned): string {
  return `"${Date.parse(updatedAt).toString(36)}"`;
}

/**
 * Checks whether a change is meant for this version.
 *
 * @param ifMatch The header: a list of tags, or `*`. Undefined matches any version. A tag that a proxy has made weak
 * (`W/`) matches too.
 */
export function isMeant(ifMatch: string | undefined, entity: Versioned): boolean {
  return hasTag(ifMatch, entityTag(entity));
}

/** Like `isMeant`, for an object that is not ours and has no time of its last change. */
export function hasTag(ifMatch: string | undefined, tag: string): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** Returns the time of a change: now, or just after the previous change if that is later. */
export function nextUpdate(now: string, { updated_at: before }: Versioned): string {
  return new Date(Math.max(Date.parse(now), Date.parse(before) + 1)).toISOString();
}
