/** `npm run setup` against the stand-in for Cloudflare: the real wrangler deploys, and what it uploaded answers. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Cloudflare, startCloudflare } from '../../cloudflare/start.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';
import { type DeployableCopy, deployableCopy } from '../../support/deployable-copy.ts';
import { type Ended, runCommand } from '../../support/run-command.ts';

/** wrangler starts several times, each for some seconds. */
const TIMEOUT_MS = 600_000;

let copy: DeployableCopy;
let cloudflare: Cloudflare;
let sandbox: Sandbox;
beforeAll(async () => {
  [copy, cloudflare, sandbox] = await Promise.all([deployableCopy(), startCloudflare(), startSandbox()]);
}, TIMEOUT_MS);
afterAll(() => Promise.all([copy.remove(), cloudflare.close(), sandbox.close()]));

const npm = (args: readonly string[], env: Record<string, string | undefined> = {}): Promise<Ended> =>
  runCommand('npm', ['run', '--silent', ...args], { cwd: copy.folder, env: { ...cloudflare.env, ...env } });
const setup = (args: readonly string[], env: Record<string, string | undefined> = {}) =>
  npm(['setup', '--', ...args], env);

const inCopy = (path: string): Promise<string> => readFile(join(copy.folder, path), 'utf8');

type Outcome = {
  url: string;
  console: string;
  source: { id: string; write_key: string };
  made_secrets: string[];
  secrets_file: string;
  snippet: string;
};

describe('setup without what it needs', () => {
  it.each<[string, string[], RegExp]>([
    ['a place', [], /--host www\.example\.com/],
    ['one place', ['--host', 'www.example.com', '--workers-dev'], /either --host or --workers-dev/],
    ['a host', ['--host', 'example'], /Expected a host/],
    ['a setting', ['--workers-dev', '--var', 'X'], /Expected --var NAME=VALUE/],
    ['a number', ['--workers-dev', '--wait', 'long'], /number of seconds/],
    ['an option', ['--hots', 'www.example.com'], /unknown option/],
  ])('says so: %s', { timeout: TIMEOUT_MS }, async (_, args, words) => {
    const { code, stderr } = await setup(args);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
  });

  it('says how to sign in, and how to get an account', { timeout: TIMEOUT_MS }, async () => {
    const { code, stderr } = await setup(['--workers-dev'], { CLOUDFLARE_API_TOKEN: undefined, HOME: copy.folder });

    expect(code).toBe(2);
    for (const words of ['npx wrangler login', 'CLOUDFLARE_API_TOKEN', 'dash.cloudflare.com/sign-up'])
      expect(stderr).toContain(words);
  });

  it('refuses a host that another Worker uses', { timeout: TIMEOUT_MS }, async () => {
    const { code, stderr } = await setup(['--host', 'www.example.com', '--path', '/']);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/in use.*--take-over-host/s) });
    expect(cloudflare.account.scripts.size).toBe(0);
  });
});

