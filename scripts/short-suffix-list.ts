/**
 * Replaces tldts' tables in the Worker by texts, which are a quarter shorter after gzip. They are made of the tables with
 * each build, so they are never older than tldts. `suffix-text.ts` reads them.
 */
import { join } from 'node:path';

import type { Plugin } from 'esbuild';

import { asciiOf, isNotAscii, suffixesIn } from '../worker/domain/site/suffix-text.ts';
import { suffixNames } from './public-suffixes.ts';
import type { SuffixName } from './public-suffixes.ts';

const ROOT = join(import.meta.dirname, '..');

/** The number of characters that a capital letter can stand for. */
const MOST_SHARED = 25;

type Node = { isSuffix: boolean; below: Map<string, Node> };

export const shortSuffixList: Plugin = {
  name: 'short-suffix-list',
  setup(bundler) {
    bundler.onLoad({ filter: /[/\\]tldts[/\\]dist[/\\]es6[/\\]src[/\\]suffix-trie\.js$/ }, async () => {
      const [rules, exceptions] = await Promise.all([suffixNames(), suffixNames('exceptionsRoot')]);
      const texts = [rules, exceptions].map((names) => JSON.stringify(textOf(treeOf(names))));
      return {
        contents: `import { ${suffixesIn.name} } from './worker/domain/site/suffix-text.ts';
export default ${suffixesIn.name}(${texts.join(', ')});`,
        resolveDir: ROOT,
      };
    });
  },
};

function treeOf(names: readonly SuffixName[]): Node {
  const root: Node = { isSuffix: false, below: new Map() };
  for (const { name, isSuffix } of names) {
    let node = root;
    for (const label of name.split('.').toReversed()) {
      const child: Node = node.below.get(label) ?? { isSuffix: false, below: new Map() };
      node.below.set(label, child);
      node = child;
    }
    node.isSuffix = isSuffix;
  }
  return root;
}

/** See `labelsIn` in `suffix-text.ts`. */
function textOf({ below }: Node): string {
  const texts = new Map([...below].map(([label, node]) => [label, endOf(node)]));
  // The other spellings of a label that isn't ASCII are left out, if the same is below both.
  const implied = new Set(
    [...texts].flatMap(([label, end]) => {
      const ascii = isNotAscii(label) ? asciiOf(label) : label;
      return ascii !== label && texts.get(ascii) === end ? [ascii] : [];
    }),
  );
  let before = '';
  let text = '';
  for (const label of [...texts.keys()].filter((each) => !implied.has(each)).toSorted()) {
    let shared = 0;
    while (shared < MOST_SHARED && shared < before.length && label[shared] === before[shared]) shared += 1;
    text += String.fromCharCode(65 + shared) + label.slice(shared) + (texts.get(label) ?? '');
    before = label;
  }
  return text;
}

function endOf(node: Node): string {
  return `${node.isSuffix ? '' : '!'}${node.below.size === 0 ? '' : `(${textOf(node)})`}`;
}
