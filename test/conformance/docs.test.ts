import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { snippet } from '../../client/tag/snippet.ts';
import { API_DOCS_PATH, apiDocs } from '../../scripts/api-docs.ts';
import { LINT_RULES } from '../../worker/schema/events/lint-rules.ts';
import {
  ERASE_REASONS,
  FAILURE_REASONS,
  HOLD_REASONS,
  SKIP_REASONS,
  WAIT_REASONS,
} from '../../worker/schema/events/outcome.ts';
import { REFUSAL_REASONS } from '../../worker/schema/events/refusal.ts';
import { IMPORT_FIELDS } from '../../worker/schema/imports/import-field.ts';
import { PROBLEMS } from '../../worker/schema/problem.ts';
import { FINDINGS } from '../../worker/schema/reports/finding.ts';
import { SETTING_DEFAULTS } from '../../worker/schema/settings/integration.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFile(join(root, path), 'utf8');

/** Folders that are not ours: packages, builds and caches. */
const OTHERS = /(?:^|\/)(?:node_modules|dist|\.\w+)\//;
const FOLDERS = ['client', 'docs', 'examples', 'scripts', 'test', 'worker'];

const files = (
  await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((path) => join(folder, path)),
    ),
  )
)
  .flat()
  .concat('README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', '.oxlintrc.json', 'vitest.config.ts')
  .filter((path) => !OTHERS.test(path));
const pages = files.filter((path) => path.endsWith('.md'));

/** Returns a page's anchors, as GitHub makes them from its headings. */
function anchorsOf(page: string): Set<string> {
  const headings = page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm);
  const anchors = new Set<string>();
  for (const [, heading = ''] of headings) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** A screen reader needs the role, the title and the description. */
function isDescribedSvg(svg: string): boolean {
  return /<svg[^>]* role="img"/.test(svg) && /<title[^>]*>[^<]{10,}</.test(svg) && /<desc[^>]*>[^<]{40,}</.test(svg);
}

function numbersOf(matches: readonly RegExpExecArray[]): number[] {
  return matches.map(([, digits]) => Number(digits));
}

async function isThere(page: string, target: string): Promise<boolean> {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(await textOf(file)).has(anchor);
}