describe('setup', () => {
  let tracked: string;
  let outcome: Outcome;
  let token: string;
  beforeAll(async () => {
    tracked = await inCopy('wrangler.toml');
    // An earlier deploy got as far as making the namespace.
    cloudflare.account.namespaces.set('0'.repeat(32), { id: '0'.repeat(32), title: 'directflight-config' });
    const { code, stdout, stderr } = await setup(
      [
        '--json',
        '--host=www.example.com',
        `--var=LINKEDIN_API_URL=${sandbox.url}`,
        `--var=LINKEDIN_AUTH_URL=${sandbox.url}`,
      ],
      // README has people export this one for the local run.
      { ADMIN_TOKEN: 'dev-of-the-local-run' },
    );
    if (code !== 0) throw new Error(stdout + stderr);
    outcome = JSON.parse(stdout);
    ({ ADMIN_TOKEN: token } = JSON.parse(await readFile(outcome.secrets_file, 'utf8')));
  }, TIMEOUT_MS);

  const admin = (path: string, body?: object) =>
    cloudflare.fetch(`${outcome.url}/v1/admin${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const track = (messageId: string) =>
    cloudflare.fetch(`${outcome.url}/v1/track`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://www.example.com' },
      body: JSON.stringify({
        writeKey: outcome.source.write_key,
        messageId,
        event: 'Lead Generated',
        consent: { advertising: true },
        properties: { li_fat_id: 'abc123-def456-ghi789' },
      }),
    });

  it('deploys a Worker that answers under the path of the host, and nowhere else', async () => {
    const script = cloudflare.script('directflight');

    expect(outcome).toMatchObject({
      url: 'https://www.example.com/_df',
      console: 'https://www.example.com/_df/console',
      made_secrets: ['ADMIN_TOKEN', 'ENCRYPTION_KEY'],
      snippet: expect.stringContaining(
        `src="https://www.example.com/_df/df.js" data-write-key="${outcome.source.write_key}"`,
      ),
    });
    expect([...script.classes.values()].every((storage) => storage === 'sqlite')).toBe(true);
    expect(script).toMatchObject({ routes: ['www.example.com/_df/*'], workersDev: false, crons: ['*/5 * * * *'] });
    expect(await (await cloudflare.fetch(`${outcome.url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await cloudflare.fetch('https://www.example.com/healthz')).status).toBe(404);
    for (const path of ['/df.js', '/console', '/console/console.js'])
      expect([path, (await cloudflare.fetch(outcome.url + path)).status]).toEqual([path, 200]);
    expect(cloudflare.unknown).toEqual([]);
  });

  it('is known to the command in its clone, which needs neither a build of it nor variables', async () => {
    const { code, stdout, stderr } = await runCommand(process.execPath, ['cli/bin.js', 'doctor', '--json'], {
      cwd: copy.folder,
      env: cloudflare.env,
    });

    expect({ code, stdout: JSON.parse(stdout) }).toEqual({ code: 0, stdout: { integrations: [] } });
    expect(stderr).toBe(`${outcome.url} (wrangler.local.jsonc)\n`);
  });

  it('doesn’t take the token of the local run', () => {
    expect(token).not.toContain('dev-of-the-local-run');
  });

  it('writes one untracked file, and the secrets where only their owner reads them', async () => {
    expect(await inCopy('wrangler.toml')).toBe(tracked);
    expect(await inCopy('.gitignore')).toContain('wrangler.local.jsonc');
    expect(await inCopy('wrangler.local.jsonc')).not.toContain(token);
    expect((await stat(outcome.secrets_file)).mode & 0o777).toBe(0o600);
  });

  it('leads to a delivered conversion', { timeout: TIMEOUT_MS }, async () => {
    const connected = await admin('/integrations', {
      source_id: outcome.source.id,
      config: {
        account_id: '100',
        access_token: 'tok-ok',
        conversion_rule_id: { 'Lead Generated': '1001' },
      },
    });
    const accepted = await track('before-the-upgrade');

    expect([connected.status, accepted.status]).toEqual([201, 200]);
    const [event] = await sandbox.waitForEvents(1, 60_000);
    expect(event).toMatchObject({ element: { eventId: 'before-the-upgrade' } });
  });

  it('is followed by deploys of later versions, which keep everything', { timeout: TIMEOUT_MS }, async () => {
    const [settings, versions] = [
      await inCopy('wrangler.local.jsonc'),
      cloudflare.script('directflight').versions.length,
    ];
    const manifest: object = JSON.parse(await inCopy('package.json'));
    await writeFile(join(copy.folder, 'package.json'), JSON.stringify({ ...manifest, version: '9.9.9' }));

    const { code } = await npm(['deploy']);

    expect(code).toBe(0);
    expect(cloudflare.script('directflight').versions.length).toBe(versions + 1);
    expect(await inCopy('wrangler.local.jsonc')).toBe(settings);
    expect((await cloudflare.fetch(`${outcome.url}/df/9.9.9.js`)).status).toBe(200);
    const events = await (await admin(`/sources/${outcome.source.id}/events`)).json();
    expect(events).toMatchObject({ data: [{ message_id: 'before-the-upgrade', state: 'delivered' }] });
    expect(await (await track('after-the-upgrade')).json()).toEqual({ success: true, accepted: 1 });
    await sandbox.waitForEvents(2, 60_000);
  });

  it('is not undone by a deploy of wrangler alone', { timeout: TIMEOUT_MS }, async () => {
    const { code, stdout, stderr } = await runCommand('npx', ['--no-install', 'wrangler', 'deploy'], {
      cwd: copy.folder,
      env: cloudflare.env,
    });

    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('Use `npm run deploy`');
    expect((await cloudflare.fetch(`${outcome.url}/healthz`)).status).toBe(200);
  });

  it(
    'moves to a host of its own, and says what is left to do while that does not answer',
    { timeout: TIMEOUT_MS },
    async () => {
      const place = ['--host', 't.example.com', '--path', '/', '--take-over-host'];
      // As long as its certificate is missing, nobody can connect.
      const { code, stderr } = await setup([...place, '--wait', '0'], { NODE_EXTRA_CA_CERTS: undefined });

      expect(code).toBe(1);
      expect(stderr).toMatch(/It is deployed, but .* doesn't answer yet: .*certificate.* Run the command again/s);
      expect((await cloudflare.fetch('https://www.example.com/_df/healthz')).status).toBe(404);
      expect((await cloudflare.fetch('https://t.example.com/healthz')).status).toBe(200);
    },
  );

  it('can be repeated: it makes no second secret and no second source', { timeout: TIMEOUT_MS }, async () => {
    const { code, stdout } = await setup(['--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      url: 'https://t.example.com',
      made_secrets: [],
      source: outcome.source,
    });
  });
});
