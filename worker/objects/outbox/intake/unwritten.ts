import type { EraseReason } from '../../../schema/events/outcome.ts';
import type { AcceptedEvent } from '../delivery.ts';

/** A request's events while they are sealed, and who was erased meanwhile, by tag. */
export type Arriving = { receipts: readonly AcceptedEvent[]; erased: Map<string, EraseReason> };

/** In place of the sealed payload of somebody who was erased; it stands in no row after the write. */
export const NOTHING = '';

/** Events as they are to be written: nothing of a person who was erased while they were sealed. */
export type Settled = {
  receipts: AcceptedEvent[];
  /** Sealed, as they go with the receipts. */
  payloads: string[];
  /** Those whose deliveries end with the write that keeps them. */
  erased: { receipt: AcceptedEvent; reason: EraseReason }[];
};

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

  /** What is to be written of some events, in the same turn. */
  settle({ receipts, erased }: Arriving, payloads: readonly string[]): Settled {
    if (erased.size === 0) return { receipts: [...receipts], payloads: [...payloads], erased: [] };
    const settled: Settled = { receipts: [], payloads: [], erased: [] };
    let taken = 0;
    for (const receipt of receipts) {
      const own = payloads.slice(taken, (taken += receipt.deliveries.length));
      const late = receipt.introduction === undefined ? [] : payloads.slice(taken, (taken += 1));
      const reason = reasonIn(erased, receipt);
      if (reason === undefined) {
        settled.receipts.push(receipt);
        settled.payloads.push(...own, ...late);
        continue;
      }
      // The event is counted, as others are whose person was erased after it was written; nobody is named by it.
      const { introduction: _who, member: _whose, ...nameless } = receipt;
      const anonymous = { ...nameless, person: [] };
      settled.receipts.push(anonymous);
      settled.payloads.push(...own.map(() => NOTHING));
      settled.erased.push({ receipt: anonymous, reason });
    }
    return settled;
  }
}

function reasonIn(
  erased: ReadonlyMap<string, EraseReason>,
  { person, introduction, member }: AcceptedEvent,
): EraseReason | undefined {
  if (erased.size === 0) return undefined;
  const names = [
    ...person,
    ...(introduction === undefined ? [] : [...introduction.tags, ...introduction.person]),
    ...(member === undefined ? [] : [...member.known.flat(), ...(member.elsewhere ?? [])]),
  ];
  return names.map((tag) => erased.get(tag)).find((reason) => reason !== undefined);
}
