/** What `directflight import` says at Ctrl-C is true, whatever the server has done by then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../../cli/directflight.ts');

let folder: string;
let url: string;
let requests: { request: IncomingMessage; response: ServerResponse; isWhole: boolean }[];
const server = createServer((request, response) => {
  const seen = { request, response, isWhole: false };
  requests.push(seen);
  request.on('end', () => (seen.isWhole = true));
});

beforeEach(async () => {
  requests = [];
  folder = await mkdtemp(join(tmpdir(), 'directflight-interrupted-'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

type Running = { interrupt: () => void; said: () => string; code: Promise<number | null> };

async function anImport(bytes: number, flags: readonly string[] = ['--lawful-basis', 'consent']): Promise<Running> {
  const path = join(folder, 'leads.csv');
  await writeFile(path, `email,time\n${'a@firm.de,2026-11-28\n'.repeat(bytes / 21)}`);
  const child = spawn(process.execPath, [CLI, 'import', path, '--source', 'src_a', ...flags], {
    env: { ...process.env, DIRECTFLIGHT_URL: url, DIRECTFLIGHT_TOKEN: 'token' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = once(child, 'close').then(([ended]: (number | null)[]) => ended ?? null);
  return { interrupt: () => void child.kill('SIGINT'), said: () => text, code };
}

async function arrived(): Promise<ServerResponse> {
  await expect.poll(() => requests[0]?.isWhole, { timeout: 20_000, interval: 20 }).toBe(true);
  const [first] = requests;
  if (first === undefined) throw new Error('never');
  return first.response;
}

/** The server reads the whole file. */
function reads(): void {
  server.prependOnceListener('request', (request: IncomingMessage) => request.resume());
}

it('between the file and the answer, it waits for the ID and says how to cancel the import', async () => {
  reads();
  const { interrupt, said, code } = await anImport(2_100);
  const response = await arrived();

  interrupt();
  await expect
    .poll(said, { timeout: 10_000, interval: 20 })
    .toContain('The file was sent, so the import may be running');
  response.end(JSON.stringify({ id: 'imp_late', state: 'running' }));

  expect(await code).toBe(130);
  expect(said()).toContain('To cancel it: directflight import cancel imp_late --source src_a');
});

it('at a second Ctrl-C it says where to see the import whose ID it doesn’t know, also with --json', async () => {
  reads();
  const { interrupt, said, code } = await anImport(2_100, ['--lawful-basis', 'consent', '--json']);
  await arrived();

  interrupt();
  await expect.poll(said, { timeout: 10_000, interval: 20 }).toContain('press Ctrl-C again');
  interrupt();

  expect(await code).toBe(130);
  expect(said()).toContain(
    `The import may be running on the server. To see or cancel it, open the page Import of the console: ${url}/console`,
  );
});

it('says why the server refuses the file, if it does so after Ctrl-C', async () => {
  reads();
  const { interrupt, said, code } = await anImport(2_100);
  const response = await arrived();

  interrupt();
  await expect.poll(said, { timeout: 10_000, interval: 20 }).toContain('The file was sent');
  response.writeHead(400).end(JSON.stringify({ detail: 'Cannot import: no event' }));

  expect(await code).toBe(2);
  expect(said()).toContain('Cannot import: no event');
});

it('while the file is being sent, it says that nothing is imported, and the server never gets the end', async () => {
  const { interrupt, said, code } = await anImport(31_500_000);
  await expect.poll(() => requests.length, { timeout: 20_000, interval: 20 }).toBe(1);

  interrupt();

  expect(await code).toBe(130);
  expect(said()).toContain('The file was not sent completely, so nothing is imported.');
  const [{ request } = {}] = requests;
  request?.on('error', () => undefined).resume();
  await expect.poll(() => request?.closed, { timeout: 10_000 }).toBe(true);
  expect(request?.complete).toBe(false);
});

it('says of a preview that it imports nothing', async () => {
  reads();
  const { interrupt, said, code } = await anImport(2_100, ['--preview']);
  await arrived();

  interrupt();

  expect(await code).toBe(130);
  expect(said()).toContain('A preview imports nothing.');
});
