import { join } from 'node:path';

import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import type { SourcelessWorkerOptions, Unstable_Config } from 'wrangler';

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
  /** The result of `prepareWorker`, instead of modules and a wrangler.toml that are read now. */
  prepared?: PreparedWorker;
  /** How far its clock is ahead of the machine's, for tests of long waits. Alarms come when that clock says so. */
  clockAheadMs?: number;
};

/** What a Worker needs to start. It can be written as JSON, apart from the modules. */
export type PreparedWorker = {
  options: SourcelessWorkerOptions;
  vars: Unstable_Config['vars'];
  modules: ReadonlyMap<string, Uint8Array>;
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
  modules: own,
  configPath,
  prepared,
  clockAheadMs = 0,
}: LocalWorkerOptions): Promise<LocalWorker> {
  const {
    options: workerOptions,
    vars: configured,
    modules,
  } = prepared ?? (await prepareWorker({ modules: own, configPath }));
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
          modules: asOptions(clockAheadMs === 0 ? modules : atClock(modules, clockAheadMs)),
          bindings: { ...configured, ...vars },
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

/** Bundles the Worker as for a deploy, but readable, and reads wrangler.toml: about two seconds of computing time. */
export async function prepareWorker({
  modules,
  configPath = new URL('../wrangler.toml', import.meta.url).pathname,
}: { modules?: PreparedWorker['modules'] | undefined; configPath?: string | undefined } = {}): Promise<PreparedWorker> {
  // It is the largest part of a start, so a Worker that is prepared already doesn't load it.
  const wrangler = await import('wrangler');
  const config = wrangler.unstable_readConfig({ config: configPath });
  const { workerOptions: options } = wrangler.unstable_getMiniflareWorkerOptions(config);
  return { options, vars: config.vars, modules: modules ?? (await bundleWorker({ sourcemap: 'inline' })) };
}

/** Returns the modules with a clock that is ahead. */
function atClock(modules: PreparedWorker['modules'], aheadMs: number): PreparedWorker['modules'] {
  const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
  return new Map(
    [...modules].map(([name, contents]) => [
      name,
      encoder.encode(
        clockAhead(aheadMs) +
          // workerd's own clock decides when an alarm comes, so alarms are set and read by that one.
          decoder.decode(contents).replaceAll(/\bstorage\.([gs])etAlarm\(/g, 'storage.$1etAlarmAhead('),
      ),
    ]),
  );
}

/** Each module has this statement, and the first one that runs sets the clock. */
const clockAhead = (ms: number): string =>
  // On one line, so that stack traces name the right lines.
  `if (Date.now.name === 'now') {
  const Own = Date;
  globalThis.Date = class Date extends Own {
    constructor(...given) { given.length === 0 ? super(Own.now() + ${ms}) : super(...given); }
    static now = function ahead() { return Own.now() + ${ms}; };
  };
  Object.defineProperties(Object.prototype, {
    setAlarmAhead: { value(at) { return this.setAlarm(at - ${ms}); } },
    getAlarmAhead: { async value() { const at = await this.getAlarm(); return at === null ? null : at + ${ms}; } },
  });
};`.replaceAll('\n', ' ');

function asOptions(modules: ReadonlyMap<string, Uint8Array>) {
  return [...modules].map(([path, contents]) => ({ type: 'ESModule' as const, path, contents }));
}
