import type { NewDelivery } from '../../../worker/domain/ingest.ts';
import type { Kept } from '../../../worker/objects/deliveries.ts';

export type ReceiptFacts = {
  messageId: string;
  happenedAtMs: number;
  receivedAtMs: number;
  /** Where it goes; nowhere is a skip. */
  to: readonly { integrationId: string; ruleId: string }[];
  idTypes?: readonly ('SHA256_EMAIL' | 'ORACLE_MOAT_ID')[];
};

/** What a collector hands to the outbox for a lead. */
export function aReceipt({
  messageId,
  happenedAtMs,
  receivedAtMs,
  to,
  idTypes = ['SHA256_EMAIL'],
}: ReceiptFacts): Kept {
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
    consent: { categories: {}, policy: 'granted', country: undefined },
    deliveries,
    skipReason: to.length === 0 ? 'no_mapping' : undefined,
    person: [],
    lint: [],
    ruleLint: [],
  };
}
