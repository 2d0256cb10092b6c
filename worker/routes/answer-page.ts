import type { Context } from 'hono';

import { hasRefused } from '../domain/has-refused.ts';
import { mayBeRemembered } from '../domain/ingest.ts';
import { isSaid, NOTHING_SAID, readConsent } from '../domain/read-consent.ts';
import type { SaidConsent } from '../domain/read-consent.ts';
import { isVetoed } from '../domain/sender-veto.ts';
import type { Visitor } from '../domain/visitor.ts';
import type { Env } from '../env.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { CollectedIntegration } from '../schema/source-config.ts';
import { consentFacts } from './consent-facts.ts';
import type { Envelope } from './envelope.ts';
import type { ParsedEvent } from './parse-events.ts';
import type { Sender } from './source-key.ts';
import { COOKIES, cookieJar, cookiesOf, expired, setCookies } from './visitor-cookies.ts';
import type { CookieToSet, ReadVisitor } from './visitor-cookies.ts';

type CollectContext = Context<{ Bindings: Env }>;

type PageFacts = {
  envelope: Envelope;
  parsed: readonly ParsedEvent[];
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
  if (jar.kind === 'carried')
    return c.json({
      ...answer,
      ...(cookies.length > 0 && { carry: Object.fromEntries(cookies.map(({ name, value }) => [name, value])) }),
    });
  const response = c.json(answer);
  setCookies(response.headers, cookies, jar);
  return response;
}

async function cookiesToSet(
  c: CollectContext,
  { envelope, parsed, sender, read, visitor, anonymousId, nowMs }: PageFacts,
): Promise<CookieToSet[]> {
  const consent = consentFacts(c, lastSaid(envelope), envelope, sender);
  // Nothing of the request is for an integration that every event of it leaves out.
  const { integrations } = sender.config;
  const isMeant = (integration: CollectedIntegration): boolean =>
    parsed.length === 0 || parsed.some(({ wishes }) => !isVetoed(wishes, integration));
  const isForNobody = integrations.length > 0 && !integrations.some(isMeant);
  const config = { ...sender.config, integrations: integrations.filter(isMeant) };
  if (isForNobody || !mayBeRemembered(config, consent))
    return hasRefused(sender.config, consent) ? expired(read.present) : [];
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

/** The last word on consent in a request is the word that counts for the browser; an event that says nothing changes nothing. */
export function lastSaid({ events }: Envelope): SaidConsent {
  for (const event of events.toReversed()) {
    const said = isFields(event) ? readConsent(event) : NOTHING_SAID;
    if (isSaid(said)) return said;
  }
  return NOTHING_SAID;
}
