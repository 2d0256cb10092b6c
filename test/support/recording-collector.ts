import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

export interface RecordedEvent {
  readonly type: string;
  readonly event?: string;
  readonly name?: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly userId?: string;
  readonly properties?: Record<string, unknown>;
  readonly traits?: Record<string, unknown>;
  readonly context: {
    readonly page: { readonly url: string; readonly path: string; readonly title: string; readonly referrer: string };
    readonly li_fat_id?: string;
    readonly bot?: boolean;
    readonly preview?: string;
    readonly traits?: Record<string, unknown>;
  };
}

export interface RecordedBatch {
  readonly writeKey: string;
  readonly sentAt: string;
  readonly consent?: Record<string, boolean>;
  readonly cookieDomain?: string;
  readonly carried?: Record<string, string>;
  readonly reset?: boolean;
  readonly batch: readonly RecordedEvent[];
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: RecordedBatch;
  readonly bytes: number;
  readonly status: number;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly afterMs?: number;
}

export interface RecordingCollector {
  readonly port: number;
  /** Every request to `/v1/batch`, as it came, preflights too. */
  readonly requests: RecordedRequest[];
  /** What the next requests get; then 200. */
  readonly answers: Answer[];
  /** Pages by path. */
  readonly pages: Map<string, string>;
  /** How long the tag is on its way. */
  scriptDelayMs: number;
  /** The events that were taken, in order. */
  events(): RecordedEvent[];
  clear(): void;
  close(): Promise<void>;
}

const built = join(import.meta.dirname, '../../dist/client');

/** Stands in for the collector in the tag's tests: serves pages and the tag, and writes down what the tag sends. */
export async function startRecordingCollector(): Promise<RecordingCollector> {
  const requests: RecordedRequest[] = [];
  const answers: Answer[] = [];
  const pages = new Map<string, string>();

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();

  const collector: RecordingCollector = {
    port: portOf(address),
    requests,
    answers,
    pages,
    scriptDelayMs: 0,
    events: () => requests.filter(({ status }) => status === 200).flatMap(({ body }) => body.batch),
    clear() {
      requests.length = answers.length = 0;
      pages.clear();
      collector.scriptDelayMs = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://collector');
    if (pathname.endsWith('/v1/batch')) return take(request, response);
    const page = pages.get(pathname);
    if (page !== undefined) return void response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    if (!pathname.endsWith('.js')) return void response.writeHead(404).end();
    await after(collector.scriptDelayMs);
    const script = pathname.includes('/df-') ? basename(pathname) : 'df.js';
    response
      .writeHead(200, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' })
      .end(await readFile(join(built, script)));
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const { status = 200, body, afterMs = 0 } = answers.shift() ?? {};
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(text || '{}'),
      bytes: Buffer.byteLength(text),
      status,
    });
    await after(afterMs);
    response
      .writeHead(status, {
        'Content-Type': 'application/json',
        'Access-Control-Allow-Origin': request.headers.origin ?? '*',
        'Access-Control-Allow-Credentials': 'true',
      })
      .end(JSON.stringify(body ?? { success: true }));
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The recording collector has no port');
  return address.port;
}

const after = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
