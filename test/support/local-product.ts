import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { seedDemo } from '../../scripts/seed-demo.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

const ADMIN_TOKEN = 'test-admin-token';
/** Base64 of the bytes 0 to 31. */
const ENCRYPTION_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

export type Reply = { status: number; body: unknown };

/**
 * The whole product on free ports, with its own state folder. The sandbox runs in this process and the Worker in
 * another. It has the demo's source `src_demo` (`wk_demo`) with the Datafly document's integration `int_demo`.
 */
export type LocalProduct = {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly adminToken: string;
  /** The folder in which workerd stores KV and Durable Objects. */
  readonly statePath: string;
  /** The whole output of the Worker's process so far. */
  readonly output: string;
  /** Calls the management API, e.g. `admin('/sources/src_demo/events')`. A body makes it a POST. */
  admin(path: string, request?: { method?: string; body?: unknown }): Promise<Reply>;
  /** Sends events, by default with the demo's write key. */
  collect(body: object, request?: { path?: string; writeKey?: string }): Promise<Reply>;
  runCron(): Promise<void>;
  /** Ends the Worker with kill -9, and everything around it. */
  kill(): Promise<void>;
  /** Ends workerd with kill -9; it restarts by itself. */
  crash(): Promise<void>;
  /** Restarts the Worker after `kill` on the same port and state, optionally with a clock that is ahead. */
  restart(options?: { clockAheadMs?: number }): Promise<void>;
  stop(): Promise<void>;
};

type Options = {
  /** Settings of the Worker that replace its defaults. */
  vars?: Record<string, string>;
  /** The sandbox of another product, which stays when this one stops. */
  sandbox?: Sandbox;
  /** Without the demo's source. */
  isEmpty?: boolean;
};

export async function startLocalProduct({
  vars = {},
  sandbox: shared,
  isEmpty = false,
}: Options = {}): Promise<LocalProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'directflight-'));
  const statePath = join(folder, 'state');
  const sandbox = shared ?? (await startSandbox());
  let output = '';
  const startWorker = (port: number, clockAheadMs = 0): Promise<WorkerProcess> =>
    startWorkerProcess(
      {
        port,
        statePath,
        clockAheadMs,
        vars: {
          ADMIN_TOKEN,
          ENCRYPTION_KEY,
          LINKEDIN_API_URL: sandbox.url,
          LINKEDIN_AUTH_URL: sandbox.url,
          DEMO: 'true',
          ...vars,
        },
      },
      (text) => (output += text),
    );
  let worker = await startWorker(0);
  const { url } = worker;
  if (!isEmpty) await seedDemo({ url, adminToken: ADMIN_TOKEN });

  return {
    url,
    sandbox,
    adminToken: ADMIN_TOKEN,
    statePath,
    get output() {
      return output;
    },
    admin: (path, { body, method = body === undefined ? 'GET' : 'POST' } = {}) =>
      ask(`${url}/v1/admin${path}`, { method, body, key: ADMIN_TOKEN }),
    collect: (body, { path = '/v1/batch', writeKey = 'wk_demo' } = {}) =>
      ask(`${url}${path}`, { method: 'POST', body, key: writeKey }),
    runCron: () => worker.runCron(),
    kill: () => worker.kill(),
    crash: () => worker.crash(),
    async restart({ clockAheadMs } = {}) {
      worker = await startWorker(Number(new URL(url).port), clockAheadMs);
    },
    async stop() {
      await Promise.all([worker.stop(), shared === undefined && sandbox.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, { method, body, key }: { method: string; body: unknown; key: string }): Promise<Reply> {
  const response = await fetch(url, {
    method,
    // A connection for each call: a test that blocks Node for minutes doesn't notice that the server has closed one.
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', Connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
