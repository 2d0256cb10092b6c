import { join } from 'node:path';

import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';

import { bundleWorker } from './build-worker.ts';

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
  /** Its modules by name, the main one first, instead of those bundled now. */
  modules?: ReadonlyMap<string, Uint8Array>;
  /** The path of the wrangler.toml of another version, whose modules are given. */
  configPath?: string;
  /** How far its clock is ahead of the machine's, for tests of long waits. Alarms come when that clock says so. */
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
  modules,
  configPath = new URL('../wrangler.toml', import.meta.url).pathname,
  clockAheadMs = 0,
}: LocalWorkerOptions): Promise<LocalWorker> {
  const config = unstable_readConfig({ config: configPath });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
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
          modules: asOptions(modules ?? (await readableModules(clockAheadMs))),
          bindings: { ...config.vars, ...vars },
          // In wrangler.toml it is left out, because a deploy needs a domain for it. Here e-mails become files.
          email: { send_email: [{ name: 'ALERT_EMAIL' }] },
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

/** Bundles the Worker as for a deploy, but readable. */
async function readableModules(clockAheadMs: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const modules = await bundleWorker({
    sourcemap: 'inline',
    ...(clockAheadMs !== 0 && { banner: { js: clockAhead(clockAheadMs) } }),
  });
  if (clockAheadMs === 0) return modules;
  // workerd's own clock decides when an alarm comes, so alarms are set and read by that one.
  const decoder = new TextDecoder();
  return new Map(
    [...modules].map(([name, contents]) => [
      name,
      new TextEncoder().encode(
        decoder.decode(contents).replaceAll(/\bstorage\.([gs])etAlarm\(/g, 'storage.$1etAlarmAhead('),
      ),
    ]),
  );
}

/** Each module has this statement, and the first one that runs sets the clock. */
const clockAhead = (ms: number): string => `if (Date.now.name === 'now') {
  const Own = Date;
  globalThis.Date = class Date extends Own {
    constructor(...given) { given.length === 0 ? super(Own.now() + ${ms}) : super(...given); }
    static now = function ahead() { return Own.now() + ${ms}; };
  };
  Object.defineProperties(Object.prototype, {
    setAlarmAhead: { value(at) { return this.setAlarm(at - ${ms}); } },
    getAlarmAhead: { async value() { const at = await this.getAlarm(); return at === null ? null : at + ${ms}; } },
  });
}`;

function asOptions(modules: ReadonlyMap<string, Uint8Array>) {
  return [...modules].map(([path, contents]) => ({ type: 'ESModule' as const, path, contents }));
}
