/**
 * `node scripts/shared-parents.ts`: writes `worker/schema/settings/shared-parents.ts` from tldts' public suffix list.
 * Run it after an update of tldts; `test/unit/schema/shared-parents.test.ts` fails when it is necessary.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { suffixNames } from './public-suffixes.ts';

const root = join(import.meta.dirname, '..');

/**
 * Returns every domain that isn't a public suffix but has public suffixes below it, such as `amazonaws.com` above
 * `s3.amazonaws.com`.
 */
export async function sharedParents(): Promise<string[]> {
  const names = await suffixNames();
  return names
    .filter(({ name, isSuffix, isParent }) => !isSuffix && isParent && !name.includes('*') && name.includes('.'))
    .map(({ name }) => name)
    .filter((name) => /^[\x20-\x7e]+$/.test(name))
    .toSorted((one, other) => (reversed(one) < reversed(other) ? -1 : 1));
}

const reversed = (host: string): string => host.split('.').toReversed().join('.');

function moduleOf(parents: readonly string[]): string {
  const lines: string[] = [];
  for (const host of parents) {
    const last = lines.at(-1);
    if (last === undefined || last.length + host.length > 115) lines.push(host);
    else lines[lines.length - 1] = `${last} ${host}`;
  }
  return `/**
 * Domains below which strangers get names, though not directly: hosting companies' own, such as amazonaws.com above
 * s3.amazonaws.com. Made by \`node scripts/shared-parents.ts\` from the public suffix list in tldts.
 */
export const SHARED_PARENTS: ReadonlySet<string> = new Set(
  \`
${lines.join('\n')}
\`
    .trim()
    .split(/\\s/),
);
`;
}

if (import.meta.main)
  await writeFile(join(root, 'worker/schema/settings/shared-parents.ts'), moduleOf(await sharedParents()));
