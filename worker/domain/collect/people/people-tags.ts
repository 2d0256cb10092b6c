import type { Event } from '../../../schema/events/event.ts';
import type { SourceConfig } from '../../../schema/settings/source-config.ts';
import type { ConsentFacts } from '../../consent/consent.ts';
import type { SenderWishes } from '../../consent/sender-veto.ts';
import type { Identity } from '../../identity/identity.ts';
import { consentForLater } from '../../identity/late-identity.ts';
import { memberTags } from '../../identity/member-tags.ts';
import type { MemberTags } from '../../identity/member-tags.ts';
import { namedTags } from '../../identity/person-tags.ts';
import type { Identifiers, Tagger } from '../../identity/person-tags.ts';
import { sentIdentifiers } from '../../identity/sent-identifiers.ts';
import { personOf } from '../../identity/visitor.ts';
import type { Limited } from '../../identity/visitor.ts';
import type { AcceptedEvent } from '../accepted-event.ts';
import type { Receipt } from '../ingest.ts';
import { awaitingIdentity } from '../permitted-use.ts';
import { keptUnder, membershipBrowsers, reachableBy } from './reach.ts';
import type { Speaker } from './reach.ts';

/** The first key, which also seals, writes tags. All keys find them. */
type Taggers = { write: Tagger; find: Tagger };

type Facts = {
  /** The identity of the event's person, from the event and its browser. */
  identity: Identity;
  limited?: Limited | undefined;
  speaker: Speaker;
  /** It comes from a bot or is internal traffic, so it has no information about a visitor. */
  isExcluded: boolean;
  /** It comes from a browser, not from a server's SDK that uses the write key. */
  isBrowser: boolean;
  config: SourceConfig;
  consent: ConsentFacts;
  wishes: SenderWishes;
  tagsOf: Taggers;
};

/** Returns the tags of an event's people. They are needed for erasure, for waiting conversions, and for memberships. */
export async function peopleTags(
  receipt: Receipt,
  event: Event,
  facts: Facts,
): Promise<Pick<AcceptedEvent, 'person' | 'said' | 'member' | 'introduction'>> {
  const { deliveries, membershipsLeft } = receipt;
  const { speaker, tagsOf } = facts;
  const { emailSha256, userId } = facts.identity;
  const said: Identifiers = { emailSha256, userId, anonymousId: personOf(event).anonymousId };
  // An event without a delivery stores no personal data, so nothing must be found again.
  const kept = deliveries.length === 0 ? [] : [...keptUnder(speaker, said), ...sentIdentifiers(deliveries, said)];
  const tags = await Promise.all(kept.map(tagsOf.write));
  const isWaiting = deliveries.some(({ wait }) => wait !== undefined);
  const isMembership = membershipsLeft.length > 0 || deliveries.some(({ mappingId }) => mappingId !== undefined);
  const introduction = await introductionOf(event, said, facts);
  return {
    person: [...new Set(tags.flat())],
    ...(isWaiting && { said: await namedTags(said, tagsOf.write) }),
    ...(isMembership && { member: await memberOf(said, facts) }),
    ...(introduction && { introduction }),
  };
}

async function memberOf(said: Identifiers, { speaker, isBrowser, tagsOf }: Facts): Promise<MemberTags> {
  const browserId = speaker.key === 'write_key' ? speaker.browserId : undefined;
  const named = { ...said, anonymousId: said.anonymousId ?? browserId };
  return memberTags(named, membershipBrowsers(speaker, said, { isBrowser }), tagsOf);
}

/**
 * Returns the identity in an `identify`, for the visitor's waiting conversions. Undefined when no integration waits for
 * one.
 */
async function introductionOf(
  event: Event,
  said: Identifiers,
  { identity: known, limited, speaker, config, consent, wishes, tagsOf, isExcluded }: Facts,
): Promise<AcceptedEvent['introduction']> {
  if (event.type !== 'identify' || isExcluded) return undefined;
  const integrationIds = awaitingIdentity(config, consent, wishes);
  // All integrations get the same identity, so it must be the smallest that one of them may use.
  const isLimited = limited !== undefined && integrationIds.some((id) => limited.notFor.includes(id));
  const identity = isLimited ? limited.identity : known;
  const hasEmail = identity.emailSha256 !== undefined;
  const hasNames = identity.firstName !== undefined && identity.lastName !== undefined;
  if (integrationIds.length === 0 || !(hasEmail || hasNames)) return undefined;
  // Waiting conversions may have been tagged before a key rotation.
  const [tags, person, all] = await Promise.all([
    Promise.all(reachableBy(speaker, said).map(tagsOf.find)),
    tagsOf.write(said),
    namedTags(said, tagsOf.find),
  ]);
  const asked = new Set(config.integrations.flatMap(({ consent_categories: categories }) => categories));
  const late = { identity, consent: consentForLater(consent, asked) };
  return { tags: tags.flat(), person, said: all, integrationIds, ...late, hasEmail, hasNames };
}
