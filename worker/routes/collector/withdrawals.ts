import type { Context } from 'hono';

import { reachableBy } from '../../domain/collect/reach.ts';
import { identityOf } from '../../domain/identity/identity.ts';
import { NAMELESS, personTagger } from '../../domain/identity/person-tags.ts';
import type { Identifiers } from '../../domain/identity/person-tags.ts';
import { personOf } from '../../domain/identity/visitor.ts';
import type { Env } from '../../env.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { isRefused } from './answer-page.ts';
import type { Envelope } from './envelope.ts';
import { lastSaid } from './heard.ts';
import type { Heard } from './heard.ts';
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
  request: { envelope: Envelope; heard: readonly Heard[]; sender: Sender; read: ReadVisitor },
): Promise<string[]> {
  const refusing = await refusingPeople(c, request);
  if (refusing.length === 0) return [];
  const tagsOf = await personTagger(keyRingOf(c.env.ENCRYPTION_KEY));
  return [...new Set((await Promise.all(refusing.map(tagsOf))).flat())];
}

async function refusingPeople(
  c: CollectContext,
  { envelope, heard, sender, read }: { envelope: Envelope; heard: readonly Heard[]; sender: Sender; read: ReadVisitor },
): Promise<Identifiers[]> {
  const isNo = (said: readonly Heard[]): boolean => isRefused(c, lastSaid(said, sender.config), envelope, sender);
  // An SDK keeps ids of its own, and says them with the event that says no; other people's events stand beside it.
  const named = new Map<string, { ids: Identifiers; said: Heard[] }>();
  for (const one of mayAnybodyRefuse(heard, envelope) ? heard : []) {
    const { event } = one;
    const said = { ...NAMELESS, ...personOf(event), ...(sender.isServer && (await emailOf(event))) };
    const speaker = sender.isServer
      ? ({ key: 'server_key' } as const)
      : ({ key: 'write_key', browserId: undefined } as const);
    for (const ids of reachableBy(speaker, said)) {
      const key = JSON.stringify(ids);
      const known = named.get(key);
      if (known === undefined) named.set(key, { ids, said: [one] });
      else known.said.push(one);
    }
  }
  // The last word of each person counts.
  const people = [...named.values()].filter(({ said }) => isNo(said)).map(({ ids }) => ids);
  const isBrowserRefusing = !sender.isServer && isNo(heard);
  const browser = isBrowserRefusing ? reachableBy({ key: 'write_key', browserId: read.anonymousId }, NAMELESS) : [];
  return [...browser, ...people.slice(0, MAX_REFUSING)];
}

async function emailOf(event: Heard['event']): Promise<Pick<Identifiers, 'emailSha256'>> {
  const { emailSha256 } = await identityOf(event);
  return { emailSha256 };
}

/** Most requests have no "no" in them, and then nobody has to be looked at. */
function mayAnybodyRefuse(heard: readonly Heard[], { consent }: Envelope): boolean {
  return [consent, ...heard.map((one) => one.consent)].some(
    ({ categories, destinationPreferences }) =>
      destinationPreferences.length > 0 || Object.values(categories).includes(false),
  );
}
