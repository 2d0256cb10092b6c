import { Hono } from 'hono';
import type { Context } from 'hono';

import { isAllowedOrigin } from '../../domain/collect/allowed-origin.ts';
import { forgotten } from '../../domain/identity/visitor.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import type { Event } from '../../schema/events/event.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { Problem } from '../http/problem.ts';
import { readJsonAnyway } from '../http/read-body.ts';
import { answerPage, forgetting } from './answer-page.ts';
import { countRefusals } from './count-refusals.ts';
import { decideAll } from './decide-all.ts';
import { bare, batch, single } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { passesSieve } from './flood-sieve.ts';
import { heardInRefused } from './heard.ts';
import type { Heard } from './heard.ts';
import { keepEvents, outboxUnavailable } from './keep-events.ts';
import { MAX_EVENT_BYTES, parseEvents } from './parse-events.ts';
import type { RejectedEvent } from './parse-events.ts';
import { keyOf, senderOf } from './source-key.ts';
import type { Sender } from './source-key.ts';
import { readVisitor, STRANGER } from './visitor-cookies.ts';
import type { ReadVisitor } from './visitor-cookies.ts';
import { withdrawnTags } from './withdrawals.ts';

/** What a key may send at once; docs/reference/limits.md. */
const LIMITS = {
  page: { bodyBytes: 512 * 1024, events: 500 },
  server: { bodyBytes: 4 * 1024 * 1024, events: 5_000 },
} as const;

const RETRY_WHEN_FLOODED_SECONDS = '60';

const SINGLE_PATHS = {
  track: ['/t', '/track'],
  page: ['/p', '/page'],
  identify: ['/i', '/identify'],
  group: ['/g', '/group'],
  alias: ['/a', '/alias'],
  screen: ['/s', '/screen'],
} as const satisfies Record<Event['type'], readonly string[]>;

type CollectContext = Context<{ Bindings: Env }>;

/** The collector: takes events in and answers once they are on disk. */
export function collectRoutes(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const [type, paths] of Object.entries(SINGLE_PATHS)) {
    for (const path of paths.flatMap(withSlash)) {
      routes.post(path, countRefusals, async (c) => collect(c, await arriving(c, (body) => single(body, type))));
    }
  }
  // `/import` is what Segment's library for Java, and its older ones, call it.
  for (const path of ['/batch', '/b', '/import'].flatMap(withSlash)) {
    routes.post(path, countRefusals, async (c) => collect(c, await arriving(c, batch)));
  }
  return routes;
}

/** An endpoint that ends in a slash, or that one was added to, means the same. */
function withSlash(path: string): string[] {
  return [path, `${path}/`];
}

async function collect(c: CollectContext, { body, bytes, envelope }: Arriving): Promise<Response> {
  const nowMs = Date.now();
  const arrived = { body, ...(envelope.problem === undefined && { events: envelope.events.length }) };
  c.set('arrived', arrived);
  const sender = await senderOrProblem(c, body, envelope);
  checkOrigin(c.req.raw, sender);
  await checkFlood(c, sender);
  const unread = envelope.problem ?? sizeProblem(bytes, envelope, sender);
  const { parsed, rejected, heard } =
    unread === undefined
      ? parseEvents(envelope.events, {
          sentAt: envelope.sentAt,
          consent: envelope.consent,
          integrations: envelope.integrations,
          isFromPage: !sender.isServer,
          nowMs,
          newId: () => crypto.randomUUID(),
        })
      : { parsed: [], rejected: [], heard: heardInUnread(envelope, sender) };
  c.set('arrived', { ...arrived, rejected });
  const read = sender.isServer
    ? STRANGER
    : await readVisitor(c, {
        carried: envelope.carried,
        sourceId: sender.config.source.id,
        encryptionKey: c.env.ENCRYPTION_KEY,
        nowMs,
      });
  const problem = unread ?? (parsed.length === 0 && rejected.length > 0 ? allRejected(rejected, envelope) : undefined);
  if (problem !== undefined) {
    await eraseIfRefused(c, { envelope, heard, sender, read });
    throw sender.isServer ? problem : forgetting(c, problem, { envelope, heard, sender, read });
  }
  const anonymousId = (envelope.isReset ? undefined : read.anonymousId) ?? crypto.randomUUID();
  const { receipts, visitor } = await decideAll(c, {
    parsed,
    envelope,
    sender,
    visitor: envelope.isReset ? forgotten(read.visitor) : read.visitor,
    anonymousId: sender.isServer ? undefined : anonymousId,
    // A browser says from which page a POST comes, or sends the cookie that it got.
    isBrowser: read.anonymousId !== undefined || c.req.header('Origin') !== undefined,
    nowMs,
  });
  const refused = rejected.map(({ name }) => ({ name, atMs: nowMs }));
  try {
    await keepEvents(c, { sender, receipts, rejected: refused, consent: envelope.consent.categories, bytes });
  } catch (error) {
    // Too much has come, and nothing is kept of this either; a no in it is heard all the same.
    if (!(error instanceof Problem && (error.code === 'rate_limited' || error.code === 'outbox_full'))) throw error;
    await eraseIfRefused(c, { envelope, heard, sender, read });
    throw sender.isServer ? error : forgetting(c, error, { envelope, heard, sender, read });
  }
  await eraseIfRefused(c, { envelope, heard, sender, read });
  const answer = {
    success: true,
    accepted: parsed.length,
    ...(rejected.length > 0 && { rejected: rejected.map(shown) }),
  };
  if (sender.isServer) return c.json(answer);
  return answerPage(c, { answer, envelope, parsed, heard, sender, read, visitor, anonymousId, nowMs });
}

