import { NAMELESS } from '../../identity/person-tags.ts';
import type { Identifiers } from '../../identity/person-tags.ts';
import { isUnguessable } from '../../identity/unguessable-id.ts';

/**
 * The sender of a request, which decides how far their statements about people are trusted. A write key is public on
 * every page, so its user may be a stranger. A server key is a secret of the source's owner.
 */
export type Speaker =
  | {
      key: 'write_key';
      /** The browser's own ID, from its `_dfid` cookie or created in this request. */
      browserId: string | undefined;
    }
  | { key: 'server_key' };

/**
 * Returns the identifiers by which a sender may reach stored data of a person: to erase it, to complete it, or to
 * change a membership. All code that touches data from another request calls this.
 *
 * A server key may use all identifiers. A write key may use only IDs that nobody but the same browser can know: the
 * browser's ID, and an anonymous ID that can't be guessed. User IDs and e-mails don't count, not even from the sealed
 * cookie. Anybody with the write key can get one sealed with an `identify`.
 */
export function reachableBy(speaker: Speaker, said: Identifiers): Identifiers[] {
  if (speaker.key === 'server_key') return [said];
  return browserIdsOf(speaker, said).map((id) => ({ ...NAMELESS, anonymousId: id }));
}

/**
 * Returns the identifiers under which new data is stored: all that the sender named, and the browser. An erasure by the
 * management API finds the data by any of them. Later senders find it only by those of `reachableBy`.
 */
export function keptUnder(speaker: Speaker, said: Identifiers): Identifiers[] {
  const browserId = speaker.key === 'write_key' ? speaker.browserId : undefined;
  return browserId === undefined || browserId === said.anonymousId
    ? [said]
    : [said, { ...NAMELESS, anonymousId: browserId }];
}

/**
 * Returns the browsers that a person's memberships belong to. Undefined means the whole source, as with a server key.
 *
 * With a write key, a person is known only within a browser. A stranger who names a user ID therefore can't begin or
 * end that user's memberships. Events without a browser, such as those of a server SDK with a write key, are kept apart
 * from both.
 */
export function membershipBrowsers(
  speaker: Speaker,
  said: Identifiers,
  { isBrowser }: { isBrowser: boolean },
): readonly string[] | undefined {
  if (speaker.key === 'server_key') return undefined;
  return browserIdsOf(isBrowser ? speaker : { ...speaker, browserId: undefined }, said);
}

function browserIdsOf({ browserId }: Speaker & { key: 'write_key' }, { anonymousId }: Identifiers): string[] {
  const isTheirs = anonymousId !== undefined && isUnguessable(anonymousId);
  return [...new Set([browserId, isTheirs ? anonymousId : undefined])].filter((id) => id !== undefined);
}
