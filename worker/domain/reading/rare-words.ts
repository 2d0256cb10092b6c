import type * as countryNames from './country-names.ts';
import type * as entityNames from './entity-names.ts';

/** Tables that only unusual texts need: HTML's names for characters, and the names and other codes of countries. */
type RareWords = typeof countryNames & typeof entityNames;

let words: RareWords | undefined;
let isMissed = false;

/** Returns the tables if they are loaded. Otherwise `withRareWords` loads them and repeats the work. */
export function rareWords(): RareWords | undefined {
  if (words === undefined) isMissed = true;
  return words;
}

/**
 * Does work that may need the tables. Most events don't, and the tables would be a tenth of the code that a collector
 * request loads. If the work needs a table that isn't loaded, they are loaded and the work is repeated from the start.
 * That happens once per isolate.
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

/** Loads the tables, for work that can't be repeated. */
export async function loadRareWords(): Promise<void> {
  if (words !== undefined) return;
  // Each waiting request imports the module itself, because in workerd a request can't wait for another request's
  // promise.
  const [countries, entities] = await Promise.all([import('./country-names.ts'), import('./entity-names.ts')]);
  words = { ...countries, ...entities };
}
