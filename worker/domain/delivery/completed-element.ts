import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import { conversionElement } from '../collect/conversion-element.ts';
import { emailInId } from '../identity/email-claim.ts';
import { withoutUndefined } from '../identity/identity.ts';
import type { Identity } from '../identity/identity.ts';
import { joinedIdentity } from '../identity/joined-identity.ts';
import type { Fillable, WaitingConversion } from '../identity/late-identity.ts';
import { areNamesDifferent, likeness } from '../identity/same-person.ts';

/**
 * Builds the conversion element after the wait, with the later identity. Returns undefined when LinkedIn still couldn't
 * match anyone.
 *
 * The event's own values win over later ones. Nothing is taken from another person.
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
