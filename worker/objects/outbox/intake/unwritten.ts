import type { EraseReason } from '../../../schema/events/outcome.ts';
import type { AcceptedEvent, KeptPayload, SealedEvent } from '../delivery.ts';

/** A request's events while they are sealed, and who was erased meanwhile, by tag. */
export type Arriving = { receipts: readonly AcceptedEvent[]; erased: Map<string, EraseReason> };

/**
 * Events that are being sealed and are not written yet. An erasure does not find them in the tables, so it is remembered
 * here until they are written.
 */
export class Unwritten {
  readonly #arriving = new Set<Arriving>();

  /** Lets work go on with some events until they are written. */
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

  /** A person was erased. Returns how many deliveries will end with the write that keeps them. */
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

  /** What is to be written of some events, in the same turn: nothing of a person who was erased while they were sealed. */
  settle({ erased }: Arriving, events: readonly SealedEvent[], nowMs: number): SealedEvent[] {
    return events.map((event) => {
      const reason = reasonIn(erased, event);
      return reason === undefined ? event : withoutPerson(event, { kind: 'erased', reason, atMs: nowMs });
    });
  }
}

/** The event is counted, as others are whose person was erased after it was written; nobody is named by it. */
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
