import type { ConsentCategories } from '../../schema/events/event.ts';
import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { consentFacts } from '../consent/consent-facts.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import type { SenderWishes } from '../consent/sender-veto.ts';
import { RequestWork } from '../fql/work-budget.ts';
import { identityOf } from '../identity/identity.ts';
import { PeopleOfRequest } from '../identity/people-of-request.ts';
import { personTagger } from '../identity/person-tags.ts';
import { STRANGER } from '../identity/visitor.ts';
import type { Visitor } from '../identity/visitor.ts';
import { withRareWords } from '../reading/rare-words.ts';
import { triggerSetOf } from '../rules/ready-mappings.ts';
import type { TriggerSet } from '../rules/ready-mappings.ts';
import { orderOf, orderTagger } from '../search/order-tags.ts';
import type { AcceptedEvent } from './accepted-event.ts';
import type { CollectRequest, Refusal } from './collect-request.ts';
import { eventWork } from './event-work.ts';
import { ipOf, exclusionOf } from './excluded-traffic.ts';
import { ingest } from './ingest.ts';
import { browserMemory } from './people/browser-memory.ts';
import type { Browser, Memory } from './people/browser-memory.ts';
import { peopleTags } from './people/people-tags.ts';
import type { Speaker } from './people/reach.ts';
import { withdrawals } from './people/withdrawals.ts';
import { maySetCookies, mayUseEvent } from './permitted-use.ts';
import type { RejectedEvent } from './read/rejected-events.ts';

/** After this many steps, a few milliseconds of work, other requests get their turn. */
const STEPS_IN_A_ROW = 50_000;

/** The decisions about a request: what is stored, what is erased, and what the browser remembers. */
export type Decisions = {
  source: SourceConfig['source'];
  /** The triggers that were evaluated for the events. */
  triggerSets: readonly TriggerSet[];
  /**
   * All accepted events, with their deliveries or the reason for a skip. They are in one list, in the order they came,
   * because an `identify` that is no conversion itself completes conversions before it.
   */
  accepted: readonly AcceptedEvent[];
  /** The consent categories that the source's integrations require. */
  asked: readonly string[];
  /** The invalid events, which are counted and listed in the answer. */
  refusals: readonly RejectedEvent[];
  /** Why the whole request is refused. No event is accepted then. */
  refusal: Refusal | undefined;
  /** The tags of people who withdrew consent. Their waiting deliveries are erased. */
  erase: readonly string[];
  /** What the visitor's browser remembers. Undefined when a server sends. */
  visitor: { browser: Browser; memory: Memory } | undefined;
  /** The consent answers of the batch, so that they are stored once. */
  consent: ConsentCategories;
  decidedAtMs: number;
};

/** The dependencies of the decision. */
type Means = {
  keyRing: readonly Uint8Array[];
  /** Lets other requests have their turn. */
  pause: () => Promise<void>;
};

/** Decides everything that follows from a request to the collector. */
export function decide(request: CollectRequest, means: Means): Promise<Decisions> {
  return withRareWords(() => decideWithWords(request, means));
}

async function decideWithWords(request: CollectRequest, { keyRing, pause }: Means): Promise<Decisions> {
  const { sender, visitor: page, consent, refused, refusal, receivedAtMs } = request;
  const { source, integrations } = sender.config;
  const { accepted, visitor: after } = await decideEvents(request, { keyRing, pause });
  const { people, isBrowsers: isWithdrawn } = await withdrawals(request);
  const tagsOf = await personTagger(people.length === 0 ? [] : keyRing);
  return {
    source,
    triggerSets: integrations.flatMap(({ config: { mappings = [] } }) =>
      mappings.length === 0 ? [] : [triggerSetOf(mappings)],
    ),
    accepted: measured(accepted, request.bytes),
    asked: integrations.flatMap((integration) => integration.consent_categories),
    refusals: refused,
    refusal,
    erase: [...new Set((await Promise.all(people.map(tagsOf))).flat())],
    visitor: page && { browser: page.browser, memory: browserMemory(request, { page, after, isWithdrawn }) },
    consent: consent.beside.categories,
    decidedAtMs: receivedAtMs,
  };
}