/** What cannot be read is told to whoever sent it, also without a key; only with one it is heard. */
async function senderOrProblem(c: CollectContext, body: Fields, { problem }: Envelope): Promise<Sender> {
  try {
    return await senderOf(keyOf(c.req.raw, body), c.env.CONFIG);
  } catch (error) {
    const isWrongKey = error instanceof Problem && (error.code === 'key_missing' || error.code === 'key_unknown');
    throw isWrongKey && problem !== undefined ? problem : error;
  }
}

type Arriving = { body: Fields; bytes: number; envelope: Envelope };

/** Reads a request. Where nothing of it can be taken, its envelope says why, and what it says about consent. */
async function arriving(c: CollectContext, enveloped: (body: Fields) => Envelope): Promise<Arriving> {
  const { value, bytes, problem } = await readJsonAnyway(c.req.raw, { maxBytes: LIMITS.server.bodyBytes });
  const isList = Array.isArray(value);
  // In a list, an event may have the key.
  const body = isList
    ? value.slice(0, LIMITS.page.events).find((event) => isFields(event) && 'writeKey' in event)
    : value;
  c.set('arrived', { body });
  if (!isFields(body) && !isList)
    throw problem ?? new Problem('body_not_an_object', 'Cannot read the request: expected a JSON object');
  const fields = isFields(body) ? body : {};
  const envelope = isList ? bare(value) : enveloped(fields);
  return { body: fields, bytes, envelope: problem === undefined ? envelope : { ...envelope, problem } };
}

function checkOrigin(request: Request, { isServer, config: { source } }: Sender): void {
  if (isServer) return;
  const origin = request.headers.get('Origin');
  if (origin === null ? source.require_origin : !isAllowedOrigin(origin, source.allowed_origins))
    throw new Problem(
      'origin_not_allowed',
      origin === null
        ? 'This source takes events from pages only: expected an Origin header'
        : "The page's origin is not one of the source's allowed_origins",
    );
}

/** No real visitor sends this much. A server's key is a secret, and its batches may come as fast as they like. */
async function checkFlood(c: CollectContext, { isServer, config }: Sender): Promise<void> {
  if (isServer) return;
  const key = `${config.source.id} ${c.req.header('CF-Connecting-IP') ?? ''}`;
  const success = await passesSieve(c.env.COLLECTOR_LIMIT, key);
  if (!success)
    throw new Problem(
      'rate_limited',
      'Too many requests from this address. Send again later with the same messageIds.',
      {
        headers: { 'Retry-After': RETRY_WHEN_FLOODED_SECONDS },
      },
    );
}

function sizeProblem(bytes: number, { events }: Envelope, { isServer }: Sender): Problem | undefined {
  const limits = isServer ? LIMITS.server : LIMITS.page;
  if (bytes > limits.bodyBytes)
    return new Problem('body_too_large', `Cannot take the request: its body is over ${limits.bodyBytes} bytes`);
  if (events.length > limits.events)
    return new Problem(
      'too_many_events',
      `Cannot take the batch: it has ${events.length} events, expected at most ${limits.events}`,
    );
  return undefined;
}

/** Of a request of which nothing is taken, all events are looked at, and as many are heard that say no as one may have. */
function heardInUnread({ events }: Envelope, { isServer }: Sender): Heard[] {
  const heard: Heard[] = [];
  const { events: maxHeard } = isServer ? LIMITS.server : LIMITS.page;
  for (const event of events) {
    if (heard.length >= maxHeard) break;
    heard.push(...heardInRefused(event));
  }
  return heard;
}

function allRejected(rejected: readonly RejectedEvent[], { isBatch }: Envelope): Problem {
  const [first] = rejected;
  const code = rejected.every((event) => event.code === 'event_too_large') ? 'event_too_large' : 'event_invalid';
  const pointer = isBatch ? `/batch/${first?.index}${first?.pointer ?? ''}` : first?.pointer;
  const field = first === undefined || pointer === undefined ? [] : [{ pointer, detail: first.detail }];
  return new Problem(
    code,
    code === 'event_too_large'
      ? `Cannot take the event: expected at most ${MAX_EVENT_BYTES} bytes`
      : `Cannot take ${isBatch ? 'any event of the batch' : 'the event'}: ${first?.detail ?? ''}`,
    { fields: field, extensions: isBatch ? { rejected: rejected.map(shown) } : {} },
  );
}

function shown({ index, messageId, type, detail, pointer }: RejectedEvent): Fields {
  return {
    index,
    ...(messageId !== undefined && { messageId }),
    type,
    detail,
    ...(pointer !== undefined && { pointer }),
  };
}

/** Whoever takes their consent back takes with it what still waits for them. */
async function eraseIfRefused(
  c: CollectContext,
  request: { envelope: Envelope; heard: readonly Heard[]; sender: Sender; read: ReadVisitor },
): Promise<void> {
  const tags = await withdrawnTags(c, request);
  if (tags.length === 0) return;
  try {
    await c.env.OUTBOX.getByName(request.sender.config.source.id).erasePerson(tags, 'consent_withdrawn');
  } catch (error) {
    logFault('collect.erase', error);
    throw outboxUnavailable();
  }
}
