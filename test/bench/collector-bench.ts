import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

import { startLocalProduct } from '../support/local-product.ts';
import type { Measured } from './bench.ts';
import { median, quantile, rounded } from './statistics.ts';

const ROUNDS = 5;
const ROUND_MS = 2_000;
const CONNECTIONS = 16;

interface Load {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: () => string;
}

const LOADS: Readonly<Record<string, Load>> = {
  'GET /healthz': { method: 'GET', path: '/healthz' },
  'POST /v1/batch, 1 event': { method: 'POST', path: '/v1/batch', body: () => batchOf(1) },
  'POST /v1/batch, 20 events': { method: 'POST', path: '/v1/batch', body: () => batchOf(20) },
};

interface Sample {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Measures the collector on this machine: real workerd, and Durable Objects on disk. Each event is stored before its
 * answer and becomes a delivery, as the tag's events do, while the outbox sends due deliveries to the sandbox.
 * `/healthz` in the same run shows the cost of the machine, Node's client and the connection without that work.
 */
export async function benchCollector(): Promise<Measured> {
  const product = await startLocalProduct();
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const samples = new Map(Object.keys(LOADS).map((name) => [name, new Array<Sample>()]));
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, load] of Object.entries(LOADS)) {
        // In turns, so that other load on the machine affects all of them.
        const sample = await underLoad(product.url, load, agent);
        // The first round is a warm-up.
        if (round > 0) samples.get(name)?.push(sample);
      }
    }
  } finally {
    agent.destroy();
    await product.stop();
  }
  const rateOf = (name: string) => median((samples.get(name) ?? []).map(({ perSecond }) => perSecond));
  const baseline = rateOf('GET /healthz');
  return {
    title: `${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${ROUND_MS / 1000} s; client and Worker share the machine`,
    rows: [...samples].map(([name, rounds]) => ({
      request: name,
      'requests/s': rounded(rateOf(name)),
      'of /healthz': rounded(rateOf(name) / baseline),
      'events/s': rounded(rateOf(name) * eventsIn(name)),
      'p50 ms': rounded(median(rounds.map(({ latenciesMs }) => quantile(latenciesMs, 0.5)))),
      'p99 ms': rounded(median(rounds.map(({ latenciesMs }) => quantile(latenciesMs, 0.99)))),
    })),
  };
}

const eventsIn = (name: string) => Number(/(\d+) event/.exec(name)?.[1] ?? 0);

async function underLoad(url: string, load: Load, agent: Agent): Promise<Sample> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  const isOver = () => performance.now() - startedAtMs >= ROUND_MS;
  const client = async () => {
    while (!isOver()) {
      const sentAtMs = performance.now();
      await exchange(url, load, agent);
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return { perSecond: (latenciesMs.length / (performance.now() - startedAtMs)) * 1000, latenciesMs };
}

/** @throws If the answer isn't 200: a refusal is fast, and would look like speed. */
async function exchange(url: string, { method, path, body }: Load, agent: Agent): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, agent, headers: { 'Content-Type': 'text/plain' } }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${method} ${path}: saw ${response.statusCode}, expected 200`));
      });
    });
    sent.on('error', reject);
    sent.end(body?.());
  });
}

/** As the tag sends it: leads of visitors who came from an ad. */
function batchOf(count: number): string {
  const sentAt = new Date().toISOString();
  const batch = Array.from({ length: count }, () => ({
    type: 'track',
    event: 'Lead Generated',
    properties: { lead_source: 'contact_form', value: 500, currency: 'USD' },
    messageId: randomUUID(),
    timestamp: sentAt,
    context: {
      page: { url: 'https://www.example.com/contact', path: '/contact', title: 'Contact', referrer: '' },
      li_fat_id: 'abc123-def456-ghi789',
      traits: { email: 'john.doe@example.com' },
    },
  }));
  return JSON.stringify({ writeKey: 'wk_demo', sentAt, consent: { advertising: true }, batch });
}
