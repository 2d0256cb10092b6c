import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import { EVERY_CATEGORY } from '../../schema/events/event.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { conversionElement } from '../collect/conversion-element.ts';
import type { ConversionFacts } from '../collect/conversion-element.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { emailInId } from './email-claim.ts';
import { withoutUndefined } from './identity.ts';
import type { Identity } from './identity.ts';
import { joinedIdentity } from './joined-identity.ts';
import { areNamesDifferent, likeness } from './same-person.ts';

/** What a later `identify` may add to a conversion. */
type Fillable = 'email' | 'userInfo' | 'externalIds';

/**
 * A conversion that waits for the e-mail which the form gives a moment later: what its element is built from when the wait
 * is over.
 */
export type WaitingConversion = {
  ruleId: string;
  facts: ConversionFacts;
  hashNames: boolean;
  /** The IP address goes hashed. Not there in what waits since before that could be. */
  hashIp?: boolean;
  /** What its mapping leaves to the defaults, and a later `identify` may fill. */
  fillable: readonly Fillable[];
};

/** Who a visitor turned out to be, and what they had agreed to when they said so. */
export type LateIdentity = { identity: Identity; consent: ConsentFacts };

/**
 * Says what a conversion would wait for; undefined when it goes at once: because its e-mail is known, or because its
 * mapping takes the e-mail from somewhere else, which no `identify` changes.
 */
export function waitingConversion(
  { ruleId, mapping }: { ruleId: string; mapping: Pick<Mapping, 'fields'> | undefined },
  facts: ConversionFacts,
  { hashNames, hashIp, sendsUserId }: { hashNames: boolean; hashIp: boolean; sendsUserId: boolean },
): WaitingConversion | undefined {
  const isMapped = (name: Fillable): boolean => mapping !== undefined && Object.hasOwn(mapping.fields, name);
  if (facts.identity.emailSha256 !== undefined || isMapped('email')) return undefined;
  const fillable: Fillable[] = ['email'];
  if (!isMapped('userInfo')) fillable.push('userInfo');
  if (sendsUserId && !isMapped('externalIds')) fillable.push('externalIds');
  return { ruleId, facts, hashNames, ...(hashIp && { hashIp }), fillable };
}

/**
 * Builds the element of a conversion that has waited, with who the visitor turned out to be; nothing when nobody could be
 * found by it still. The event's own word counts before the later one, and of somebody else nothing is taken.
 */
export async function completedElement(
  { ruleId, facts, hashNames, hashIp = false, fillable }: WaitingConversion,
  late: Identity | undefined,
): Promise<ConversionEvent | undefined> {
  const identity = late === undefined ? facts.identity : await completed(facts.identity, late, fillable);
  const externalId = facts.externalId ?? (fillable.includes('externalIds') ? identity.userId : undefined);
  return conversionElement(ruleId, { ...facts, identity, externalId }, { hashNames, hashIp });
}

async function completed(own: Identity, late: Identity, fillable: readonly Fillable[]): Promise<Identity> {
  const [ofOwn, ofLate] = await Promise.all([own, late].map(async ({ userId }) => emailInId(userId)));
  const found = likeness({ ...own, emailInId: ofOwn }, { ...late, emailInId: ofLate });
  if (found === 'somebody_else' || (found === 'unknown' && areNamesDifferent(own, late))) return own;
  return joinedIdentity(onlyFillable(late, fillable), own, { likeness: found, isIdentify: false });
}

function onlyFillable(identity: Identity, fillable: readonly Fillable[]): Identity {
  const { emailSha256, userId, ...info } = identity;
  return withoutUndefined({
    ...(fillable.includes('userInfo') && info),
    emailSha256: fillable.includes('email') ? emailSha256 : undefined,
    userId,
  });
}

/** Each conversion that waits keeps a copy, so a sender's list of categories is not kept in full. */
const MAX_LATE_CONSENT_CHARS = 1_000;

/**
 * Shortens what a visitor said about consent to what is kept with each conversion that waits for them: first what
 * integrations ask for. Where something is left out, a category that is not there counts as refused.
 */
export function consentForLater(consent: ConsentFacts, asked: ReadonlySet<string>): ConsentFacts {
  const entries = Object.entries(consent.categories).toSorted(
    ([one], [other]) => Number(asked.has(other)) - Number(asked.has(one)),
  );
  let chars = 0;
  const kept = entries.filter(([name]) => asked.has(name) || (chars += name.length) <= MAX_LATE_CONSENT_CHARS);
  if (kept.length === entries.length) return consent;
  // A yes to every other category must not cover a no that was left out.
  const safe = kept.filter(([name, isGiven]) => name !== EVERY_CATEGORY || !isGiven);
  return { ...consent, categories: Object.fromEntries(safe), policy: 'denied' };
}
