/**
 * The state of a search by halving for the bad elements of a refused batch, when LinkedIn's answer doesn't name them.
 *
 * This is Hwang's group testing, and each test is also a delivery. A half that LinkedIn accepts is delivered, and the
 * other half must then contain a bad element. Elements that were not tested are combined again. A bad element is always
 * sent alone at the end, even when it is already known, to get LinkedIn's message about it. So k bad elements among n
 * need at most k × (⌈log₂ n⌉ + 2) requests after the refused one.
 */
export type PoisonSearch<Element> = {
  /** At least one of these is bad. Empty when no element is suspected. */
  suspects: readonly Element[];
  /** Not known to be good or bad. */
  unknown: readonly Element[];
};

/** Starts a search in a batch that LinkedIn refused. */
export function searchIn<Element>(refused: readonly Element[]): PoisonSearch<Element> {
  return { suspects: refused, unknown: [] };
}

/** Returns the elements to send next. Empty when the search is over. */
export function nextProbe<Element>({ suspects, unknown }: PoisonSearch<Element>): readonly Element[] {
  if (suspects.length === 0) return unknown;
  return suspects.slice(0, Math.ceil(suspects.length / 2));
}

/** Updates the search after LinkedIn accepted the probe. */
export function afterAccepted<Element>({ suspects, unknown }: PoisonSearch<Element>): PoisonSearch<Element> {
  if (suspects.length === 0) return { suspects: [], unknown: [] };
  return { suspects: suspects.slice(Math.ceil(suspects.length / 2)), unknown };
}

/** Updates the search after LinkedIn refused the probe. A single refused element is bad and leaves the search. */
export function afterRefused<Element>({ suspects, unknown }: PoisonSearch<Element>): PoisonSearch<Element> {
  if (suspects.length === 0) return unknown.length === 1 ? { suspects: [], unknown: [] } : searchIn(unknown);
  const half = Math.ceil(suspects.length / 2);
  return half === 1
    ? { suspects: [], unknown: [...unknown, ...suspects.slice(1)] }
    : { suspects: suspects.slice(0, half), unknown: [...unknown, ...suspects.slice(half)] };
}
