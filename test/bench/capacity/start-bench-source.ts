import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { build } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_readConfig } from 'wrangler';

import { freePort } from '../../support/free-port.ts';
import type { Cost } from './objects/bench-source.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

export interface BenchSource {
  /** Calls a method of one of the objects. `ms` includes the call over HTTP, which takes about 1 ms. */
  call(object: 'outbox' | 'tally', method: string, body: unknown): Promise<Cost & { ms: number }>;
  /** The resident memory of workerd in MB, and the most that it ever had; 0 where the system does not say. */
  memory(): { now: number; most: number };
  stop(): Promise<void>;
}

/** Starts the two objects in a workerd of their own, with a database on disk. */
export async function startBenchSource(): Promise<BenchSource> {
  const config = unstable_readConfig({ config: `${ROOT}wrangler.toml` });
  const folder = await mkdtemp(join(tmpdir(), 'directflight-bench-'));
  const port = await freePort();
  const before = new Set(workerds());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.WARN),
      resourcePersistencePath: folder,
      workers: [
        {
          name: 'bench',
          compatibilityDate: config.compatibility_date,
          modules: [{ type: 'ESModule', path: 'bench.js', contents: await bundled() }],
          unsafeDirectSockets: [{ host: '127.0.0.1', port }],
          durableObjects: {
            OUTBOX: { className: 'BenchOutbox', useSQLite: true },
            TALLY: { className: 'BenchTally', useSQLite: true },
          },
        },
      ],
    }),
  );
  await miniflare.ready;
  const pid = workerds().find((id) => !before.has(id));
  return {
    async call(object, method, body) {
      const startedAt = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/${object}/${method}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${object}.${method}: ${response.status} ${await response.text()}`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `objects/bench-source.ts` answers with a cost.
      const cost = (await response.json()) as Cost;
      return { ...cost, ms: performance.now() - startedAt };
    },
    memory: () => ({ now: megabytes(pid, 'VmRSS'), most: megabytes(pid, 'VmHWM') }),
    async stop() {
      await miniflare.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'objects/bench-source.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    tsconfigRaw: {},
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** The workerd processes of this machine that this process started, on Linux. */
function workerds(): string[] {
  try {
    return readdirSync('/proc').filter((id) => {
      if (!/^\d+$/.test(id)) return false;
      try {
        const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
        return stat.includes('(workerd)') && stat.slice(stat.lastIndexOf(')')).split(' ')[2] === String(process.pid);
      } catch {
        return false;
      }
    });
  } catch {
    return [];
  }
}

function megabytes(pid: string | undefined, field: 'VmRSS' | 'VmHWM'): number {
  if (pid === undefined) return 0;
  const [, kilobytes = '0'] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
