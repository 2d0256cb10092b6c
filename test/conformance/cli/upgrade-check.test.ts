import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';

import { exitCodeOf, toText, upgradeReport } from '../../../cli/upgrade-check.ts';
import { ALERTS_MIGRATIONS } from '../../../worker/objects/alerts/alerts-schema.ts';
import { IMPORTS_MIGRATIONS } from '../../../worker/objects/imports/imports-schema.ts';
import { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
import { REFUSALS_MIGRATIONS } from '../../../worker/objects/refusals/refusals-schema.ts';
import { REGISTRY_MIGRATIONS } from '../../../worker/objects/registry/registry-schema.ts';
import { TALLY_MIGRATIONS } from '../../../worker/objects/tally/tally-schema.ts';
import { RELEASE } from '../../../worker/schema/release.ts';
import type { Release } from '../../../worker/schema/release.ts';

const root = join(import.meta.dirname, '../../..');
const textOf = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

const running: Release = { ...RELEASE, version: '0.2.0' };
const next = (over: Partial<Release> = {}): Release => ({ ...RELEASE, version: '0.3.0', ...over });

type Given = Parameters<typeof upgradeReport>[0];
const none = { pending: 0, held: 0 };

/** An integration as its status shows it. */
function anIntegration(
  version: { configured: string; days_left: number | null },
  { own, backlog = none }: { own?: string; backlog?: typeof none } = {},
): Given['integrations'][number] {
  const integration = { id: 'int_a', name: 'A', config: own === undefined ? {} : { linkedin_version: own } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a report reads
  return { integration, status: { version, backlog } } as Given['integrations'][number];
}

function codesOf(to: Release, over: Partial<Given> = {}): string[] {
  const used = { names: [], place: 'the instance' };
  return upgradeReport({ running, used, integrations: [], ...over }, to).findings.map(
    ({ code, severity }) => `${severity} ${code}`,
  );
}

describe('this release', () => {
  it('has as many migrations as it says', () => {
    expect(RELEASE.tables).toEqual({
      registry: REGISTRY_MIGRATIONS.length,
      outbox: OUTBOX_MIGRATIONS.length,
      tally: TALLY_MIGRATIONS.length,
      refusals: REFUSALS_MIGRATIONS.length,
      imports: IMPORTS_MIGRATIONS.length,
      alerts: ALERTS_MIGRATIONS.length,
    });
  });

  it('has the objects of wrangler.toml', async () => {
    const { exports } = parse(await textOf('wrangler.toml'));

    expect(RELEASE.objects.toSorted()).toEqual(Object.keys(Object(exports)).toSorted());
  });

  it('has the settings of docs/reference/settings.md and of the Worker', async () => {
    const [installation = ''] = (await textOf('docs/reference/settings.md')).split('## Local run');
    const rows = installation.split('\n').filter((line) => line.startsWith('| `'));
    const documented = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)]);
    const env = [...(await textOf('worker/env.ts')).matchAll(/^  ([A-Z_]+)\??: string;/gm)];

    expect(RELEASE.settings.toSorted()).toEqual(documented.map(([, name = '']) => name).toSorted());
    expect([...RELEASE.settings, 'DEMO'].toSorted()).toEqual(env.map(([, name = '']) => name).toSorted());
  });
});

describe('upgrade-check', () => {
  it.each<[string, string[], string[]]>([
    ['nothing for the same release', codesOf(running), ['notice same_version']],
    ['nothing for a release without such changes', codesOf(next()), []],
    ['new tables', codesOf(next({ tables: { ...RELEASE.tables, outbox: 99, new: 1 } })), ['notice migrations']],
    ['a new kind of object', codesOf(next({ objects: [...RELEASE.objects, 'New'] })), ['notice objects_added']],
    ['a new setting', codesOf(next({ settings: [...RELEASE.settings, 'NEW'] })), ['notice settings_added']],
    [
      'a setting that is gone, if it is used',
      codesOf(next({ settings: ['ADMIN_TOKEN'] }), { used: { names: ['PUBLIC_URL'], place: 'wrangler.local.jsonc' } }),
      ['warning setting_gone'],
    ],
    [
      'a misspelled setting',
      codesOf(next(), { used: { names: ['PUBLIC_URI', 'BASE_PATH'], place: 'wrangler.local.jsonc' } }),
      ['warning setting_unknown'],
    ],
    ['a skipped version', codesOf(next({ version: '0.10.0' })), ['warning far_version']],
    ['a new major version', codesOf(next({ version: '1.0.0' })), ['warning far_version']],
    ['an older release', codesOf(next({ version: '0.1.9' })), ['warning older_release']],
    [
      'an older release that Cloudflare refuses',
      codesOf(next({ version: '0.1.9', objects: RELEASE.objects.slice(1) })),
      ['error objects_missing', 'warning older_release'],
    ],
    [
      'a LinkedIn version that retires soon',
      codesOf(next(), { integrations: [anIntegration({ configured: '202601', days_left: 12 }, { own: '202601' })] }),
      ['warning linkedin_version_retires'],
    ],
    [
      'a retired LinkedIn version',
      codesOf(next(), { integrations: [anIntegration({ configured: '202511', days_left: -3 }, { own: '202511' })] }),
      ['error linkedin_version_retires'],
    ],
    [
      'the move to another LinkedIn version',
      codesOf(next({ linkedin_version: '202611' }), {
        integrations: [anIntegration({ configured: '202609', days_left: 12 })],
      }),
      ['notice linkedin_version_moves'],
    ],
    [
      'nothing about a LinkedIn version with months left, or an unknown end',
      codesOf(next(), {
        integrations: [
          anIntegration({ configured: '202609', days_left: 290 }),
          anIntegration({ configured: '202701', days_left: null }, { own: '202701' }),
        ],
      }),
      [],
    ],
    [
      'what waits',
      codesOf(next(), {
        integrations: [anIntegration({ configured: '202609', days_left: 290 }, { backlog: { pending: 2, held: 1 } })],
      }),
      ['notice waiting'],
    ],
  ])('says %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('ends with 1 if a person should look first, and says so', () => {
    const used = { names: ['PUBLIC_URI'], place: 'wrangler.local.jsonc' };
    const warned = upgradeReport({ running, used, integrations: [] }, next());
    const fine = upgradeReport({ running, used: { ...used, names: [] }, integrations: [] }, next());

    expect([exitCodeOf(warned), exitCodeOf(fine)]).toEqual([1, 0]);
    expect(toText(warned)).toContain('PUBLIC_URI is not a setting');
    expect(toText(fine)).toBe('From 0.2.0 to 0.3.0:\nYou can upgrade: npm run deploy');
  });

  it('asks for no deploy of what is already running', () => {
    const report = upgradeReport({ running, used: { names: [], place: 'the instance' }, integrations: [] }, running);

    expect(toText(report)).toMatch(/^0\.2\.0 runs\.\n  NOTICE  0\.2\.0 is already running\n.*$/);
  });
});
