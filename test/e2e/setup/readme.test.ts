/** The README's section on deploying, pasted unchanged into a terminal, against the stand-in for Cloudflare. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Cloudflare, startCloudflare } from '../../cloudflare/start.ts';
import { type DeployableCopy, deployableCopy } from '../../support/deployable-copy.ts';
import { openShell, type Shell } from '../../support/shell.ts';
import { DOWN, ENTER, runInTerminal } from '../../support/terminal.ts';

/** wrangler starts several times, each for some seconds. */
const TIMEOUT_MS = 600_000;

const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
const [section = ''] = /^## Deploy\n[\s\S]*?(?=^## )/m.exec(readme) ?? [];
const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands = '']) => commands);

let copy: DeployableCopy;
let cloudflare: Cloudflare;
let shell: Shell;
beforeAll(async () => {
  [copy, cloudflare] = await Promise.all([deployableCopy(), startCloudflare()]);
  shell = openShell(copy.folder, cloudflare.env);
}, TIMEOUT_MS);
afterAll(async () => {
  shell.close();
  await Promise.all([copy.remove(), cloudflare.close()]);
});

const inCopy = (path: string): Promise<string> => readFile(join(copy.folder, path), 'utf8');

describe.runIf(process.platform === 'linux')('the README’s section on deploying', () => {
  it('begins with a set-up that asks, and shows the token once', { timeout: TIMEOUT_MS }, async () => {
    const { CI: _, ...environment } = process.env;
    const { code, stdout } = await runInTerminal(blocks[0] ?? '', {
      cwd: copy.folder,
      // In the terminal in which the section before was pasted.
      env: { ...environment, ...cloudflare.env, TERM: 'xterm', ADMIN_TOKEN: 'dev-of-the-local-run' },
      answers: [
        [/Where should it run\?/, `${DOWN}${DOWN}${ENTER}`],
        [/Address of the website/, `https://www.example.com${ENTER}`],
      ],
    });

    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain('Directflight answers at https://directflight.example.workers.dev');
    const { ADMIN_TOKEN: token } = JSON.parse(await inCopy('.directflight/secrets.json'));
    expect(stdout).toContain(`Sign in   ${token}`);
    expect(stdout).toContain('belongs to `npm run dev`, so it was not used');
    // LinkedIn sends people back to this address, which is known after the first deploy.
    expect(await inCopy('wrangler.local.jsonc')).toContain('"PUBLIC_URL": "https://directflight.example.workers.dev"');
  });

  it.each(blocks.slice(1))('goes on with %s', { timeout: TIMEOUT_MS }, async (commands) => {
    const { output, exitCode } = await shell.paste(commands);

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).not.toMatch(/"status": ?[45]\d\d/);
    expect(await (await cloudflare.fetch('https://www.example.com/_df/healthz')).json()).toEqual({ status: 'ok' });
    expect(cloudflare.unknown).toEqual([]);
  });

  it('has these blocks', () => {
    expect(blocks.map((commands) => commands.split('\n', 1)[0]?.split(/ -- | {2,}#/)[0])).toEqual([
      'npm run setup',
      'npm run setup',
      'npm run deploy',
      `export ADMIN_TOKEN=$(node -p 'require("./.directflight/secrets.json").ADMIN_TOKEN')`,
    ]);
  });
});
