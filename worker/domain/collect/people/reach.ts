import { NAMELESS } from '../../identity/person-tags.ts';
import type { Identifiers } from '../../identity/person-tags.ts';
import { isUnguessable } from '../../identity/unguessable-id.ts';

/**
 * Who speaks: how much of what they say about people is believed. A write key stands in every page, so whoever has it may
 * be a stranger; a server key is a secret of the source's owner.
 */
export type Speaker =
  | {
      key: 'write_key';
      /** The browser's own id: from its `_dfid`, or made for it in this request. */
      browserId: string | undefined;
    }
  | { key: 'server_key' };

/**
 * Says by which identifiers something that was kept before may be found, for whoever names these: to erase it, to complete
 * it, or to change a membership. Every path that reaches what another request brought asks here.
 *
 * With a server key, by all of them. With a write key, only by ids that nobody can know but the same browser: its own, and
 * an anonymous id that cannot be guessed. Neither a user id nor an e-mail is one, not even from the sealed cookie: whoever
 * has the write key can have any sealed, by an `identify`.
 */
export function reachableBy(speaker: Speaker, said: Identifiers): Identifiers[] {
  if (speaker.key === 'server_key') return [said];
  return browserIdsOf(speaker, said).map((id) => ({ ...NAMELESS, anonymousId: id }));
}

/**
 * Under which identifiers what somebody brings is kept: all that they named, and the browser. An erasure by the management
 * API finds it by any of them; whoever comes later, only by those of `reachableBy`.
 */
export function keptUnder(speaker: Speaker, said: Identifiers): Identifiers[] {
  const browserId = speaker.key === 'write_key' ? speaker.browserId : undefined;
  return browserId === undefined || browserId === said.anonymousId
    ? [said]
    : [said, { ...NAMELESS, anonymousId: browserId }];
}

/**
 * In which browsers somebody's memberships are; undefined where they are those of everybody, as a server key says them.
 *
 * With a write key a person is somebody within a browser, so that a stranger who names a user id begins or ends nothing of
 * the user's. What comes from no browser, such as a server's SDK with a write key, has none, and is kept apart from both.
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
