import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../../support/free-port.ts';
import type { Measured } from '../bench.ts';
import { installed } from '../installed.ts';
import { median, rounded } from '../statistics.ts';
import type { Row } from '../table.ts';
import { startAcceptingLinkedIn } from './accepting-linkedin.ts';
import { ADMIN_TOKEN, startRawWorkers } from './raw-workers.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['SECONDS_EACH'] ?? 4);
const CONNECTIONS = 32;
const SIZES = [1, 10, 100];
const MAPPED = 'Lead Generated';
const SEGMENT = ['fast-uri@3.0.6'];
const WALKEROS = ['@walkeros/collector@4.2.1', '@walkeros/server-destination-api@4.2.1'];

interface Target {
  readonly port: number;
  readonly event?: string;
}

/**
 * Measures how many requests the collector answers. For comparison, it measures the minimum that a durable collector
 * has to do, and the code of Segment and walkerOS, which stores nothing. All run on this machine, in turns. Each of our
 * events is on disk before its answer, and the outbox sends the leads at the same time.
 *
 * @throws when `wrk` is missing: Node's clients need more of the two cores than what they measure.
 */
export async function benchCollector(): Promise<Measured> {
  await mustHaveWrk();
  const linkedIn = await startAcceptingLinkedIn();
  const workers = await startRawWorkers(linkedIn.url);
  const peers: ChildProcess[] = [];
  try {
    await setUp(`http://127.0.0.1:${workers.product}`);
    const targets: Record<string, Target> = {
      'empty handler': { port: workers.empty },
      ceiling: { port: workers.ceiling },
      lead: { port: workers.product },
      unmapped: { port: workers.product, event: 'Nobody Maps This' },
      Segment: { port: await startPeer('segment-server.cjs', [linkedIn.url, await installed(SEGMENT)], peers) },
      walkerOS: { port: await startPeer('walkeros-server.mjs', [linkedIn.url, await installed(WALKEROS)], peers) },
    };
    return {
      title: `requests a second at 1, 10 and 100 events each; ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${SECONDS} s`,
      rows: await rowsOf(targets),
    };
  } finally {
    for (const peer of peers) peer.kill();
    await workers.stop();
    linkedIn.stop();
  }
}

/** Measures in turns, so that other load on the machine affects all of them. */
async function rowsOf(targets: Readonly<Record<string, Target>>): Promise<Row[]> {
  const rates = new Map<string, number[]>();
  const key = (name: string, events: number) => `${name} ${events}`;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const events of SIZES)
      for (const [name, target] of Object.entries(targets)) {
        const rate = await requestsPerSecond(target, events);
        rates.set(key(name, events), [...(rates.get(key(name, events)) ?? []), rate]);
      }
  return SIZES.map((events) => {
    const rate = (name: string) => median(rates.get(key(name, events)) ?? []);
    return {
      events,
      ...Object.fromEntries(Object.keys(targets).map((name) => [name, rounded(rate(name))])),
      'lead/ceiling': rounded(rate('lead') / rate('ceiling')),
      'unmapped/ceiling': rounded(rate('unmapped') / rate('ceiling')),
      'lead/Segment': rounded(rate('lead') / rate('Segment')),
    };
  });
}

/** @throws If an answer isn't 200: a refusal is fast, and would look like speed. */
async function requestsPerSecond({ port, event = MAPPED }: Target, events: number): Promise<number> {
  const { stdout } = await promisify(execFile)(
    'wrk',
    [
      '-t1',
      `-c${CONNECTIONS}`,
      `-d${SECONDS}s`,
      '-s',
      join(import.meta.dirname, 'load.lua'),
      `http://127.0.0.1:${port}`,
    ],
    { env: { ...process.env, N: String(events), EVENT: event, RUN: crypto.randomUUID() } },
  );
  const refused = /Non-2xx.*/.exec(stdout);
  if (refused !== null) throw new Error(`${refused[0]} at ${events} events on port ${port}`);
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? [];
  if (rate === undefined) throw new Error(`wrk printed no rate:\n${stdout}`);
  return Number(rate);
}

async function mustHaveWrk(): Promise<void> {
  try {
    // It exits with 1, and says how to use it.
    await promisify(execFile)('wrk', ['--version']).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw error;
    });
  } catch (error) {
    throw new Error('Install wrk first: apt-get install wrk, or brew install wrk', { cause: error });
  }
}

/** Starts a process that prints "ready" when it listens. Returns its port. */
async function startPeer(file: string, args: readonly string[], peers: ChildProcess[]): Promise<number> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, file), String(port), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  peers.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return port;
}

async function setUp(url: string): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  await post('/v1/admin/sources', {
    id: 'src_bench',
    write_key: 'wk_bench',
    allowed_origins: ['https://shop.example'],
  });
  await post('/v1/admin/integrations', {
    source_id: 'src_bench',
    vendor: 'linkedin',
    name: 'LinkedIn',
    enabled: true,
    consent_categories: ['advertising'],
    config: {
      account_id: '123456789',
      access_token: 'tok-ok',
      conversion_rule_id: { [MAPPED]: 'urn:lla:llaPartnerConversion:987655' },
    },
  });
}
