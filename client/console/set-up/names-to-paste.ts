import { spellingKey } from '../../../worker/domain/fql/near-misses.ts';
import type { Progress } from './progress.ts';
import { ruleIdsOf } from './test-campaigns.ts';

/** An event name to paste, and its other spellings that count for the same conversion rules. */
export type NameToPaste = { name: string; others: string[] };

/**
 * Returns one name for those that differ only in case, spaces or separators and count for the same conversion rules: a
 * site that sends two of them counts each conversion twice.
 */
export function namesToPaste(
  names: readonly string[],
  mapped: Pick<Progress, 'integration' | 'mappings'>,
): NameToPaste[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = JSON.stringify([spellingKey(name), ruleIdsOf(name, mapped).toSorted()]);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()].flatMap((spellings) => {
    // `OrderCompleted` has capitals too, but its words are not apart.
    const [proper] = spellings.filter(isProper).toSorted((one, other) => words(other) - words(one));
    const name = proper ?? spellings[0];
    return name === undefined ? [] : [{ name, others: spellings.filter((one) => one !== name) }];
  });
}

/** Checks that a name is spelled as Segment advises, such as `Order Completed`: capitalized words with single spaces. */
function isProper(name: string): boolean {
  return /^\p{Lu}[^\s_-]*(?: [\p{Lu}\p{N}][^\s_-]*)*$/u.test(name);
}

function words(name: string): number {
  return name.split(' ').length;
}
