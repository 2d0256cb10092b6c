/**
 * Imports a large file with the command and over the API, while the site sends events, and measures how long the site
 * waits, before and during the import, and the memory of workerd. Everything runs on one machine: the Worker, the
 * sandbox and the senders.
 */
import { execFile } from 'node:child_process';
import { openAsBlob, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

import { buildClient } from '../../scripts/build.ts';
import { processes } from '../../scripts/processes.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';
import type { Measured } from './bench.ts';
import { quantile, rounded } from './statistics.ts';
import type { Row } from './table.ts';

/** LinkedIn's limit. */
const MOST_ROWS = 300_000;
const ROWS = Number(process.env['ROWS'] ?? MOST_ROWS);
const BASELINE_MS = Number(process.env['BASELINE_SECONDS'] ?? 30) * 1_000;
/** The site's events: one page's, one after the other, with this pause between them. */
const PAUSE_MS = 200;
const LOOK_EVERY_MS = 500;

const CLI = join(import.meta.dirname, '../../cli/directflight.ts');

type Phase = { waits: number[]; memory: number[]; seconds: number };

export async function benchImports(): Promise<Measured[]> {
  await buildClient({ demo: true });
  const folder = await mkdtemp(join(tmpdir(), 'directflight-imports-bench-'));
  const path = join(folder, 'leads.csv');
  await writeFile(path, aFile(ROWS));
  const { size } = await stat(path);
  const product = await startLocalProduct();
  try {
    const pid = await workerdPid();
    const measured = <Value>(work: () => Promise<Value>): Promise<Phase & { value: Value }> =>
      whileSiteSends(product, pid, work);
    const before = await measured(() => wait(BASELINE_MS));
    console.error(toldOf('before', before));
    const command = await measured(() => byCommand(product, path));
    console.error(toldOf('directflight import', command), command.value);
    const api = await measured(() => byApi(product, path));
    console.error(toldOf('the same file over the API', api), api.value);
    const after = await measured(() => wait(Math.min(BASELINE_MS, 10_000)));
    return [
      {
        title: `${ROWS} rows, ${rounded(size / 1e6)} MB: the time in which the site’s events are answered, and the memory of workerd`,
        rows: [
          toldOf('before', before),
          toldOf('directflight import', command),
          toldOf('the same file over the API', api),
          toldOf('after', after),
        ],
      },
      {
        title: 'what became of the rows',
        rows: [
          { way: 'directflight import', ...command.value },
          { way: 'the same file over the API', ...api.value },
        ],
      },
    ];
  } finally {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function toldOf(phase: string, { waits, memory, seconds }: Phase): Row {
  return {
    phase,
    seconds: Math.round(seconds),
    'site events': waits.length,
    'median ms': rounded(quantile(waits, 0.5)),
    'p95 ms': rounded(quantile(waits, 0.95)),
    'p99 ms': rounded(quantile(waits, 0.99)),
    'most ms': rounded(Math.max(...waits)),
    'within 200 ms': `${rounded((waits.filter((ms) => ms <= 200).length / waits.length) * 100)} %`,
    'MB at first': memory[0] ?? 0,
    'MB at most': Math.max(...memory),
  };
}

function aFile(rows: number): string {
  const nowMs = Date.now();
  const line = (index: number): string => {
    const at = new Date(nowMs - 3_600_000 - index * 1_000).toISOString();
    return `person${index}@firm${index % 997}.de,${at},Lead Generated,${index % 90},EUR`;
  };
  return ['email,timestamp,eventtype,amount,currency', ...Array.from({ length: rows }, (_, index) => line(index))].join(
    '\n',
  );
}

type Ended = { rows: number; accepted: number; duplicates: number };

async function byCommand(product: LocalProduct, path: string): Promise<Ended> {
  const run = promisify(execFile)(
    process.execPath,
    [CLI, 'import', path, '--source', 'src_demo', '--lawful-basis', 'consent', '--json'],
    {
      env: { ...process.env, DIRECTFLIGHT_URL: product.url, DIRECTFLIGHT_TOKEN: product.adminToken },
      maxBuffer: 1e8,
    },
  );
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return endOf(JSON.parse(stdout));
}

async function byApi(product: LocalProduct, path: string): Promise<Ended> {
  const imports = '/sources/src_demo/imports';
  const response = await fetch(`${product.url}/v1/admin${imports}?lawful_basis=consent`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'text/csv' },
    body: await openAsBlob(path),
  });
  const { id }: { id: string } = Object(await response.json());
  for (;;) {
    const { body } = await product.admin(`${imports}/${id}`);
    if (Object(body).state !== 'running') return endOf(body);
    await wait(LOOK_EVERY_MS);
  }
}

function endOf(view: unknown): Ended {
  const { rows, accepted, duplicates }: Ended = Object(view);
  return { rows, accepted, duplicates };
}

/** Does something while a site sends events one by one. */
async function whileSiteSends<Value>(
  product: LocalProduct,
  pid: number | undefined,
  work: () => Promise<Value>,
): Promise<Phase & { value: Value }> {
  const waits: number[] = [];
  const memory: number[] = [megabytes(pid)];
  const ending = new AbortController();
  const site = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const event = {
        type: 'track',
        event: 'Order Completed',
        properties: { li_fat_id: 'abc123-def456', value: 9, currency: 'EUR' },
      };
      const startedAtMs = performance.now();
      const { status } = await product.collect({ batch: [{ ...event, messageId: crypto.randomUUID() }] });
      if (status !== 200) throw new Error(`The site's event got ${status}`);
      waits.push(performance.now() - startedAtMs);
      await wait(PAUSE_MS);
    }
  };
  const looks = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      memory.push(megabytes(pid));
      await wait(LOOK_EVERY_MS);
    }
  };
  const startedAtMs = performance.now();
  const sending = Promise.all([site(), looks()]);
  const value = await Promise.race([work(), sending.then(() => Promise.reject(new Error('The site stopped')))]);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  ending.abort();
  await sending;
  return { waits, memory, seconds, value };
}

/** The workerd of the product: its parent is a process that this one has started. */
async function workerdPid(): Promise<number | undefined> {
  const all = await processes();
  const own = new Set(all.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid));
  return all.find(({ parent, command }) => own.has(parent) && command.includes('workerd'))?.pid;
}

/** Resident memory. 0 where there is no /proc. */
function megabytes(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
