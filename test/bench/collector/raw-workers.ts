import { build } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';

import { bundleWorker } from '../../../scripts/build-worker.ts';
import { freePort } from '../../support/free-port.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
export const ADMIN_TOKEN = 'bench-admin-token';

/**
 * The product with the deployed modules. Only the rate-limit binding is replaced, because its local emulation takes
 * longer than everything else.
 */
const PRODUCT = `
import worker from './index.js';
export * from './index.js';
const COLLECTOR_LIMIT = { limit: async () => ({ success: true }) };
export default { ...worker, fetch: (request, env, ctx) => worker.fetch(request, { ...env, COLLECTOR_LIMIT }, ctx) };`;

/** The cost of any Hono handler that reads a body. */
const EMPTY = `
import { Hono } from 'hono';
const app = new Hono();
app.post('*', async (c) => { await c.req.raw.arrayBuffer(); return c.json({ success: true, accepted: 1 }); });
export default app;`;

/** The least that a durable collector can do: one call to one object, one statement, one commit a request. */
const CEILING = `
import { DurableObject } from 'cloudflare:workers';
import { Hono } from 'hono';
export class Box extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT)');
  }
  async keep(batch) {
    this.ctx.storage.transactionSync(() => this.ctx.storage.sql.exec(
      "INSERT INTO events (id, body) SELECT value ->> 'messageId', value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING", batch));
  }
}
const app = new Hono();
app.post('*', async (c) => {
  const { batch } = JSON.parse(await c.req.raw.text());
  await c.env.BOX.getByName('box').keep(JSON.stringify(batch));
  return c.json({ success: true, accepted: batch.length });
});
export default app;`;

export interface RawWorkers {
  /** Their ports. */
  readonly product: number;
  readonly empty: number;
  readonly ceiling: number;
  stop(): Promise<void>;
}

/** Starts the product and two baselines in one workerd, each behind a socket of its own, without a proxy before it. */
export async function startRawWorkers(linkedInUrl: string): Promise<RawWorkers> {
  const config = unstable_readConfig({ config: `${ROOT}wrangler.toml` });
  // The static assets need a proxy.
  const { assets: _assets, ...options } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const [product, empty, ceiling] = await Promise.all([freePort(), freePort(), freePort()]);
  const at = (port: number) => [{ host: '127.0.0.1', port }];
  const baseline = async (contents: string) => [await baselineModule(contents)];
  const deployed = [...(await bundleWorker({ minify: true }))];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.WARN),
      workers: [
        {
          ...options,
          name: 'product',
          modules: [
            { type: 'ESModule', path: 'bench.js', contents: PRODUCT },
            ...deployed.map(([path, contents]) => ({ type: 'ESModule' as const, path, contents })),
          ],
          unsafeDirectSockets: at(product),
          bindings: {
            ...config.vars,
            ADMIN_TOKEN,
            ENCRYPTION_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
            LINKEDIN_API_URL: linkedInUrl,
            LINKEDIN_AUTH_URL: linkedInUrl,
          },
        },
        {
          name: 'empty',
          compatibilityDate: config.compatibility_date,
          modules: await baseline(EMPTY),
          unsafeDirectSockets: at(empty),
        },
        {
          name: 'ceiling',
          compatibilityDate: config.compatibility_date,
          modules: await baseline(CEILING),
          unsafeDirectSockets: at(ceiling),
          durableObjects: { BOX: { className: 'Box', useSQLite: true } },
        },
      ],
    }),
  );
  await miniflare.ready;
  return { product, empty, ceiling, stop: () => miniflare.dispose() };
}

async function baselineModule(contents: string) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    write: false,
  });
  return { type: 'ESModule' as const, path: 'baseline.js', contents: outputFiles[0]?.text ?? '' };
}