describe('the docs', () => {
  it('contain the snippet of the current tag', async () => {
    const readme = await textOf('README.md');

    expect(readme).toContain(snippet({ src: 'https://www.example.com/_df/df.js', writeKey: 'wk_abc123' }));
  });

  it('keep the README to one page', async () => {
    const readme = await textOf('README.md');

    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  it.each([
    ['problem', PROBLEMS],
    ['reason for a skip', SKIP_REASONS],
    ['reason for a hold', HOLD_REASONS],
    ['reason to wait', WAIT_REASONS],
    ['reason for an erasure', ERASE_REASONS],
    ['reason for a failure', FAILURE_REASONS],
    ['finding of the doctor', FINDINGS],
    ['reason for a refusal', Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, reason]))],
  ])('explain what to do about each %s', async (_what, codes) => {
    const page = await textOf('docs/reference/problems-and-reasons.md');

    expect(Object.keys(codes).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it("contain the linter's whole table", async () => {
    const page = await textOf('docs/reference/lint.md');
    const rows = Object.entries(LINT_RULES).map(
      ([code, { field, action, sentence, remedy }]) =>
        `| \`${code}\` | ${action} | \`${field}\` | ${sentence} ${remedy} |`,
    );

    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
    expect(page.match(/^\| `/gm)).toHaveLength(rows.length);
  });

  it('name an existing test for each threat of SECURITY.md', async () => {
    const page = await textOf('SECURITY.md');
    const threats = page.split('\n').filter((line) => /^\| (?!#|-|---)/.test(line) && line.split(' | ').length === 4);
    const untested = threats.filter((line) => !line.includes('`test/') && !/Not applicable|npm ci/.test(line));
    const paths = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);

    expect(threats.length).toBeGreaterThanOrEqual(50);
    expect(untested).toEqual([]);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('name each setting that has a default', async () => {
    const page = await textOf('docs/reference/settings.md');

    expect(Object.keys(SETTING_DEFAULTS).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('have a reference that matches the OpenAPI document; if not, run npm run docs:api', async () => {
    expect(await textOf(API_DOCS_PATH)).toBe(apiDocs());
  });

  it.each(pages)('have no broken links or anchors in %s', async (page) => {
    const text = (await textOf(page)).replaceAll(/^```[\s\S]*?^```/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    const dead = await Promise.all(local.map(async (target) => ((await isThere(page, target)) ? [] : [target])));

    expect(dead.flat()).toEqual([]);
  });

  it.each(pages)('describe each picture in words in %s', async (page) => {
    const pictures = [...(await textOf(page)).matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)];
    const local = pictures.filter(([, , target = '']) => !/^[a-z]+:/.test(target));
    const silent = await Promise.all(
      local.map(async ([, alt = '', target = '']) => {
        const isDescribed = !target.endsWith('.svg') || isDescribedSvg(await textOf(join(dirname(page), target)));
        return isDescribed && alt.trim().length >= 10 ? [] : [target];
      }),
    );

    expect(silent.flat()).toEqual([]);
  });

  it('have a list with the same steps below each picture of a CRM', async () => {
    const page = 'docs/how-to/connect-a-crm.md';
    const [, ...parts] = (await textOf(page)).split(/^!\[[^\]]*\](?=\(\S+\.svg\))/m);
    const steps = await Promise.all(
      parts.map(async (part) => {
        const [, target = ''] = /^\((\S+)\)/.exec(part) ?? [];
        const drawn = [...(await textOf(join(dirname(page), target))).matchAll(/text-anchor="middle">(\d+)<\/text>/g)];
        const [section = ''] = part.split(/^#/m);
        return { drawn: numbersOf(drawn), listed: numbersOf([...section.matchAll(/^(\d+)\. /gm)]) };
      }),
    );

    expect(steps).toHaveLength(4);
    for (const { drawn, listed } of steps) {
      expect(drawn).toEqual(Array.from({ length: drawn.length }, (_, place) => place + 1));
      expect(listed).toEqual(drawn);
    }
  });

  it('send from Apex only fields that a hook reads', async () => {
    const page = await textOf('docs/how-to/connect-a-crm.md');
    const names = [...page.matchAll(/^ +'(\w+)' =>/gm)].map(([, name]) => name);

    expect(names).toEqual(expect.arrayContaining(['stage', 'deal_id', 'time', 'email']));
    expect(IMPORT_FIELDS).toEqual(expect.arrayContaining(names));
  });

  it('are in the repository wherever code, comments and settings name them', async () => {
    const sources = files.filter((path) => /\.(?:ts|tsx|js|json|toml|html)$/.test(path));
    const dead = await Promise.all(
      sources.map(async (source) =>
        [...(await textOf(source)).matchAll(/(?<![\w/])docs\/[\w./-]*[\w]/g)]
          .map(([path]) => path)
          .filter((path) => !existsSync(join(root, path)) && !isDecision(path))
          .map((path) => `${source}: ${path}`),
      ),
    );

    expect(dead.flat()).toEqual([]);
  });

  it('number each decision in its file name and heading', async () => {
    const decisions = pages.filter((page) => page.startsWith('docs/decisions/'));
    const wrong = await Promise.all(
      decisions.map(async (page) => {
        const number = /\/(\d{4})-/.exec(page)?.[1] ?? 'none';
        return (await textOf(page)).startsWith(`# ${number} `) ? [] : [page];
      }),
    );

    expect(wrong.flat()).toEqual([]);
  });

  it('have only linter rules for files that exist', async () => {
    const { overrides }: { overrides: { files: string[] }[] } = JSON.parse(
      (await textOf('.oxlintrc.json')).replaceAll(/^\s*\/\/.*$/gm, ''),
    );
    const named = overrides.flatMap((override) => override.files).filter((path) => !path.includes('*'));

    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

const decisions = files.filter((path) => path.startsWith('docs/decisions/'));

/** Returns whether a path is a decision. Decisions are cited by number alone. */
function isDecision(path: string): boolean {
  return /^docs\/decisions\/\d{4}$/.test(path) && decisions.some((page) => page.startsWith(`${path}-`));
}
