import type { Context } from 'hono';

import { mayBeRemembered } from '../../domain/collect/may-know.ts';
import { hasRefused } from '../../domain/consent/has-refused.ts';
import type { SaidConsent } from '../../domain/consent/read-consent.ts';
import { isVetoed } from '../../domain/consent/sender-veto.ts';
import type { Visitor } from '../../domain/identity/visitor.ts';
import type { Env } from '../../env.ts';
import type { Fields } from '../../schema/fields.ts';
import type { CollectedIntegration } from '../../schema/settings/source-config.ts';
import { Problem } from '../http/problem.ts';
import { consentFacts } from './consent-facts.ts';
import type { Envelope } from './envelope.ts';
import { lastSaid } from './heard.ts';
import type { Heard } from './heard.ts';
import type { ParsedEvent } from './parse-events.ts';
import type { Sender } from './source-key.ts';
import { COOKIES, cookieJar, cookiesOf, expired, setCookies } from './visitor-cookies.ts';
import type { CookieToSet, ReadVisitor } from './visitor-cookies.ts';

type CollectContext = Context<{ Bindings: Env }>;

type PageFacts = {
  envelope: Envelope;
  parsed: readonly ParsedEvent[];
  heard: readonly Heard[];
  sender: Sender;
  read: ReadVisitor;
  visitor: Visitor;
  /** The visitor's, or a new one. */
  anonymousId: string;
  nowMs: number;
};

/**
 * Answers a page, with what its browser is to remember: as cookies where the collector is first-party, else in the body
 * for the tag to keep. Nothing without consent.
 */
export async function answerPage(
  c: CollectContext,
  { answer, ...facts }: PageFacts & { answer: Fields },
): Promise<Response> {
  const { envelope } = facts;
  const cookies = await cookiesToSet(c, facts);
  const jar = cookieJar(c.req.raw, envelope.cookieDomain);
  if (jar.kind === 'carried') return c.json({ ...answer, ...carry(cookies) });
  const response = c.json(answer);
  setCookies(response.headers, cookies, jar);
  return response;
}

async function cookiesToSet(
  c: CollectContext,
  { envelope, parsed, heard, sender, read, visitor, anonymousId, nowMs }: PageFacts,
): Promise<CookieToSet[]> {
  const said = lastSaid(heard, sender.config);
  const consent = consentFacts(c, said, envelope, sender);
  if (isRefused(c, said, envelope, sender)) return expired(read.present);
  // Nothing of the request is for an integration that every event of it leaves out.
  const { integrations } = sender.config;
  const isMeant = (integration: CollectedIntegration): boolean =>
    parsed.length === 0 || parsed.some(({ wishes }) => !isVetoed(wishes, integration));
  const isForNobody = integrations.length > 0 && !integrations.some(isMeant);
  const config = { ...sender.config, integrations: integrations.filter(isMeant) };
  if (isForNobody || !mayBeRemembered(config, consent)) return [];
  const forgottenNow = envelope.isReset ? expired([COOKIES.identity, COOKIES.anonymousId]) : [];
  const kept = await cookiesOf(visitor, {
    anonymousId,
    sourceId: sender.config.source.id,
    encryptionKey: c.env.ENCRYPTION_KEY,
    nowMs,
  });
  const keptNames = new Set(kept.map(({ name }) => name));
  return [...forgottenNow.filter(({ name }) => !keptNames.has(name)), ...kept];
}

/** This is true when the visitor says no to every integration, by categories or by destinations. */
export function isRefused(c: CollectContext, said: SaidConsent, envelope: Envelope, sender: Sender): boolean {
  return hasRefused(sender.config, consentFacts(c, said, envelope, sender), [
    ...said.destinationPreferences,
    ...envelope.consent.destinationPreferences,
  ]);
}

/** The answer to a page of whose request nothing is taken: a no in it is heard all the same, and its browser forgets. */
export function forgetting(
  c: CollectContext,
  problem: Problem,
  { envelope, heard, sender, read }: Pick<PageFacts, 'envelope' | 'heard' | 'sender' | 'read'>,
): Problem {
  if (!isRefused(c, lastSaid(heard, sender.config), envelope, sender)) return problem;
  const cookies = expired(read.present);
  const jar = cookieJar(c.req.raw, envelope.cookieDomain);
  const headers = new Headers(problem.headers);
  if (jar.kind === 'first_party') setCookies(headers, cookies, jar);
  return new Problem(problem.code, problem.message, {
    fields: problem.fields,
    headers,
    extensions: { ...problem.extensions, ...(jar.kind === 'carried' && carry(cookies)) },
  });
}

function carry(cookies: readonly CookieToSet[]): Fields {
  return cookies.length === 0 ? {} : { carry: Object.fromEntries(cookies.map(({ name, value }) => [name, value])) };
}
