import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';

import { eventOfQueuedCall } from '../../worker/domain/collect/read/queued-call.ts';
import type { Certificate } from './certificate.ts';
import { closerOf } from './closer.ts';

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

interface RecordedBatch {
  readonly writeKey: string;
  readonly sentAt: string;
  readonly consent?: Record<string, boolean>;
  readonly cookieDomain?: string;
  readonly carried?: Record<string, string>;
  readonly reset?: boolean;
  readonly batch: readonly RecordedEvent[];
}

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: RecordedBatch;
  readonly bytes: number;
  /** 0: no answer. */
  readonly status: number;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a JSON body: the page of a proxy. */
  readonly html?: string;
  readonly afterMs?: number;
  /** No answer: the connection ends. */
  readonly isCutOff?: boolean;
  /** No answer, and the connection stays open. */
  readonly isHanging?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RecordingCollector {
  readonly port: number;
  /** Every request to `/v1/batch`, unchanged, including preflights. */
  readonly requests: RecordedRequest[];
  /** The answers to the next requests; after that 200. */
  readonly answers: Answer[];
  /** Answers 503 to everything. */
  isDown: boolean;
  /** Closes each connection after its answer, so that the next request needs a new one. */
  isHangingUp: boolean;
  /** Pages, and a page's own scripts, by path. */
  readonly pages: Map<string, string>;
  /** The paths of the other requests, in order. */
  readonly visited: string[];
  /** How long loading the tag takes. */
  scriptDelayMs: number;
  /** Lets the browser cache the tag. */
  isScriptCached: boolean;
  /** The accepted events, in order. */
  events(): RecordedEvent[];
  clear(): void;
  close(): Promise<void>;
}

const built = join(import.meta.dirname, '../../dist/client');

/**
 * Stands in for the collector in the tag's tests: serves pages and the tag, and records what the tag sends.
 *
 * @param tls For https, where browsers apply their real restrictions.
 */
export async function startRecordingCollector(tls?: Certificate): Promise<RecordingCollector> {
  const requests: RecordedRequest[] = [];
  const answers: Answer[] = [];
  const pages = new Map<string, string>();
  const visited: string[] = [];

  const listener: RequestListener = (request, response) => void answer(request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const close = closerOf(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();

  const collector: RecordingCollector = {
    port: portOf(address),
    requests,
    answers,
    pages,
    visited,
    isDown: false,
    isHangingUp: false,
    scriptDelayMs: 0,
    isScriptCached: false,
    events: () => requests.filter(({ status }) => status === 200).flatMap(({ body }) => body.batch),
    clear() {
      requests.length = answers.length = visited.length = 0;
      pages.clear();
      collector.scriptDelayMs = 0;
      collector.isDown = collector.isHangingUp = collector.isScriptCached = false;
    },
    close,
  };
  return collector;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://collector');
    if (collector.isHangingUp) response.setHeader('Connection', 'close');
    if (pathname.endsWith('/v1/batch')) return take(request, response);
    visited.push(pathname);
    const page = pages.get(pathname);
    if (page !== undefined) {
      const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
      return void response.writeHead(200, { 'Content-Type': type }).end(page);
    }
    if (!pathname.endsWith('.js')) return void response.writeHead(404).end();
    await after(collector.scriptDelayMs);
    const script = pathname.includes('/df-') ? basename(pathname) : 'df.js';
    if (collector.isScriptCached) response.setHeader('Cache-Control', 'max-age=600');
    response
      .writeHead(200, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' })
      .end(await readFile(join(built, script)));
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await wholeBody(request);
    if (text === undefined) return;
    const planned: Answer = collector.isDown ? { status: 503 } : (answers.shift() ?? {});
    const { status = 200, body, html, afterMs = 0, isCutOff = false, isHanging = false, headers = {} } = planned;
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: parsed(text),
      bytes: Buffer.byteLength(text),
      status: isCutOff || isHanging ? 0 : status,
    });
    await after(afterMs);
    if (isHanging) return;
    if (isCutOff) return void request.socket.destroy();
    response
      .writeHead(status, {
        ...headers,
        'Content-Type': html === undefined ? 'application/json' : 'text/html',
        'Access-Control-Allow-Origin': request.headers.origin ?? '*',
        'Access-Control-Allow-Credentials': 'true',
      })
      .end(html ?? JSON.stringify(body ?? { success: true }));
  }
}

/** The body, or undefined when the page went, or the collector closed, before all of it had arrived. */
async function wholeBody(request: IncomingMessage): Promise<string | undefined> {
  try {
    return await textOf(request);
  } catch {
    return undefined;
  }
}

/** Reads a body. A preflight has none, and the worst pages send one that isn't ours. */
function parsed(text: string): RecordedBatch {
  const nothing: RecordedBatch = { writeKey: '', sentAt: '', batch: [] };
  try {
    const body: Partial<RecordedBatch> = JSON.parse(text || '{}');
    return { ...nothing, ...body, batch: (body.batch ?? []).map(ofTheStub) };
  } catch {
    return nothing;
  }
}

/** Reads a stub's call as the collector does. In a page that broke `toJSON` it may be anything. */
function ofTheStub(event: RecordedEvent): RecordedEvent {
  return Object.assign(event, eventOfQueuedCall(event));
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The recording collector has no port');
  return address.port;
}

const after = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
