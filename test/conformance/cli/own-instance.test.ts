/** In a clone, the command needs no build and no variables. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { withOwnInstance } from '../../../cli/own-instance.ts';
import { runCommand } from '../../support/run-command.ts';

const root = join(import.meta.dirname, '../../..');
const SETTINGS = '{ "vars": { "BASE_PATH": "/_df", "PUBLIC_URL": "https://www.example.com" } }';
const SECRETS = '{ "ADMIN_TOKEN": "of-the-clone", "ENCRYPTION_KEY": "k" }';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-own-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function aClone(files: Record<string, string>): Promise<string> {
  const all = { 'package.json': '{ "name": "directflight" }', 'wrangler.toml': '', ...files };
  await mkdir(join(folder, '.directflight'));
  for (const [path, text] of Object.entries(all)) await writeFile(join(folder, path), text);
  return folder;
}

describe('the instance that a command in a clone is about', () => {
  const deployed = { 'wrangler.local.jsonc': SETTINGS, '.directflight/secrets.json': SECRETS };
  const own = { DIRECTFLIGHT_URL: 'https://www.example.com/_df', DIRECTFLIGHT_TOKEN: 'of-the-clone' };

  it.each<[string, Record<string, string>, Record<string, string>, Record<string, string>]>([
    ['is the one that setup has deployed', deployed, {}, own],
    ['is that one when the variables are empty', deployed, { DIRECTFLIGHT_URL: '', DIRECTFLIGHT_TOKEN: '' }, own],
    [
      'is asked with a token that was given',
      deployed,
      { DIRECTFLIGHT_TOKEN: 'mine' },
      { ...own, DIRECTFLIGHT_TOKEN: 'mine' },
    ],
    [
      'is never told the clone’s token when another address was given',
      deployed,
      { DIRECTFLIGHT_URL: 'https://t.example.net' },
      { DIRECTFLIGHT_URL: 'https://t.example.net' },
    ],
    ['is unknown when the secrets were moved away', { 'wrangler.local.jsonc': SETTINGS }, {}, {}],
    ['is unknown before setup', {}, {}, {}],
    ['is unknown when the settings have no address', { ...deployed, 'wrangler.local.jsonc': '{}' }, {}, {}],
  ])('%s', async (_, files, environment, expected) => {
    const said: string[] = [];

    const result = await withOwnInstance(environment, { from: await aClone(files), say: (line) => said.push(line) });

    expect(result).toEqual(expected);
    expect(said).toEqual(
      result['DIRECTFLIGHT_URL'] === own.DIRECTFLIGHT_URL ? [`${own.DIRECTFLIGHT_URL} (wrangler.local.jsonc)`] : [],
    );
  });

  it('is unknown outside of a clone', async () => {
    expect(await withOwnInstance({}, { from: folder, say: () => undefined })).toEqual({});
  });
});

describe('the file that npm links as the command', () => {
  it('runs in a clone that was never built, also by way of npx', { timeout: 60_000 }, async () => {
    for (const path of ['cli', 'client', 'worker', 'package.json', 'tsconfig.json'])
      await cp(join(root, path), join(folder, path), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

    const { code, stdout } = await runCommand('npx', ['--no-install', 'directflight', '--help'], {
      cwd: folder,
      // npx keeps links to clones there.
      env: { npm_config_cache: join(folder, 'cache') },
    });

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Usage: directflight') });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a clone without node_modules', ['cli/bin.js', 'cli/directflight.ts'], /^Run `npm ci` in /],
    ['a package without its build', ['cli/bin.js'], /npm pack --ignore-scripts=false/],
  ])('says what is missing: %s', async (_, paths, words) => {
    for (const path of [...paths, 'package.json']) await cp(join(root, path), join(folder, path));

    const { code, stderr } = await runCommand(process.execPath, [join(folder, 'cli/bin.js'), '--help'], {
      cwd: folder,
      env: {},
    });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
  });
});
