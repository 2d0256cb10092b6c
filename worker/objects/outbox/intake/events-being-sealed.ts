import type { EraseReason } from '../../../schema/events/outcome.ts';
import type { AcceptedEvent, KeptPayload, SealedEvent } from '../delivery-types.ts';

/** The events of a request while they are being sealed, and the tags of people who were erased in the meantime. */
export type Arriving = { receipts: readonly AcceptedEvent[]; erased: Map<string, EraseReason> };

/**
 * Tracks events that are being sealed and are not stored yet. An erasure cannot find them in the tables, so it is noted
 * here until they are stored.
 */
export class EventsBeingSealed {
  readonly #arriving = new Set<Arriving>();

  /** Does work on events until they are stored. */
  async during<Result>(
    receipts: readonly AcceptedEvent[],
    work: (arriving: Arriving) => Promise<Result>,
  ): Promise<Result> {
    const arriving: Arriving = { receipts, erased: new Map() };
    this.#arriving.add(arriving);
    try {
      return await work(arriving);
    } finally {
      this.#arriving.delete(arriving);
    }
  }

  /** Records that events are in the tables, where an erasure finds them. */
  stored(arriving: Arriving): void {
    this.#arriving.delete(arriving);
  }

  /** Records that a person was erased. Returns how many deliveries will end when they are stored. */
  erase(tags: readonly string[], reason: EraseReason): number {
    let deliveries = 0;
    for (const { receipts, erased } of this.#arriving) {
      const isKnown = (receipt: AcceptedEvent): boolean => reasonIn(erased, receipt) !== undefined;
      const before = receipts.filter(isKnown);
      for (const tag of tags) erased.set(tag, reason);
      const own = receipts.filter((receipt) => isKnown(receipt) && !before.includes(receipt));
      deliveries += own.reduce((sum, receipt) => sum + receipt.deliveries.length, 0);
    }
    return deliveries;
  }

  /**
   * Returns the events to be stored in this turn, without data of people who were erased while the events were sealed.
   */
  settle({ erased }: Arriving, events: readonly SealedEvent[], nowMs: number): SealedEvent[] {
    return events.map((event) => {
      const reason = reasonIn(erased, event);
      return reason === undefined ? event : withoutPerson(event, { kind: 'erased', reason, atMs: nowMs });
    });
  }
}

/** The event still counts, like those whose person was erased after they were stored, but it identifies nobody. */
function withoutPerson(
  { introduction: _who, member: _whose, ...event }: SealedEvent,
  payload: KeptPayload,
): SealedEvent {
  return { ...event, person: [], deliveries: event.deliveries.map((delivery) => ({ ...delivery, payload })) };
}

function reasonIn(
  erased: ReadonlyMap<string, EraseReason>,
  { person, introduction, member }: AcceptedEvent | SealedEvent,
): EraseReason | undefined {
  if (erased.size === 0) return undefined;
  const names = [
    ...person,
    ...(introduction === undefined ? [] : [...introduction.tags, ...introduction.person]),
    ...(member === undefined ? [] : [...member.known.flat(), ...(member.elsewhere ?? [])]),
  ];
  return names.map((tag) => erased.get(tag)).find((reason) => reason !== undefined);
}
