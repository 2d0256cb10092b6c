import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

import { isBot } from '../../domain/collect/bot.ts';
import { eventWork } from '../../domain/collect/event-work.ts';
import { ingest } from '../../domain/collect/ingest.ts';
import { isInternal } from '../../domain/collect/internal-traffic.ts';
import { mayBeRemembered, mayKnow } from '../../domain/collect/may-know.ts';
import type { Speaker } from '../../domain/collect/reach.ts';
import { isSameSite } from '../../domain/collect/site.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import type { SenderWishes } from '../../domain/consent/sender-veto.ts';
import { RequestWork } from '../../domain/fql/work-budget.ts';
import { identityOf } from '../../domain/identity/identity.ts';
import { PeopleOfRequest } from '../../domain/identity/people-of-request.ts';
import { personTagger } from '../../domain/identity/person-tags.ts';
import type { Tagger } from '../../domain/identity/person-tags.ts';
import type { Visitor } from '../../domain/identity/visitor.ts';
import type { Env } from '../../env.ts';
import type { AcceptedEvent } from '../../objects/outbox/delivery.ts';
import type { Event } from '../../schema/events/event.ts';
import type { CollectedIntegration } from '../../schema/settings/source-config.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { consentFacts } from './consent-facts.ts';
import type { Envelope } from './envelope.ts';
import type { ParsedEvent } from './parse-events.ts';
import { peopleTags } from './people-tags.ts';
import type { Sender } from './source-key.ts';

/** After so many, a few milliseconds' work, the requests of others have their turn. */
const STEPS_IN_A_ROW = 50_000;

type CollectContext = Context<{ Bindings: Env }>;

/** Decides event by event, in their order: an `identify` tells who made the events after it, as long as they are of the same person. */
export async function decideAll(
  c: CollectContext,
  {
    parsed,
    envelope,
    sender,
    visitor: known,
    anonymousId,
    isBrowser,
    nowMs,
  }: {
    parsed: readonly ParsedEvent[];
    envelope: Envelope;
    sender: Sender;
    visitor: Visitor;
    /** The browser's own id; a server has none. */
    anonymousId: string | undefined;
    /** It comes from a browser, and not from a server's SDK that uses the write key. */
    isBrowser: boolean;
    nowMs: number;
  },
): Promise<{ receipts: AcceptedEvent[]; visitor: Visitor }> {
  const receipts: AcceptedEvent[] = [];
  const reach = reachOf(c.req.raw, sender);
  const tagsOf = await taggersOf(c);
  const people = new PeopleOfRequest(known, sender);
  const speaker: Speaker = sender.isServer ? { key: 'server_key' } : { key: 'write_key', browserId: anonymousId };
  const requestWork = new RequestWork();
  let stepsInARow = 0;
  for (const { event, messageId, happenedAtMs, bytes, consent: said, wishes, lint: ownLint } of parsed) {
    const lint = [...ownLint];
    const own = await identityOf(event, (code) => lint.push(code));
    const consent = consentFacts(c, said, envelope, sender);
    // What an integration may not know of the person now, it does not learn with a later event either.
    const audience = { happenedAtMs, ...leftOut(sender, { consent, wishes }) };
    const { identity, visitor, limited } = await people.personOf(event, own, audience);
    const isNobodys = nobodysTraffic(c, event, sender);
    const work = eventWork(sender.config, requestWork);
    const receipt = await ingest(
      event,
      {
        messageId,
        happenedAtMs,
        receivedAtMs: nowMs,
        identity,
        cookies: visitor,
        limited,
        ip: ipOf(c, event, sender),
        consent,
        wishes,
        isNobodys,
        lint,
      },
      sender.config,
      work,
    );
    stepsInARow += work.stepsDone;
    if (stepsInARow > STEPS_IN_A_ROW) {
      await scheduler.wait(0);
      stepsInARow = 0;
    }
    const facts = {
      identity,
      limited,
      speaker,
      isBrowser,
      isNobodys: isNobodys !== undefined,
      config: sender.config,
      consent,
      wishes,
      tagsOf,
    };
    receipts.push({
      ...receipt,
      ...reach,
      sentBytes: bytes,
      ...(sender.isServer && { isFromServer: true }),
      ...(await peopleTags(receipt, event, facts)),
    });
  }
  return { receipts, visitor: people.browser };
}

/** The integrations that may know nothing of an event, and whether those are all that there are. */
function leftOut(
  { config }: Sender,
  { consent, wishes }: { consent: ConsentFacts; wishes: SenderWishes },
): { notFor: string[]; isLeftOut: boolean } {
  const { integrations } = config;
  const isOut = (integration: CollectedIntegration): boolean => !mayKnow(integration, { consent, wishes });
  const asking = integrations.filter(({ enabled }) => enabled);
  return {
    notFor: integrations.filter(isOut).map(({ id }) => id),
    isLeftOut: asking.length === 0 ? !mayBeRemembered(config, consent) : asking.every(isOut),
  };
}

/** Says whether an event is from a bot or internal traffic; a server says whose browser it speaks of. */
function nobodysTraffic(c: CollectContext, event: Event, sender: Sender): 'bot' | 'internal_traffic' | undefined {
  const { bot_filter, internal_ips, internal_cookie } = { ...SOURCE_DEFAULTS, ...sender.config.source };
  const { userAgent: told } = event.context;
  const own = typeof told === 'string' ? told : undefined;
  if (isBot(sender.isServer ? own : c.req.header('User-Agent'), bot_filter)) return 'bot';
  const visit = { ip: ipOf(c, event, sender), cookies: sender.isServer ? {} : getCookie(c) };
  return isInternal(visit, { ips: internal_ips, cookie: internal_cookie }) ? 'internal_traffic' : undefined;
}

/** Whether the collector is on the page's own site; nothing where there is no page that says where it is. */
function reachOf(request: Request, { isServer }: Sender): Pick<AcceptedEvent, 'isFirstParty'> {
  const origin = request.headers.get('Origin');
  return isServer || origin === null ? {} : { isFirstParty: isSameSite(origin, new URL(request.url).hostname) };
}

/** The edge's word for who connects; a server says who it speaks for. */
function ipOf(c: CollectContext, event: Event, { isServer }: Sender): string | undefined {
  if (!isServer) return c.req.header('CF-Connecting-IP');
  const { ip } = event.context;
  return typeof ip === 'string' ? ip : undefined;
}

/** Tags are made with the first key, which seals; all of them find. */
async function taggersOf(c: CollectContext): Promise<{ write: Tagger; find: Tagger }> {
  const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
  return { write: await personTagger(keyRing.slice(0, 1)), find: await personTagger(keyRing) };
}
