/**
 * Bugs that people reported about other products that send conversions. Each is sent here as reported, and LinkedIn
 * gets the intended data. Read 2026-11-29.
 */
import { beforeEach, describe, expect, it } from 'vitest';

import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';
import { anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const DAY_MS = 24 * 60 * 60 * 1000;
const yesterday = new Date(Math.floor(Date.now() / 1000) * 1000 - DAY_MS);
const iso = yesterday.toISOString();

const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
const emailOf = (text: string) => ({ idType: 'SHA256_EMAIL', text });
const click = (idValue: string) => ({ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue });
const ann = { email: 'ann@example.org' };

type Expected = {
  userIds?: { idType: string; idValue?: string; text?: string }[];
  hasValue?: false;
} & Partial<ConversionEvent>;
type Report = [report: string, event: Record<string, unknown>, element: Expected];

const asSent = async ({ text, ...id }: { idType: string; idValue?: string; text?: string }) =>
  text === undefined ? id : { ...id, idValue: await sha256(text) };

const REPORTS: Report[] = [
  [
    'facebookarchive/offline-conversion-file-uploader#31: an ISO time without milliseconds is refused',
    { timestamp: iso.replace('.000', ''), properties: ann },
    { conversionHappenedAt: yesterday.getTime() },
  ],
  [
    'Adsmurai/facebook-pixel-and-conversions-api#3: a client that divides milliseconds by 1000',
    { timestamp: yesterday.getTime() / 1000, properties: ann },
    { conversionHappenedAt: yesterday.getTime() },
  ],
  [
    'the same: a clock that is seconds ahead of ours',
    { timestamp: new Date(Date.now() + 40_000).toISOString(), properties: ann },
    {},
  ],
  [
    'segmentio/action-destinations#3745: an invalid time; a page’s event gets the time of arrival',
    { timestamp: 'Invalid Date', properties: ann },
    {},
  ],
  [
    'rudderlabs/rudder-transformer#3860: a conversion without a price is refused',
    { properties: { ...ann, products: [{ sku: 'A-1', quantity: 1 }] } },
    { hasValue: false },
  ],
  [
    "PostHog/posthog#31893: a currency that the destination doesn't know drops the event",
    { properties: { ...ann, value: 10, currency: 'BTC' } },
    { hasValue: false },
  ],
  [
    'PostHog/posthog#26055: a value as text, and its currency in lower case',
    { properties: { ...ann, value: '19.90', currency: 'eur' } },
    { conversionValue: { currencyCode: 'EUR', amount: '19.90' } },
  ],
  [
    "linkedin-developers/linkedin-capi-tag-template#7 and #21: the click ID is only in the event's user data",
    { properties: {}, context: { li_fat_id: 'click-7' } },
    { userIds: [click('click-7')] },
  ],
  [
    "growthbook/growthbook#6994: the click ID is only in the landing page's address",
    { properties: {}, context: { page: { url: 'https://www.example.com/?gclid=test-g&li_fat_id=test-li' } } },
    { userIds: [click('test-li')] },
  ],
  [
    'googleads/google-ads-php#1119: capital letters beyond ASCII',
    { properties: { email: 'JOSÉ@EXAMPLE.ORG' } },
    { userIds: [emailOf('josé@example.org')] },
  ],
  [
    'the same: dots, and the part after a plus, belong to the address, as at LinkedIn',
    { properties: { email: 'Jane.Doe+News@Gmail.com' } },
    { userIds: [emailOf('jane.doe+news@gmail.com')] },
  ],
  [
    'oroinc/crm#357 and LamplightCRM/feedback#665: three spaces after the address',
    { properties: { email: 'me@example.org   ' } },
    { userIds: [emailOf('me@example.org')] },
  ],
  [
    'civicrm/civicrm-core#8113: non-breaking spaces around the address',
    { properties: { email: '\u00A0me@example.org\u00A0' } },
    { userIds: [emailOf('me@example.org')] },
  ],
  [
    'xCss/Valine#398: spaces before the address, and capitals',
    { properties: { email: ' \tMe@Example.ORG\r\n' } },
    { userIds: [emailOf('me@example.org')] },
  ],
];

describe("a bug reported about another product doesn't exist here:", () => {
  it.each(REPORTS)('%s', async (_, over, expected) => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source);
    const sentAtMs = Date.now();

    await send(source, [anOrder({ messageId: 'reported', ...over })]);

    const { userIds = [], hasValue = true, ...fields } = expected;
    const element = await linkedin.elementOf(source.id, 'reported');
    expect(element).toMatchObject({ eventId: 'reported', ...fields });
    const unwanted = hasValue ? undefined : element.conversionValue;
    expect(unwanted).toBeUndefined();
    expect(element.user.userIds).toEqual(expect.arrayContaining(await Promise.all(userIds.map(asSent))));
    expect(element.conversionHappenedAt).toBeLessThanOrEqual(Date.now());
    expect(element.conversionHappenedAt).toBeGreaterThanOrEqual(Math.min(yesterday.getTime(), sentAtMs));
  });

  // cluster-software/agent-crm#84: rows without a usable identifier are dropped without an error.
  it('an event without a usable identifier is dropped without a reason', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(source, [anOrder({ properties: { phone: '+49 170 1234567' }, context: {}, traits: {} })]);

    expect(await outcomes(source)).toMatchObject([{ state: 'skipped', reason: 'no_identity' }]);
  });
});
