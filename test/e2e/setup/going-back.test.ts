/**
 * From 0.2 back to 0.1 and forward again at Cloudflare, as docs/how-to/upgrade.md describes it: the real wrangler, and the
 * stand-in for Cloudflare with its rules for kinds of objects.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Cloudflare, startCloudflare } from '../../cloudflare/start.ts';
import { FORMER } from '../../fixtures/former-version.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';
import { type Ended, runCommand } from '../../support/run-command.ts';
import { olderVersion, thisVersion, type Version } from '../../support/versions.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TIMEOUT_MS = 300_000;
const ADMIN_TOKEN = 'test-admin-token';
const URL = 'https://directflight.example.workers.dev';

/** The kinds of objects that this version has and the former one lacks. */
const ADDED = ['Alerts', 'PayloadKeyStore'];

let folder: string;
let cloudflare: Cloudflare;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-back-'));
  [cloudflare, sandbox] = await Promise.all([startCloudflare(), startSandbox()]);
  await written('former', await olderVersion(FORMER), {});
  await written('former-with-tombstones', await olderVersion(FORMER), await tombstones());
  await written('now', await thisVersion(), {});
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all([cloudflare.close(), sandbox.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** The lines that docs/how-to/upgrade.md tells a person to add. */
async function tombstones(): Promise<Record<string, unknown>> {
  const page = await readFile(join(ROOT, 'docs/how-to/upgrade.md'), 'utf8');
  const [, toml] = /```toml\n(.*?)```/s.exec(page) ?? [];
  const { exports } = parse((toml ?? '').replaceAll(/^ {2}/gm, ''));
  expect(Object.keys(Object(exports)).toSorted()).toEqual(ADDED);
  return Object(exports);
}

/** Writes a version as a checkout with its build would have it, with one static file. */
async function written(
  name: string,
  { modules = new Map(), configPath }: Version,
  exports: Record<string, unknown>,
): Promise<void> {
  const config = Object(parse(await readFile(configPath ?? join(ROOT, 'wrangler.toml'), 'utf8')));
  const { build: _build, assets, base_dir: _base, rules: _rules, ...rest } = config;
  for (const [path, content] of modules) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
  await mkdir(join(folder, name, 'static'), { recursive: true });
  await writeFile(join(folder, name, 'static/console.html'), '');
  await cp(join(ROOT, 'package.json'), join(folder, name, 'package.json'));
  const deployed = {
    ...rest,
    main: [...modules.keys()][0],
    no_bundle: true,
    assets: { ...assets, directory: 'static' },
    rules: [{ type: 'ESModule', globs: ['**/*.js'] }],
    upload_source_maps: false,
    workers_dev: true,
    exports: { ...rest.exports, ...exports },
    vars: {
      ...rest.vars,
      ADMIN_TOKEN,
      ENCRYPTION_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      LINKEDIN_API_URL: sandbox.url,
      LINKEDIN_AUTH_URL: sandbox.url,
    },
  };
  await writeFile(join(folder, name, 'wrangler.json'), JSON.stringify(deployed));
}

const wrangler = (name: string, ...args: readonly string[]): Promise<Ended> =>
  runCommand(process.execPath, [join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), ...args], {
    cwd: join(folder, name),
    env: cloudflare.env,
  });

/** Runs this version's command against the instance. */
const directflight = (...args: readonly string[]): Promise<Ended> =>
  runCommand(process.execPath, [join(ROOT, 'cli/bin.js'), ...args], {
    cwd: folder,
    env: { ...cloudflare.env, DIRECTFLIGHT_URL: URL, DIRECTFLIGHT_TOKEN: ADMIN_TOKEN },
  });

async function deploy(name: string): Promise<string> {
  const { code, stdout, stderr } = await wrangler(name, 'deploy');
  expect({ code, output: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, output: '' });
  return stdout;
}

async function ask(path: string, body?: object, token = ADMIN_TOKEN): Promise<Response> {
  return cloudflare.fetch(`${URL}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function admin(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await ask(`/v1/admin${path}`, body);
  expect({ path, isOk: response.ok }).toEqual({ path, isOk: true });
  return Object(await response.json());
}

async function send(messageId: string, key: string): Promise<void> {
  const properties = { email: `${messageId}@example.com` };
  const batch = [{ type: 'track', event: 'Lead Generated', messageId, properties }];
  expect((await ask('/v1/batch', { batch }, key)).status).toBe(200);
}

const arrived = (): string[] => sandbox.events.map(({ element }) => String(element['eventId'])).toSorted();

describe('an installation that goes back from this version to the one before', () => {
  let key: string;
  let sourceId: string;
  let ofFormer: { check: Ended; backup: Ended };
  beforeAll(async () => {
    await deploy('former');
    ({ id: sourceId, write_key: key } = Object(await admin('/sources', { name: 'Shop' })));
    await admin('/integrations', {
      source_id: sourceId,
      config: { account_id: '100', access_token: 'tok-ok', conversion_rule_id: { 'Lead Generated': '1001' } },
    });
    await send('before', key);
    await sandbox.waitForEvents(1, 60_000);
    ofFormer = { check: await directflight('upgrade-check'), backup: await directflight('backup') };
    await deploy('now');
    await admin('/alert-channels', { type: 'webhook', name: 'Ours', url: 'https://hooks.example.com/alerts' });
  }, TIMEOUT_MS);

  it('was checked before the upgrade, and said that its release is too old for a backup', () => {
    expect(ofFormer.check).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^From 0\.1\.0 to /) });
    expect(ofFormer.backup).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is older than') });
  });

  it('is refused by a rollback and by a plain deploy, and nothing changes', { timeout: TIMEOUT_MS }, async () => {
    const [former] = cloudflare.script('directflight').versions;
    const before = cloudflare.script('directflight').versions.length;

    const rollback = await wrangler('former', 'rollback', former?.id ?? '', '--yes', '--message', 'Back');
    const plain = await wrangler('former', 'deploy');

    expect([rollback.code, plain.code]).toEqual([1, 1]);
    expect(rollback.stdout + rollback.stderr).toContain('lifecycle change');
    for (const name of ADDED)
      expect(plain.stdout + plain.stderr).toMatch(new RegExp(`orphaned_provisioned_namespace.*${name}`));
    expect(cloudflare.script('directflight').versions).toHaveLength(before);
    expect(await admin('/alert-channels')).toMatchObject({ data: [{ name: 'Ours' }] });
  });

  it(
    'goes back with tombstones and forward again: only the data of the new kinds is gone',
    { timeout: TIMEOUT_MS },
    async () => {
      const known = await admin('/sources');
      // The event waits for its second attempt, which the older version makes.
      const before = sandbox.requests.length;
      sandbox.fault({ status: 503, times: 1, path: '/rest/conversionEvents' });
      await send('waiting', key);
      await expect.poll(() => sandbox.requests.slice(before).some(({ status }) => status === 503)).toBe(true);
      expect(await deploy('former-with-tombstones')).toMatch(new RegExp(`Deleted: ${ADDED.join(', ')}`));
      expect((await ask('/v1/admin/alert-channels')).ok).toBe(false);
      await send('before', key);
      await send('back', key);
      await expect.poll(arrived, { timeout: 60_000 }).toEqual(['back', 'before', 'waiting']);

      expect(await deploy('now')).toMatch(new RegExp(`Created: ${ADDED.join(', ')}`));
      await send('forward', key);
      await expect.poll(arrived, { timeout: 60_000 }).toEqual(['back', 'before', 'forward', 'waiting']);
      expect(await admin('/sources')).toMatchObject(known);
      expect(await admin('/alert-channels')).toMatchObject({ data: [] });
      await expect
        .poll(() => admin(`/sources/${sourceId}/ledger`))
        .toMatchObject({ balanced: true, totals: { delivered: 4, skipped: { duplicate: 1 } } });
      // A rollback to the older version is refused too.
      const { CLOUDFLARE_API_BASE_URL: api = '', CLOUDFLARE_API_TOKEN: token = '' } = cloudflare.env;
      const older = cloudflare.script('directflight').versions.at(-2)?.id;
      const rollback = await fetch(
        `${api}/accounts/${cloudflare.account.id}/workers/scripts/directflight/deployments`,
        {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ strategy: 'percentage', versions: [{ version_id: older, percentage: 100 }] }),
        },
      );
      expect(await rollback.json()).toMatchObject({
        success: false,
        errors: [{ message: expect.stringContaining('lifecycle change') }],
      });
      expect(cloudflare.unknown).toEqual([]);
    },
  );
});
