import type { NewDelivery } from '../../../worker/domain/collect/decide-for.ts';
import type { ConsentFacts } from '../../../worker/domain/consent/consent.ts';
import type { WaitingConversion } from '../../../worker/domain/identity/late-identity.ts';
import type { AcceptedEvent } from '../../../worker/objects/outbox/delivery-types.ts';

export type ReceiptFacts = {
  messageId: string;
  happenedAtMs: number;
  receivedAtMs: number;
  /** The targets of the event. An event without targets is a skip. */
  to: readonly { integrationId: string; ruleId: string }[];
  idTypes?: readonly ('SHA256_EMAIL' | 'ORACLE_MOAT_ID')[];
  /**
   * An e-mail may arrive for this long; `tag` names the person. Without its own `idTypes`, only the e-mail identifies
   * them.
   */
  wait?: { tag: string; forMs: number };
  /** The person's tag for an erasure. */
  person?: string;
  /** Set for an identify with an e-mail, by the person with this tag. */
  introduces?: string;
  /** The person's consent. Unknown consent is a yes here. */
  consent?: ConsentFacts;
};

export const GRANTED: ConsentFacts = { categories: {}, policy: 'granted', country: undefined };

/** Builds the receipt that a collector hands to the outbox for a lead. */
export function aReceipt({
  messageId,
  happenedAtMs,
  receivedAtMs,
  to,
  idTypes = ['SHA256_EMAIL'],
  wait,
  person,
  introduces,
  consent = GRANTED,
}: ReceiptFacts): AcceptedEvent {
  const deliveries = to.map(({ integrationId, ruleId }): NewDelivery => ({
    integrationId,
    ruleId,
    eventId: messageId,
    element: {
      conversion: `urn:lla:llaPartnerConversion:${ruleId}`,
      conversionHappenedAt: happenedAtMs,
      conversionValue: { currencyCode: 'EUR', amount: '10.00' },
      user: { userIds: idTypes.map((idType) => ({ idType, idValue: 'a'.repeat(64) })) },
      eventId: messageId,
    },
    ...(wait && {
      wait: {
        untilMs: receivedAtMs + wait.forMs,
        conversion: aWaitingConversion({ ruleId, messageId, happenedAtMs, isKnown: idTypes.length > 0 }),
      },
    }),
  }));
  return {
    messageId,
    type: 'track',
    name: to.length === 0 ? 'Unmapped' : 'Lead Generated',
    happenedAtMs,
    receivedAtMs,
    hasClickId: false,
    hasEmail: true,
    hasNames: false,
    fields: [],
    consent,
    triggers: {},
    consentAsked: {},
    deliveries,
    skipReason: to.length === 0 ? 'no_mapping' : undefined,
    lint: [],
    ruleLint: [],
    membershipsLeft: [],
    nameRank: 'named',
    person: [person, wait?.tag].filter((tag) => tag !== undefined),
    ...(introduces !== undefined && {
      introduction: {
        tags: [introduces],
        person: [introduces],
        integrationIds: ['int_a', 'int_b', 'int_c', 'int_d'],
        identity: { emailSha256: 'a'.repeat(64) },
        consent: GRANTED,
        hasEmail: true,
        hasNames: false,
      },
    }),
  };
}

function aWaitingConversion({
  ruleId,
  messageId,
  happenedAtMs,
  isKnown,
}: {
  ruleId: string;
  messageId: string;
  happenedAtMs: number;
  isKnown: boolean;
}): WaitingConversion {
  return {
    ruleId,
    hashNames: false,
    fillable: ['email'],
    facts: {
      happenedAtMs,
      eventId: messageId,
      value: { currencyCode: 'EUR', amount: '10.00' },
      identity: {},
      clickId: isKnown ? 'a-click' : undefined,
      ip: undefined,
      externalId: undefined,
    },
  };
}
