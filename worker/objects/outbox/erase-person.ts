import type { EraseReason } from '../../schema/events/outcome.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventsBeingSealed } from './intake/events-being-sealed.ts';
import type { IdentityWaits } from './intake/identity-waits.ts';
import type { Memberships } from './intake/memberships.ts';
import type { OutboxAlarm } from './outbox-alarm.ts';
import type { Ports } from './ports.ts';

type Parts = {
  ports: Ports;
  alarm: OutboxAlarm;
  deliveries: Deliveries;
  memberships: Memberships;
  beingSealed: EventsBeingSealed;
  waits: IdentityWaits;
};

/**
 * Erases a person, because they or the owner ask for it, or because they withdraw their consent. Ends all their
 * deliveries, found by their tags, and deletes their memberships. Does nothing when no data of theirs was ever sealed.
 *
 * @returns The number of ended deliveries.
 */
export function erasePerson(
  { tags, reason }: { tags: readonly string[]; reason: EraseReason },
  { ports, alarm, deliveries, memberships, beingSealed, waits }: Parts,
): number {
  const { payloads, database } = ports;
  const { ended, isKnown } = database.transaction(() => {
    const older = payloads.keysOfOlderVersions().map((keyId) => ({ keyId, bucket: undefined }));
    const places = payloads.placesOf(tags);
    const own = deliveries.ofPerson(tags, [...places, ...older]);
    waits.end(own);
    waits.forget(tags);
    memberships.erase(tags);
    deliveries.states.erase(own, { reason, atMs: ports.now() });
    // The keys are deleted even if nothing is pending for the person, because delivered payloads are still in free
    // pages.
    if (places.length > 0) payloads.condemn(tags);
    return { ended: own.length + beingSealed.erase(tags, reason), isKnown: places.length > 0 };
  });
  // Written with the rows of this turn. If it fails, the watchdog comes within five minutes.
  if (isKnown) alarm.setForNextRun().catch((error: unknown) => ports.log('outbox.erase', error));
  return ended;
}
