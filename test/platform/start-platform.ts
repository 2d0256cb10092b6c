import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Plugin } from 'esbuild';

import { bundleWorker } from '../../scripts/build-worker.ts';
import { startLocalWorker } from '../../scripts/local-worker.ts';
import { startSandbox, type Sandbox } from '../sandbox/start.ts';
import { preparedWorker } from '../support/prepared-worker.ts';
import type { Spent } from './world/meter.ts';
import type { RulesChange } from './world/rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const ADMIN_TOKEN = 'test-admin-token';
/** Base64 of the bytes 0 to 31. */
const ENCRYPTION_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

type Binding =
  | 'OUTBOX'
  | 'TALLY'
  | 'IMPORTS'
  | 'REFUSALS'
  | 'REGISTRY'
  | 'CREDENTIALS'
  | 'RATE_LIMITER'
  | 'ALERTS'
  | 'PAYLOAD_KEYS';

/** The costs since the last report; `total` is the sum of all places. */
type Report = {
  total: Spent;
  places: Readonly<Record<string, Spent>>;
  longestCallBytes: number;
  /** How often an object of each class was started, since the beginning. */
  starts: Readonly<Record<string, number>>;
  /** The IDs with which objects were requested. */
  asked: readonly { binding: string; name: string; options: unknown; jurisdiction: string | null }[];
};

/**
 * The product on workerd, with a sandbox as its LinkedIn. Everything that Cloudflare charges for or limits is counted.
 */
export type Platform = {
  readonly url: string;
  readonly adminToken: string;
  readonly sandbox: Sandbox;
  /** Changes how the platform behaves. Rules that are not named get their defaults again. */
  rules(change: RulesChange): Promise<void>;
  report(): Promise<Report>;
  /** Returns everything in KV, by key. */
  kv(): Promise<Readonly<Record<string, string>>>;
  /** Removes an object from memory. */
  evict(binding: Binding, name: string): Promise<void>;
  /** Calls a method of an object, uncounted. */
  call(binding: Binding, name: string, method: string, ...args: readonly unknown[]): Promise<unknown>;
  ask(
    path: string,
    request?: { method?: string; body?: unknown; key?: string; headers?: Record<string, string> },
  ): Promise<Response>;
  admin(path: string, request?: { method?: string; body?: unknown }): Promise<Response>;
  runCron(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * @param options.checkout The folder of the product to run: this one, or that of another commit, which needs no
 * `node_modules`.
 * @param options.former The main module of another version, which requests and objects can have instead; see `rules`.
 * @param options.vars Settings of the Worker.
 */
export async function startPlatform({
  checkout = process.env['CHECKOUT'] ?? ROOT,
  former = join(checkout, 'worker/index.ts'),
  vars = {},
}: { checkout?: string; former?: string; vars?: Record<string, string> } = {}): Promise<Platform> {
  const statePath = await mkdtemp(join(tmpdir(), 'directflight-platform-'));
  const sandbox = await startSandbox();
  const [modules, prepared] = await Promise.all([meteredModules(checkout, former), preparedWorker()]);
  const worker = await startLocalWorker({
    port: 0,
    statePath,
    ...(prepared === undefined ? { modules } : { prepared: { ...prepared, modules } }),
    vars: {
      ADMIN_TOKEN,
      ENCRYPTION_KEY,
      LINKEDIN_API_URL: sandbox.url,
      LINKEDIN_AUTH_URL: sandbox.url,
      ...vars,
    },
  });
  const { url } = worker;
  const ask: Platform['ask'] = (path, { body, method = body === undefined ? 'GET' : 'POST', key, headers } = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Connection: 'close',
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const order = async (body: object): Promise<unknown> => {
    const response = await ask('/__platform', { body });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return {
    url,
    adminToken: ADMIN_TOKEN,
    sandbox,
    ask,
    rules: async (change) => {
      await order({ do: 'rules', change });
    },
    report: async () => withTotal((await order({ do: 'report' })) as Omit<Report, 'total'>), // oxlint-disable-line typescript/no-unsafe-type-assertion
    kv: async () => (await order({ do: 'kv' })) as Record<string, string>, // oxlint-disable-line typescript/no-unsafe-type-assertion
    evict: async (binding, name) => {
      await order({ do: 'evict', binding, name });
    },
    call: (binding, name, method, ...args) => order({ do: 'call', binding, name, method, args }),
    admin: (path, request) => ask(`/v1/admin${path}`, { ...request, key: ADMIN_TOKEN }),
    runCron: () => worker.runCron(),
    async stop() {
      await Promise.all([worker.stop(), sandbox.close()]);
      await rm(statePath, { recursive: true, force: true });
    },
  };
}

/** Bundles the products of two versions with the counters around them. */
function meteredModules(checkout: string, former: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const fromCheckout: Plugin = {
    name: 'from-checkout',
    setup(bundler) {
      bundler.onResolve({ filter: /\/worker\/index\.ts$/ }, ({ importer }) => ({
        path: importer.endsWith('/former.ts') ? former : join(checkout, 'worker/index.ts'),
      }));
    },
  };
  return bundleWorker(
    { sourcemap: 'inline', plugins: [fromCheckout], nodePaths: [join(ROOT, 'node_modules')] },
    'test/platform/world/index.ts',
  );
}

function withTotal(report: Omit<Report, 'total'>): Report {
  return { ...report, total: sumOf(Object.values(report.places)) };
}

/** Adds up the costs of several places. */
function sumOf(all: readonly Spent[]): Spent {
  const total: Spent = {
    requests: 0,
    objectRequests: 0,
    rowsRead: 0,
    rowsWritten: 0,
    alarms: 0,
    kvReads: 0,
    kvWrites: 0,
    kvDeletes: 0,
    kvLists: 0,
    fetches: 0,
    busyMs: 0,
  };
  for (const one of all) for (const unit of unitsOf(total)) total[unit] += one[unit];
  return total;
}

export const unitsOf = (spent: Spent): (keyof Spent)[] => Object.keys(spent) as (keyof Spent)[]; // oxlint-disable-line typescript/no-unsafe-type-assertion
