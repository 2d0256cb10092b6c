import type { AcceptedEvent } from '../../../../worker/domain/collect/accepted-event.ts';
import type { TalliedEvent } from '../../../../worker/domain/collect/tallied-event.ts';
import type { ConsentFacts } from '../../../../worker/domain/consent/consent.ts';

export const INTEGRATION_ID = 'int_bench';
const RULE = '987655';
export const RULES = { 'Lead Generated': `urn:lla:llaPartnerConversion:${RULE}` };

export const CONSENT: ConsentFacts = { categories: { advertising: true }, policy: 'granted', country: 'DE' };

/** The fields that the tag sends with an event. The size is that of a page view in the demo shop. */
const OF_A_PAGE = {
  hasClickId: false,
  hasNames: false,
  fields: ['context.page.path', 'context.page.referrer', 'context.page.title', 'context.page.url', 'context.userAgent'],
  consent: CONSENT,
  triggers: {},
  lint: [],
  isFirstParty: true,
  sentBytes: 620,
};

let made = 0;

/** An event that no rule asks for, of one of 200 pages. A few pages have most of the views. */
export function aPageView(nowMs: number): TalliedEvent {
  made += 1;
  return {
    ...OF_A_PAGE,
    messageId: `view-${nowMs.toString(36)}-${made}`,
    type: 'page',
    name: `Page ${Math.floor(200 * Math.random() ** 3)}`,
    happenedAtMs: nowMs,
    receivedAtMs: nowMs,
    hasEmail: false,
    consentAsked: {},
    nameRank: 'unwanted',
    skipReason: 'no_mapping',
  };
}

/** A lead of a new person, with an e-mail and a click ID. */
export function aLead(nowMs: number): AcceptedEvent {
  made += 1;
  const messageId = `lead-${nowMs.toString(36)}-${made}`;
  const hash = crypto.getRandomValues(new Uint8Array(32)).toHex();
  return {
    ...OF_A_PAGE,
    messageId,
    type: 'track',
    name: 'Lead Generated',
    happenedAtMs: nowMs,
    receivedAtMs: nowMs,
    hasClickId: true,
    hasEmail: true,
    fields: [...OF_A_PAGE.fields, 'properties.currency', 'properties.value', 'traits.email'],
    consentAsked: { [INTEGRATION_ID]: ['advertising'] },
    membershipsLeft: [],
    ruleLint: [],
    nameRank: 'named',
    skipReason: undefined,
    person: [`${hash.slice(0, 22)}e`, `${hash.slice(22, 44)}a`],
    deliveries: [
      {
        integrationId: INTEGRATION_ID,
        ruleId: RULE,
        eventId: messageId,
        element: {
          conversion: `urn:lla:llaPartnerConversion:${RULE}`,
          conversionHappenedAt: nowMs,
          conversionValue: { currencyCode: 'EUR', amount: '10.00' },
          user: {
            userIds: [
              { idType: 'SHA256_EMAIL', idValue: hash },
              { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: crypto.randomUUID() },
            ],
          },
          eventId: messageId,
        },
      },
    ],
  };
}
