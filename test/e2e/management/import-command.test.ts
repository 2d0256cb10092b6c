/** `directflight import` in a terminal: Ctrl-C leaves the import to the server, and `import cancel` ends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { runCommand } from '../../support/run-command.ts';

const CLI = join(import.meta.dirname, '../../../cli/directflight.ts');
/** More than is imported while a person presses Ctrl-C. */
const ROWS = 4_000;

let product: LocalProduct;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  product = await startLocalProduct();
  folder = await mkdtemp(join(tmpdir(), 'directflight-import-command-'));
  env = { DIRECTFLIGHT_URL: product.url, DIRECTFLIGHT_TOKEN: product.adminToken };
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

type View = { state: string; checked: number; rows: number; accepted: number; cancelled: number };

it('leaves the import to the server on Ctrl-C, and cancels it when asked', async () => {
  const path = join(folder, 'leads.csv');
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const lines = Array.from({ length: ROWS }, (_, index) => `lead${index}@firm.de,${at},Lead Generated`);
  await writeFile(path, ['email,time,event', ...lines].join('\n'));
  const args = [CLI, 'import', path, '--source', 'src_demo', '--lawful-basis', 'consent'];

  const command = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [command.stdout, command.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => /imp_[\w-]+/.exec(said)?.[0], { timeout: 60_000, interval: 20 }).toBeDefined();
  command.kill('SIGINT');
  const [code] = await once(command, 'close');

  const id = /imp_[\w-]+/.exec(said)?.[0] ?? '';
  expect(code).toBe(130);
  expect(said).toContain(`directflight import cancel ${id} --source src_demo`);
  const view = async (): Promise<View> => Object((await product.admin(`/sources/src_demo/imports/${id}`)).body);
  const { checked } = await view();
  await expect.poll(async () => (await view()).checked, { timeout: 60_000 }).toBeGreaterThan(checked);

  const cancelled = await runCommand(
    process.execPath,
    [CLI, 'import', 'cancel', id, '--source', 'src_demo', '--json'],
    { cwd: folder, env },
  );

  expect(cancelled).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ id, state: 'cancelled' });
  const ended = await view();
  expect(ended.cancelled).toBeGreaterThan(0);
  expect(ended.accepted + ended.cancelled).toBe(ROWS);
  const report = await fetch(`${product.url}/v1/admin/sources/src_demo/imports/${id}/report`, {
    headers: { Authorization: `Bearer ${product.adminToken}` },
  });
  expect((await report.text()).trim().split('\n')).toHaveLength(ROWS + 1);

  const unknown = await runCommand(process.execPath, [CLI, 'import', 'cancel', 'imp_nobody', '--source', 'src_demo'], {
    cwd: folder,
    env,
  });
  expect(unknown.code).not.toBe(0);
}, 180_000);

it('imports nothing of a file whose upload was cut off', async () => {
  const { hostname, port } = new URL(product.url);
  const name = 'cut-off.csv';
  const upload = request({
    hostname,
    port,
    method: 'POST',
    path: `/v1/admin/sources/src_demo/imports?lawful_basis=consent&name=${name}`,
    headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'text/csv' },
  });
  upload.on('error', () => undefined);
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const lines = Array.from({ length: 500 }, (_, index) => `cut${index}@firm.de,${at},Lead Generated\n`);
  upload.write(`email,time,event\n${lines.join('')}`);
  const view = async (): Promise<View | undefined> => {
    const { data }: { data: (View & { name: string })[] } = Object(
      (await product.admin('/sources/src_demo/imports?limit=100')).body,
    );
    return data.find((each) => each.name === name);
  };
  await expect.poll(async () => (await view())?.rows, { timeout: 30_000 }).toBeGreaterThan(0);

  upload.destroy();

  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await view()).toMatchObject({ accepted: 0 });
  expect(['reading', 'cancelled']).toContain((await view())?.state);
}, 60_000);
