/**
 * `node scripts/shared-parents.ts`: writes `worker/schema/settings/shared-parents.ts` from tldts' public suffix list.
 * Run it after an update of tldts; `test/unit/schema/shared-parents.test.ts` fails when it is necessary.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Returns every domain that isn't a public suffix but has public suffixes below it, such as `amazonaws.com` above
 * `s3.amazonaws.com`. tldts only answers for single hosts, so its list is read from the package's files.
 */
export async function sharedParents(): Promise<string[]> {
  const source = await readFile(join(root, 'node_modules/tldts/dist/es6/src/data/trie.js'), 'utf8');
  const numbers = (name: string): number[] =>
    (new RegExp(`export const ${name} = [^\\[]*\\[([^\\]]*)\\]`).exec(source)?.[1] ?? '').split(',').map(Number);
  const [flags, starts, lengths, children] = ['nodeFlags', 'edgeStart', 'edgeLength', 'edgeChild'].map(numbers);
  const labels = /export const labelText = (["'`])(.*?)\1/s.exec(source)?.[2];
  const first = /export const rulesRoot = (\d+)/.exec(source)?.[1];
  if (!flags || !starts || !lengths || !children || labels === undefined || first === undefined)
    throw new Error('tldts keeps its list in another form: read node_modules/tldts/dist/es6/src/data/trie.js');

  const names: string[] = [];
  let at = 0;
  for (const length of lengths) names.push(labels.slice(at, (at += length)));
  const edgesOf = (node: number): number[] =>
    Array.from({ length: (starts[node + 1] ?? 0) - (starts[node] ?? 0) }, (_, index) => (starts[node] ?? 0) + index);
  const below = (node: number, name: string): string[] =>
    edgesOf(node).flatMap((edge) => {
      const child = children[edge] ?? 0;
      const host = name === '' ? (names[edge] ?? '') : `${names[edge]}.${name}`;
      const isParent = flags[child] === 0 && edgesOf(child).length > 0;
      return [...(isParent && !host.includes('*') ? [host] : []), ...below(child, host)];
    });
  return below(Number(first), '')
    .filter((host) => host.includes('.') && /^[\x20-\x7e]+$/.test(host))
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
