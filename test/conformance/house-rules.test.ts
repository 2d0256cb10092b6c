/**
 * Rules for newcomers' sake: small files in small folders, and plain English. The linter checks for circular imports.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

import { describe, expect, it } from 'vitest';

import { SLOW_TESTS } from '../../scripts/slow-tests.ts';
import { VERSION } from '../../worker/schema/version.ts';

const root = join(import.meta.dirname, '../..');

const MAX_LINES = 350;
const MAX_FILES = 20;

/** Google Tag Manager requires a template to be a single file. */
const ONE_FILE = 'client/gtm/template.tpl';

/** Quotations, by file: the name of a package, and domains of the public suffix list. */
const QUOTED: Readonly<Record<string, readonly string[]>> = {
  'docs/decisions/0023-escaped-text.md': ['he'],
  'worker/schema/settings/shared-parents.ts': ['his'],
};

const code = await filesIn('client', 'worker');

describe('the code in worker/ and client/', () => {
  it(`has no file of more than ${MAX_LINES} lines`, async () => {
    const files = code.filter((path) => path !== ONE_FILE);
    const lengths = await Promise.all(files.map(async (path) => [path, (await linesOf(path)).length - 1] as const));

    expect(lengths.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
  });

  it(`has no folder with more than ${MAX_FILES} files beside each other`, () => {
    const folders = Map.groupBy(code, (path) => path.slice(0, path.lastIndexOf('/')));
    const sizes = [...folders].map(([folder, files]) => [folder, files.length] as const);

    expect(sizes.filter(([, size]) => size > MAX_FILES)).toEqual([]);
  });
});

describe('the language', () => {
  it('calls people they, and uses no word that few readers know', async () => {
    const texts = (await filesIn('client', 'docs', 'worker')).filter((path) =>
      /\.(?:\w?[jt]sx?|md|html|css)$/.test(path),
    );
    const found = await Promise.all(
      [...texts, 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(async (path) =>
        (await linesOf(path)).flatMap((line, index) =>
          [...line.matchAll(/\b(?:he|him|his|mend|mended|whom)\b/gi)]
            .filter(([word]) => QUOTED[path]?.includes(word) !== true)
            .map(([word]) => `${path}:${index + 1} ${word}`),
        ),
      ),
    );

    expect(found.flat()).toEqual([]);
  });
});

async function filesIn(...folders: string[]): Promise<string[]> {
  const entries = await Promise.all(
    folders.map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  return entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|\.\w+)\//.test(path));
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(join(root, path), 'utf8')).split('\n');
}

it('the version in the code is that of package.json', async () => {
  const packageJson: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

  expect(VERSION).toBe(packageJson.version);
});

it('no two decisions have the same number', async () => {
  const numbers = (await readdir(join(root, 'docs/decisions'))).map((name) => name.slice(0, 4));

  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});

it('the slow tests that npm test leaves out exist', async () => {
  const tests = await filesIn('test');

  expect(SLOW_TESTS.filter((glob) => !tests.some((path) => matchesGlob(path, glob)))).toEqual([]);
});
