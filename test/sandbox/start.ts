import { createAdaptorServer } from '@hono/node-server';

import { sandboxApp } from './app.ts';
import type { FaultOrder } from './controls/fault-order.ts';
import { parseFaultOrder } from './controls/fault.ts';
import { Faults } from './controls/faults.ts';
import type { AcceptedEvent, ReceivedRequest } from './inbox.ts';
import { closed, listenOnLoopback } from './listen-on-loopback.ts';
import type { StatePatch } from './state/state-patch-input.ts';
import type { State } from './state/state.ts';
import { World } from './world.ts';

/** Node would close an idle connection after 5 s, and a client that reuses it just then would see a reset. */
const SERVER_OPTIONS = { keepAliveTimeout: 65_000 };

export type SandboxOptions = {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** By default only this machine can connect, by both its IPv4 and its IPv6 name. */
  readonly host?: string;
  /** Where accepted elements are stored across restarts, as JSON lines. By default they aren't. */
  readonly journalPath?: string;
  /** The machine's clock, in epoch milliseconds. */
  readonly now?: () => number;
  /** Gets a line for every answered request. */
  readonly log?: (line: string) => void;
};

/** A running sandbox. It offers the functions of the HTTP controls directly. */
export type Sandbox = {
  /** `http://localhost:<port>`, for `LINKEDIN_API_URL` and `LINKEDIN_AUTH_URL`. */
  readonly url: string;
  readonly port: number;
  /** Every element accepted so far, in order. */
  readonly events: readonly AcceptedEvent[];
  /** Every request to one of LinkedIn's paths so far, in order. */
  readonly requests: readonly ReceivedRequest[];
  readonly state: State;
  fault(order: FaultOrder): void;
  setState(patch: StatePatch): void;
  /** Deletes events and requests. */
  clear(): void;
  /** Resets everything. */
  reset(): void;
  /** Resolves once there are that many events; rejects when they don't arrive in time. */
  waitForEvents(count: number, timeoutMs?: number): Promise<readonly AcceptedEvent[]>;
  close(): Promise<void>;
};

/**
 * Starts a strict local stand-in for LinkedIn's API and sign-in.
 *
 * @example
 * const sandbox = await startSandbox();
 * // … point LINKEDIN_API_URL and LINKEDIN_AUTH_URL at sandbox.url, and send …
 * await sandbox.waitForEvents(1);
 * await sandbox.close();
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = new World({ now: options.now ?? Date.now, journalPath: options.journalPath });
  const faults = new Faults();
  const closing = new AbortController();
  const app = sandboxApp(world, faults, { closing: closing.signal, log: options.log ?? (() => {}) });
  const newServer = () => createAdaptorServer({ fetch: app.fetch, serverOptions: SERVER_OPTIONS });
  const { port, servers } = await listenOnLoopback(newServer, options.port ?? 0, options.host);

  return {
    url: `http://${nameOf(options.host)}:${port}`,
    port,
    get events() {
      return [...world.inbox.events];
    },
    get requests() {
      return [...world.inbox.requests];
    },
    get state() {
      return world.state;
    },
    fault(order) {
      const fault = parseFaultOrder(order);
      if (typeof fault === 'string') throw new TypeError(fault);
      faults.arm(fault);
    },
    setState(patch) {
      // Same as over HTTP: a member that is undefined is missing.
      const mistake = world.change(JSON.parse(JSON.stringify(patch)));
      if (mistake !== undefined) throw new TypeError(mistake);
    },
    clear: () => world.inbox.clear(),
    reset() {
      faults.disarm();
      world.reset();
    },
    waitForEvents: (count, timeoutMs = 10_000) => waitForEvents(world, count, timeoutMs),
    async close() {
      closing.abort();
      await Promise.all(servers.map(closed));
    },
  };
}

/** Returns the name under which a server that listens everywhere can be reached here. */
function nameOf(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

async function waitForEvents({ inbox }: World, count: number, timeoutMs: number): Promise<readonly AcceptedEvent[]> {
  const deadline = performance.now() + timeoutMs;
  while (inbox.events.length < count) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) throw new Error(`Waiting for ${count} events: saw ${inbox.events.length} in ${timeoutMs} ms`);
    // Any change may bring the awaited events.
    await inbox.changed(leftMs);
  }
  return [...inbox.events];
}
