import { join } from 'node:path';

import { build } from 'esbuild';
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';

import { buildLiquid } from './build.ts';

export type LocalWorker = {
  url: string;
  /** Runs the cron trigger once, as Cloudflare would. */
  runCron(): Promise<void>;
  stop(): Promise<void>;
};

export type LocalWorkerOptions = {
  /** 0 picks a free one. */
  port: number;
  /** The folder for KV and Durable Objects. Without it they are deleted at the end. */
  statePath?: string;
  /** Settings and secrets that replace wrangler.toml's. */
  vars: Record<string, string>;
  /** How far its `Date.now` is ahead of the machine's, for tests of long waits. */
  clockAheadMs?: number;
};

const LOCAL_FILES = join(import.meta.dirname, '../dist/local');

/**
 * Runs the Worker on this machine as wrangler.toml describes it: real workerd, KV, Durable Objects and static assets.
 *
 * `wrangler dev` uses the same parts. Without its proxy and its file watcher this starts in a second, is several times
 * faster, needs no network, and prints nothing. See docs/decisions/0003.
 */
export async function startLocalWorker({
  port,
  statePath,
  vars,
  clockAheadMs = 0,
}: LocalWorkerOptions): Promise<LocalWorker> {
  const config = unstable_readConfig({ config: new URL('../wrangler.toml', import.meta.url).pathname });
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(config);
  if (main === undefined) throw new Error('Cannot run the Worker: wrangler.toml names no main module');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: 'localhost',
      port,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.WARN),
      ...(statePath !== undefined && { resourcePersistencePath: statePath }),
      workers: [
        {
          ...workerOptions,
          // Includes the demo shop, which isn't deployed.
          ...(workerOptions.assets !== undefined && { assets: { ...workerOptions.assets, directory: LOCAL_FILES } }),
          modules: [
            { type: 'ESModule', path: 'worker.js', contents: await bundle(main, clockAheadMs) },
            { type: 'ESModule', path: 'liquid.mjs', contents: await buildLiquid() },
          ],
          bindings: { ...config.vars, ...vars },
        },
      ],
    }),
  );
  const url = (await miniflare.ready).origin;
  return {
    url,
    runCron: async () => {
      const worker = await miniflare.getWorker();
      await worker.scheduled();
    },
    stop: () => miniflare.dispose(),
  };
}

/** Bundles the Worker as wrangler does for a deploy. */
async function bundle(entryPoint: string, clockAheadMs: number): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    sourcemap: 'inline',
    write: false,
    ...(clockAheadMs !== 0 && {
      banner: { js: `{ const { now } = Date; Date.now = () => now() + ${clockAheadMs}; }` },
    }),
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`Cannot bundle ${entryPoint}: esbuild gave nothing`);
  return file.text;
}
