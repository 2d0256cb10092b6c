/** The public suffix list, read from the files of tldts: the package itself only answers for single hosts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const TRIE = 'node_modules/tldts/dist/es6/src/data/trie.js';

/** A public suffix, or a name above one, such as `amazonaws.com`. */
export type SuffixName = {
  /** With a `*` for a wildcard. */
  readonly name: string;
  readonly isSuffix: boolean;
  /** There are public suffixes below it. */
  readonly isParent: boolean;
};

/** @param root The names of rules, or those that are exceptions from them. */
export async function suffixNames(root: 'rulesRoot' | 'exceptionsRoot' = 'rulesRoot'): Promise<SuffixName[]> {
  const source = await readFile(join(import.meta.dirname, '..', TRIE), 'utf8');
  const numbers = (name: string): number[] =>
    (new RegExp(`export const ${name} = [^\\[]*\\[([^\\]]*)\\]`).exec(source)?.[1] ?? '').split(',').map(Number);
  const [flags, starts, lengths, children] = ['nodeFlags', 'edgeStart', 'edgeLength', 'edgeChild'].map(numbers);
  const labels = /export const labelText = (["'`])(.*?)\1/s.exec(source)?.[2];
  const first = new RegExp(`export const ${root} = (\\d+)`).exec(source)?.[1];
  if (!flags || !starts || !lengths || !children || labels === undefined || first === undefined)
    throw new Error(`tldts keeps its list in another form: read ${TRIE}`);

  const texts: string[] = [];
  let at = 0;
  for (const length of lengths) texts.push(labels.slice(at, (at += length)));
  const edgesOf = (node: number): number[] =>
    Array.from({ length: (starts[node + 1] ?? 0) - (starts[node] ?? 0) }, (_, index) => (starts[node] ?? 0) + index);
  const below = (node: number, parent: string): SuffixName[] =>
    edgesOf(node).flatMap((edge) => {
      const child = children[edge] ?? 0;
      const name = parent === '' ? (texts[edge] ?? '') : `${texts[edge]}.${parent}`;
      return [{ name, isSuffix: flags[child] !== 0, isParent: edgesOf(child).length > 0 }, ...below(child, name)];
    });
  return below(Number(first), '');
}
