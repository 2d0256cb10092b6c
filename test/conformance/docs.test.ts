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
import { PROBLEMS } from '../../worker/schema/problem.ts';
import { FINDINGS } from '../../worker/schema/reports/finding.ts';
import { SETTING_DEFAULTS } from '../../worker/schema/settings/integration.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFile(join(root, path), 'utf8');

const inDocs = await readdir(join(root, 'docs'), { recursive: true });
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...inDocs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path)),
];

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

  it.each(pages)('have no broken links in %s', async (page) => {
    const text = await textOf(page);
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));

    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});
