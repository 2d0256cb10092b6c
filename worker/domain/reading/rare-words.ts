import type * as countryNames from './country-names.ts';
import type * as entityNames from './entity-names.ts';

/** What only unusual texts need: HTML's names of characters, and countries in other words than their two letters. */
type RareWords = typeof countryNames & typeof entityNames;

let words: RareWords | undefined;
let isMissed = false;

/** Returns the words if they are loaded. Otherwise `withRareWords` does the work again with them. */
export function rareWords(): RareWords | undefined {
  if (words === undefined) isMissed = true;
  return words;
}

/**
 * Does work that may need the words: most events need none of them, and they would be a tenth of what a collector
 * request loads. When the work missed them, they are loaded and it is done again from the start. That happens once per
 * isolate.
 *
 * @param work Must be pure.
 */
export async function withRareWords<Result>(work: () => Promise<Result>): Promise<Result> {
  const isComplete = words !== undefined;
  const result = await work();
  if (isComplete || !isMissed) return result;
  await loadRareWords();
  return work();
}

/** Loads the words, for work that can't be done again. */
export async function loadRareWords(): Promise<void> {
  if (words !== undefined) return;
  // Each request that waits has an import of its own: workerd lets no request wait for another one's promise.
  const [countries, entities] = await Promise.all([import('./country-names.ts'), import('./entity-names.ts')]);
  words = { ...countries, ...entities };
}
