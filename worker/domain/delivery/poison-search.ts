/**
 * Finds by halving which elements of a refused batch are to blame, when LinkedIn's answer names nobody.
 *
 * It is Hwang's group testing, and each test is a delivery at once: a half that LinkedIn accepts is delivered, and the
 * other half then must hold the fault without being asked. What has not been looked at goes together again. The last one
 * goes alone, also when it is known by then: for LinkedIn's words about it. So k bad elements among n cost at most
 * k × (⌈log₂ n⌉ + 2) requests after the one that was refused.
 */
export type PoisonSearch<Element> = {
  /** At least one of these is to blame. Empty when nothing is known to be wrong. */
  suspects: readonly Element[];
  /** Not known to be good or bad. */
  unknown: readonly Element[];
};

/** Starts with a batch that LinkedIn has refused. */
export function searchIn<Element>(refused: readonly Element[]): PoisonSearch<Element> {
  return { suspects: refused, unknown: [] };
}

/** What to send next; empty when the search is over. */
export function nextProbe<Element>({ suspects, unknown }: PoisonSearch<Element>): readonly Element[] {
  if (suspects.length === 0) return unknown;
  return suspects.slice(0, Math.ceil(suspects.length / 2));
}

/** What is known after LinkedIn took the probe. */
export function afterAccepted<Element>({ suspects, unknown }: PoisonSearch<Element>): PoisonSearch<Element> {
  if (suspects.length === 0) return { suspects: [], unknown: [] };
  return { suspects: suspects.slice(Math.ceil(suspects.length / 2)), unknown };
}

/** What is known after LinkedIn refused the probe. A probe of one element is the culprit itself, and leaves the search. */
export function afterRefused<Element>({ suspects, unknown }: PoisonSearch<Element>): PoisonSearch<Element> {
  if (suspects.length === 0) return unknown.length === 1 ? { suspects: [], unknown: [] } : searchIn(unknown);
  const half = Math.ceil(suspects.length / 2);
  return half === 1
    ? { suspects: [], unknown: [...unknown, ...suspects.slice(1)] }
    : { suspects: suspects.slice(0, half), unknown: [...unknown, ...suspects.slice(half)] };
}
