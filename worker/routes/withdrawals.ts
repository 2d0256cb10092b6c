import type { Context } from 'hono';

import { hasRefused } from '../domain/has-refused.ts';
import { identityOf } from '../domain/identity.ts';
import { NAMELESS, personTagger } from '../domain/person-tags.ts';
import type { Identifiers } from '../domain/person-tags.ts';
import { reachableBy } from '../domain/reach.ts';
import { isSaid } from '../domain/read-consent.ts';
import type { SaidConsent } from '../domain/read-consent.ts';
import { personOf } from '../domain/visitor.ts';
import type { Env } from '../env.ts';
import { lastSaid } from './answer-page.ts';
import { consentFacts } from './consent-facts.ts';
import type { Envelope } from './envelope.ts';
import { keyRingOf } from './key-ring.ts';
import type { ParsedEvent } from './parse-events.ts';
import type { Sender } from './source-key.ts';
import type { ReadVisitor } from './visitor-cookies.ts';

type CollectContext = Context<{ Bindings: Env }>;

/** A page has one visitor, and an SDK a few: so many people of a request are looked for. */
const MAX_REFUSING = 20;

/**
 * Gives the tags of those who take their consent back in a request, by which what waits for them is found.
 *
 * With a write key that is what their own browser can name; with a server key also by user id and e-mail.
 */
export async function withdrawnTags(
  c: CollectContext,
  request: { envelope: Envelope; parsed: readonly ParsedEvent[]; sender: Sender; read: ReadVisitor },
): Promise<string[]> {
  const refusing = await refusingPeople(c, request);
  if (refusing.length === 0) return [];
  const tagsOf = await personTagger(keyRingOf(c.env.ENCRYPTION_KEY));
  return [...new Set((await Promise.all(refusing.map(tagsOf))).flat())];
}

async function refusingPeople(
  c: CollectContext,
  {
    envelope,
    parsed,
    sender,
    read,
  }: { envelope: Envelope; parsed: readonly ParsedEvent[]; sender: Sender; read: ReadVisitor },
): Promise<Identifiers[]> {
  const isRefused = (said: SaidConsent): boolean => hasRefused(sender.config, consentFacts(c, said, envelope, sender));
  // An SDK keeps ids of its own, and says them with the event that says no; other people's events stand beside it.
  const named = new Map<string, { ids: Identifiers; isRefusing: boolean }>();
  const isAnybody = parsed.some(({ consent }) => isRefused(consent));
  for (const { event, consent } of isAnybody ? parsed : []) {
    const said = { ...NAMELESS, ...personOf(event), ...(sender.isServer && (await emailOf(event))) };
    const speaker = sender.isServer
      ? ({ key: 'server_key' } as const)
      : ({ key: 'write_key', browserId: undefined } as const);
    // The last word of each person counts; an event that says nothing changes nothing.
    for (const ids of reachableBy(speaker, said))
      if (isSaid(consent) || !named.has(JSON.stringify(ids)))
        named.set(JSON.stringify(ids), { ids, isRefusing: isRefused(consent) });
  }
  const people = [...named.values()].filter(({ isRefusing }) => isRefusing).map(({ ids }) => ids);
  const isBrowserRefusing = !sender.isServer && isRefused(lastSaid(envelope));
  const browser = isBrowserRefusing ? reachableBy({ key: 'write_key', browserId: read.anonymousId }, NAMELESS) : [];
  return [...browser, ...people.slice(0, MAX_REFUSING)];
}

async function emailOf(event: ParsedEvent['event']): Promise<Pick<Identifiers, 'emailSha256'>> {
  const { emailSha256 } = await identityOf(event);
  return { emailSha256 };
}
