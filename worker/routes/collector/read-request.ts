import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

import type { CollectRequest, PageVisitor, Refusal, Sender } from '../../domain/collect/collect-request.ts';
import { denialsInInvalidEvent } from '../../domain/collect/read/consent-statement.ts';
import type { ConsentStatement } from '../../domain/collect/read/consent-statement.ts';
import { bare, NOT_AN_OBJECT } from '../../domain/collect/read/envelope.ts';
import type { Envelope } from '../../domain/collect/read/envelope.ts';
import { parseEvents } from '../../domain/collect/read/parse-events.ts';
import { allRejected } from '../../domain/collect/read/rejected-events.ts';
import { pagePolicy, serverPolicy } from '../../domain/consent/consent-facts.ts';
import type { RequestConsent } from '../../domain/consent/consent-facts.ts';
import { forgotten } from '../../domain/identity/visitor.ts';
import { isSameSite } from '../../domain/site/site.ts';
import type { Env } from '../../env.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { readJsonAnyway } from '../http/read-body.ts';
import { checkOrigin } from './check-origin.ts';
import { countryOf } from './country-of.ts';
import { checkFlood, limitsOf, LIMITS, tooLarge } from './request-limits.ts';
import { keyOf, senderOf } from './source-key.ts';
import { cookieJar, readVisitor } from './visitor-cookies.ts';

type CollectContext = Context<{ Bindings: Env }>;

/**
 * Reads a request: its sender, its visitor, what it says about consent, and its events. Later steps never look at the
 * request.
 *
 * @param options.enveloped Reads the body for the requested path.
 * @param options.keyRing Decrypts the visitor's cookies.
 * @throws Problem when the sender is unknown or the request must not be read any further.
 */
export async function readRequest(
  c: CollectContext,
  { enveloped, keyRing }: { enveloped: (body: Fields) => Envelope; keyRing: readonly Uint8Array[] },
): Promise<CollectRequest> {
  const { body, bytes, envelope } = await readEnvelope(c, enveloped);
  const receivedAtMs = Date.now();
  const arrived = { body, ...(envelope.problem === undefined && { events: envelope.events.length }) };
  c.set('arrived', arrived);
  const sender = await senderOrProblem(c, body, envelope);
  checkOrigin(c.req.raw, sender);
  await checkFlood(c.req.raw, sender, c.env.COLLECTOR_LIMIT);
  const unread = envelope.problem ?? tooLarge(bytes, envelope, sender);
  const { parsed, rejected, statements } =
    unread === undefined
      ? parseEvents(envelope.events, {
          sentAt: envelope.sentAt,
          consent: envelope.consent,
          integrations: envelope.integrations,
          isFromPage: !sender.isServer,
          nowMs: receivedAtMs,
          newId: () => crypto.randomUUID(),
        })
      : { parsed: [], rejected: [], statements: denialsInUnread(envelope, sender) };
  c.set('arrived', { ...arrived, rejected });
  const refusal = unread ?? (parsed.length === 0 && rejected.length > 0 ? allRejected(rejected, envelope) : undefined);
  return {
    sender,
    visitor: sender.isServer ? undefined : await pageVisitor(c, envelope, { sender, keyRing, nowMs: receivedAtMs }),
    consent: requestConsent(c.req.raw, envelope, sender),
    events: parsed,
    refused: rejected,
    statements,
    ...(refusal && { refusal }),
    bytes,
    receivedAtMs,
  };
}

type Arriving = { body: Fields; bytes: number; envelope: Envelope };

/** Reads the body. If it cannot be used, the envelope has the reason, and what the body says about consent. */
async function readEnvelope(c: CollectContext, enveloped: (body: Fields) => Envelope): Promise<Arriving> {
  const { value, bytes, problem } = await readJsonAnyway(c.req.raw, { maxBytes: LIMITS.server.bodyBytes });
  const isList = Array.isArray(value);
  // In a list, any event may contain the key.
  const body = isList
    ? value.slice(0, LIMITS.page.events).find((event) => isFields(event) && 'writeKey' in event)
    : value;
  c.set('arrived', { body });
  if (!isFields(body) && !isList) throw problem ?? problemOf(NOT_AN_OBJECT);
  const fields = isFields(body) ? body : {};
  const envelope = isList ? bare(value) : enveloped(fields);
  return {
    body: fields,
    bytes,
    envelope: problem === undefined ? envelope : { ...envelope, problem: refusalOf(problem) },
  };
}

function refusalOf({ code, message, fields, extensions }: Problem): Refusal {
  return { code, detail: message, fields, extensions };
}

/**
 * Returns the sender. For an unreadable body without a valid key, throws the body's problem. With a valid key, what the
 * body says about consent still counts.
 */
async function senderOrProblem(c: CollectContext, body: Fields, { problem }: Envelope): Promise<Sender> {
  try {
    return await senderOf(keyOf(c.req.raw, body), c.env);
  } catch (error) {
    const isWrongKey = error instanceof Problem && (error.code === 'key_missing' || error.code === 'key_unknown');
    throw isWrongKey && problem !== undefined ? problemOf(problem) : error;
  }
}

/**
 * Returns the events of an unusable request that withdraw consent: looks at all of them, and returns as many as a
 * request may have.
 */
function denialsInUnread({ events }: Envelope, sender: Sender): ConsentStatement[] {
  const statements: ConsentStatement[] = [];
  const { events: maxStatements } = limitsOf(sender);
  for (const event of events) {
    if (statements.length >= maxStatements) break;
    statements.push(...denialsInInvalidEvent(event));
  }
  return statements;
}

async function pageVisitor(
  c: CollectContext,
  { carried, isReset, cookieDomain }: Envelope,
  { sender, keyRing, nowMs }: { sender: Sender; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<PageVisitor> {
  const origin = c.req.header('Origin');
  const { visitor, anonymousId, present } = await readVisitor(c, {
    carried,
    sourceId: sender.config.source.id,
    keyRing,
    nowMs,
  });
  return {
    known: isReset ? forgotten(visitor) : visitor,
    browserId: anonymousId,
    anonymousId: (isReset ? undefined : anonymousId) ?? crypto.randomUUID(),
    isReset,
    // A browser sends the origin of a page with a POST, or the cookie that it got.
    isBrowser: anonymousId !== undefined || origin !== undefined,
    isFirstParty: origin === undefined ? undefined : await isSameSite(origin, new URL(c.req.url).hostname),
    ip: c.req.header('CF-Connecting-IP'),
    userAgent: c.req.header('User-Agent'),
    cookies: getCookie(c),
    browser: { present, jar: await cookieJar(c.req.raw, cookieDomain) },
  };
}

function requestConsent(request: Request, { consent }: Envelope, { isServer, config }: Sender): RequestConsent {
  const { unknown_consent: asked } = config.source;
  if (isServer) return { beside: consent, policy: serverPolicy(asked), country: undefined };
  const hasGpc = request.headers.get('Sec-GPC') === '1';
  return { beside: consent, policy: pagePolicy(asked, { hasGpc }), country: countryOf(request) };
}
