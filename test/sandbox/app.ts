import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';

import type { Call } from './call.ts';
import { withEcho } from './controls/echo.ts';
import type { Faults } from './controls/faults.ts';
import { faultyAnswer, type Outcome } from './controls/faulty-answer.ts';
import { controlRoutes } from './controls/routes.ts';
import { asRecord } from './json-value.ts';
import { answerAsLinkedIn } from './linkedin.ts';
import { sandboxPage } from './page/page.ts';
import type { SandboxResponse } from './response.ts';
import type { World } from './world.ts';

export type AppOptions = {
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
};

type Env = { Bindings: HttpBindings };

/** The HTTP app: the controls, the page, and LinkedIn for everything else. */
export function sandboxApp(world: World, faults: Faults, { closing, log }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.route('/_sandbox', controlRoutes(world, faults));
  app.get('/', (c) => c.html(sandboxPage()));
  app.all('*', async (c) => {
    const call = await callFrom(c);
    const request = world.inbox.open(call, world.now());
    const fault = faults.take(call);
    request.fault = fault?.kind ?? null;
    if (fault !== undefined && fault.delay_ms > 0) await waited(fault.delay_ms, closing);

    const askLinkedIn = (): SandboxResponse => answerAsLinkedIn(call, world, request.request_id);
    const outcome: Outcome =
      fault === undefined
        ? { kind: 'answer', answer: askLinkedIn() }
        : faultyAnswer(withEcho(fault, call), askLinkedIn);
    log(`${call.method} ${call.path} ${outcome.kind === 'answer' ? outcome.answer.status : outcome.kind}`);
    switch (outcome.kind) {
      case 'reset':
        c.env.incoming.socket.resetAndDestroy();
        return RESPONSE_ALREADY_SENT;
      case 'hang':
        // The socket stays open until the client, or `close()`, ends it.
        return RESPONSE_ALREADY_SENT;
      case 'answer':
        request.status = outcome.answer.status;
        request.message = messageOf(outcome.answer);
        return responseFrom(outcome.answer);
    }
  });
  return app;
}

const MAX_MESSAGE_LENGTH = 2_000;

/** Returns the error message of a refusal, without its envelope. */
function messageOf({ status, body }: SandboxResponse): string | null {
  if (status < 400) return null;
  try {
    const answer = asRecord(JSON.parse(body));
    const words = answer['message'] ?? answer['error_description'];
    return (typeof words === 'string' ? words : body).slice(0, MAX_MESSAGE_LENGTH);
  } catch {
    // An HTML page, or a fault's own text.
    return body.slice(0, MAX_MESSAGE_LENGTH);
  }
}

async function callFrom(c: Context<Env>): Promise<Call> {
  const { incoming } = c.env;
  // Uses the raw request line, because Rest.li's grammar is in the encoding.
  const [path, query] = split(incoming.url ?? '/');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: Object.fromEntries(headers),
    body: await c.req.text(),
  };
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function responseFrom({ status, headers, body }: SandboxResponse): Response {
  return new Response(body === '' ? null : body, {
    status,
    headers: { ...headers, ...LINKEDIN_HEADERS, 'X-LI-UUID': randomUUID(), 'X-Li-Request-Id': randomUUID() },
  });
}

/** Headers with which LinkedIn's support finds a request. */
const LINKEDIN_HEADERS = { 'X-Li-Fabric': 'sandbox', 'X-Li-Pop': 'sandbox' };

async function waited(ms: number, closing: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal: closing, ref: false });
  } catch (error) {
    // The sandbox is closing, so waiting clients are answered at once.
    if (!closing.aborted) throw error;
  }
}
