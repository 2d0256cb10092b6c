type Versioned = { updated_at: string };

/**
 * Names a version of something that is changed by several people (RFC 9110, `ETag`): the time of its last change, which
 * the Registry never sets twice to the same.
 */
export function entityTag({ updated_at: updatedAt }: Versioned): string {
  return `"${Date.parse(updatedAt).toString(36)}"`;
}

/**
 * Whether a change is meant for this version.
 *
 * @param ifMatch The header: tags in a list, or `*`. Undefined: for any. A tag that a proxy made weak counts too.
 */
export function isMeant(ifMatch: string | undefined, entity: Versioned): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === entityTag(entity));
}

/** The time of a change: now, but always after the one before. */
export function nextUpdate(now: string, { updated_at: before }: Versioned): string {
  return new Date(Math.max(Date.parse(now), Date.parse(before) + 1)).toISOString();
}
