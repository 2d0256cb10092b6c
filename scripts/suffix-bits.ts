/**
 * `node scripts/suffix-bits.ts`: writes `worker/domain/site/suffix-bits.ts` from tldts' public suffix list. Run it after
 * an update of tldts; `test/conformance/public-suffixes.test.ts` fails when it is necessary.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { filterOf, FREQUENT } from '../worker/domain/site/suffix-names.ts';
import { suffixNames } from './public-suffixes.ts';

const FILE = join(import.meta.dirname, '../worker/domain/site/suffix-bits.ts');

/** Returns the content of the file. */
export async function suffixBits(): Promise<string> {
  const names = (await suffixNames()).map(({ name }) => name);
  const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1);
  const isKnown = (name: string): boolean => name.split('.').length <= 2 || FREQUENT.has(parentOf(name));
  const known = names.filter(isKnown);
  const wildcards = known.filter((name) => name.startsWith('*.')).map(parentOf);
  const bits = Buffer.from(filterOf(known.filter((name) => !name.startsWith('*')))).toString('base64');
  return `/** Made by \`node scripts/suffix-bits.ts\` from the public suffix list in tldts; see suffix-names.ts. */
export const SUFFIX_BITS =
  '${bits}';

/** Every name directly below one of these is a public suffix, or may be one. */
export const WILDCARD_PARENTS: ReadonlySet<string> = new Set([${wildcards
    .toSorted()
    .map((name) => `'${name}'`)
    .join(', ')}]);
`;
}

if (import.meta.main) await writeFile(FILE, await suffixBits());
