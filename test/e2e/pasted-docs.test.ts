/** README and getting started, pasted unchanged, one after the other, into a terminal next to one `npm run dev`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type DevPorts, type DevProcess, removeStateOf, startDevProcess } from '../support/dev-process.ts';
import { freePort } from '../support/free-port.ts';
import { openShell, type Shell } from '../support/shell.ts';

const root = join(import.meta.dirname, '../..');

/** Commands that start the product, which already runs, or run all tests. */
const IS_ELSEWHERE = /^npm (?:ci|run dev)|^npm test/;

/** README's section on deploying, which setup/readme.test.ts pastes. */
const DEPLOY = /^## Deploy\n[\s\S]*?(?=^## )/m;

type Block = { page: string; commands: string };

async function blocksOf(page: string): Promise<Block[]> {
  const text = (await readFile(join(root, page), 'utf8')).replace(DEPLOY, '');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands = '']) => ({ page, commands }));
  return blocks.filter(({ commands }) => !IS_ELSEWHERE.test(commands));
}

const blocks = [...(await blocksOf('README.md')), ...(await blocksOf('docs/getting-started.md'))];

let ports: DevPorts;
let product: DevProcess;
let shell: Shell;
beforeAll(async () => {
  ports = { port: await freePort(), sandboxPort: await freePort() };
  product = await startDevProcess(ports);
  shell = openShell(root);
});
afterAll(async () => {
  await product.remove();
  shell.close();
  await removeStateOf(ports);
});

/** Runs commands unchanged, except for the ports. */
async function paste(commands: string): Promise<string> {
  const { output, exitCode } = await shell.paste(
    commands.replaceAll('8787', String(ports.port)).replaceAll('8788', String(ports.sandboxPort)),
  );
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return output;
}

/** Does what the pages ask the reader to do in the browser after a block. */
async function doInBrowser(commands: string, output: string): Promise<void> {
  if (commands.includes('/_sandbox/faults')) await sendTheForm();
  const consent = /"url": ?"([^"]+)"/.exec(output)?.[1];
  if (commands.includes('/oauth/authorize') && consent !== undefined) await allowAt(new URL(consent));
}

async function sendTheForm(): Promise<void> {
  const event = {
    writeKey: 'wk_demo',
    event: 'Lead Generated',
    messageId: 'the-form',
    properties: { li_fat_id: 'abc' },
  };
  await fetch(`http://localhost:${ports.port}/v1/track`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(event),
  });
  await untilDelivered(
    'curl -sS -H "Authorization: Bearer $ADMIN_TOKEN" "localhost:8787/v1/admin/sources/src_demo/events?limit=1"',
  );
}

async function allowAt(consent: URL): Promise<void> {
  const response = await fetch(consent.origin + consent.pathname, {
    method: 'POST',
    body: new URLSearchParams([...consent.searchParams, ['decision', 'allow']]),
  });
  expect(await response.text()).toContain('Connected to LinkedIn');
}

/** On a busy machine, "a moment later" on the pages takes longer. */
async function untilDelivered(look: string): Promise<void> {
  await expect.poll(() => paste(look), { timeout: 60_000, interval: 1_000 }).toMatch(/"state": ?"delivered"/);
}

describe('README and getting started, pasted on one instance', () => {
  it('have blocks to paste', () => {
    expect(blocks.filter(({ page }) => page === 'README.md').length).toBeGreaterThanOrEqual(2);
    expect(blocks.filter(({ page }) => page !== 'README.md').length).toBeGreaterThanOrEqual(8);
  });

  it.each(blocks)('$page: $commands', { timeout: 120_000 }, async ({ commands }) => {
    const output = await paste(commands);

    expect(output).not.toMatch(
      /"title": ?"[^"]*", ?"status": ?[45]\d\d|"healthy": ?false|"errors": ?\[\{|curl: |command not found/,
    );
    await doInBrowser(commands, output);
    const look = commands.split('\n').find((line) => line.includes('/events?limit=1'));
    if (look !== undefined) await untilDelivered(look);
    const isTaken = !commands.includes('/test-event') || /"status": ?20[01]/.test(output);
    expect(isTaken).toBe(true);
  });

  it('create nothing twice when the calls that create something are pasted again', async () => {
    const creating = blocks.filter(({ commands }) =>
      /-X POST \S*\/v1\/admin\/(?:sources|integrations) /.test(commands),
    );
    expect(creating.length).toBeGreaterThanOrEqual(4);
    for (const { commands } of creating) await paste(commands);

    const connections = await paste('api "localhost:8787/v1/admin/integrations"');
    const ids = new Set(Array.from(connections.matchAll(/"id": ?"(int_\w+)"/g), ([, id]) => id));
    expect(ids).toEqual(new Set(['int_demo', 'int_abc123', 'int_sandbox', 'int_mine']));
  });

  it.each(['int_abc123', 'int_sandbox', 'int_mine'])(
    'leave a connection without an error of the doctor: %s',
    async (id) => {
      const diagnosis = await paste(`api -X POST localhost:8787/v1/admin/integrations/${id}/doctor`);

      expect(diagnosis).toContain('"checked_at"');
      expect(diagnosis).not.toMatch(/"severity": ?"error"/);
    },
  );
});