/** Decides the events in order. An `identify` gives its identity to later events of the same person. */
async function decideEvents(
  { sender, visitor: page, consent: around, events, receivedAtMs }: CollectRequest,
  { keyRing, pause }: Means,
): Promise<{ accepted: AcceptedEvent[]; visitor: Visitor }> {
  const { config, isServer } = sender;
  const accepted: AcceptedEvent[] = [];
  // Tags are written with the first key, which also seals, and found with all keys.
  const tagsOf = { write: await personTagger(keyRing.slice(0, 1)), find: await personTagger(keyRing) };
  const orderTagsOf = await orderTagger(keyRing.slice(0, 1));
  const people = new PeopleOfRequest(page?.known ?? STRANGER, sender);
  const speaker: Speaker =
    page === undefined ? { key: 'server_key' } : { key: 'write_key', browserId: page.anonymousId };
  const requestWork = new RequestWork(events.length);
  let stepsInARow = 0;
  for (const { event, messageId, happenedAtMs, bytes, consent: said, wishes, lint: ownLint } of events) {
    const lint = [...ownLint];
    const own = await identityOf(event, (code) => lint.push(code));
    const consent = consentFacts(said, around);
    // Data that an integration may not use now must not reach it with a later event either.
    const audience = { happenedAtMs, ...leftOut(config, { consent, wishes }) };
    const { identity, visitor, limited } = await people.personOf(event, own, audience);
    const excludedAs = exclusionOf(event, page, config.source);
    const work = eventWork(config, requestWork);
    const { trace: _trace, ...receipt } = await ingest(
      event,
      {
        messageId,
        happenedAtMs,
        receivedAtMs,
        identity,
        cookies: visitor,
        limited,
        ip: ipOf(event, page),
        consent,
        wishes,
        excludedAs,
        lint,
      },
      config,
      { work },
    );
    stepsInARow += work.stepsDone;
    if (stepsInARow > STEPS_IN_A_ROW) {
      await pause();
      stepsInARow = 0;
    }
    const order = orderOf(event);
    const [orderTag] = order === undefined ? [] : await orderTagsOf(order);
    accepted.push({
      ...receipt,
      ...(page?.isFirstParty !== undefined && { isFirstParty: page.isFirstParty }),
      sentBytes: bytes,
      ...(isServer && { isFromServer: true }),
      ...(orderTag !== undefined && { order: orderTag }),
      ...(await peopleTags(receipt, event, {
        identity,
        limited,
        speaker,
        isBrowser: page?.isBrowser ?? false,
        isExcluded: excludedAs !== undefined,
        config,
        consent,
        wishes,
        tagsOf,
      })),
    });
  }
  return { accepted, visitor: people.browser };
}

/** Returns the integrations that may not use an event, and whether that is every integration. */
function leftOut(
  config: SourceConfig,
  { consent, wishes }: { consent: ConsentFacts; wishes: SenderWishes },
): { notFor: string[]; isLeftOut: boolean } {
  const { integrations } = config;
  const isOut = (integration: CollectedIntegration): boolean => !mayUseEvent(integration, { consent, wishes });
  const asking = integrations.filter(({ enabled }) => enabled);
  return {
    notFor: integrations.filter(isOut).map(({ id }) => id),
    isLeftOut: asking.length === 0 ? !maySetCookies(config, consent) : asking.every(isOut),
  };
}

/** Scales the sizes of the events to the size of the request, because their JSON may be longer than what was sent. */
function measured(accepted: readonly AcceptedEvent[], requestBytes: number): readonly AcceptedEvent[] {
  const together = accepted.reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0);
  if (together <= requestBytes) return accepted;
  const scale = requestBytes / together;
  return accepted.map((event) => ({ ...event, sentBytes: Math.floor((event.sentBytes ?? 0) * scale) }));
}
