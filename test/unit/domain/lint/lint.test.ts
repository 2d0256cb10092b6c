import { assert, asyncProperty, constantFrom, jsonValue, oneof, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ingest } from '../../../../worker/domain/collect/ingest.ts';
import type { Receipt } from '../../../../worker/domain/collect/ingest.ts';
import { parseEvents } from '../../../../worker/domain/collect/read/parse-events.ts';
import { identityOf } from '../../../../worker/domain/identity/identity.ts';
import { sha256Hex } from '../../../../worker/domain/identity/sha256.ts';
import type { ConversionEvent } from '../../../../worker/schema/events/conversion-event.ts';
import { LINT_RULES } from '../../../../worker/schema/events/lint-rules.ts';
import type { LintCode } from '../../../../worker/schema/events/lint-rules.ts';
import type { Fields } from '../../../../worker/schema/fields.ts';
import type { IntegrationSettings } from '../../../../worker/schema/settings/integration.ts';
import type { MappingFields } from '../../../../worker/schema/settings/mapping.ts';
import { aSourceConfig, anIntegration } from '../../support/a-source-config.ts';
import { DAY_MS, JOHNS_HASH, NOW } from '../../support/an-event.ts';
import { withLiquid } from '../../support/with-liquid.ts';

await withLiquid();

const CLICK = 'click-1';
const EMAIL = { idType: 'SHA256_EMAIL', idValue: JOHNS_HASH };
const CLICKED = { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: CLICK };
const JANE = { firstName: 'Jane', lastName: 'Doe' };
const hashes = new Map(
  await Promise.all(
    ['', ' ', 'undefined', 'null', 'test@test.com', 'test@example.com', 'x'.repeat(65)].map(
      async (text) => [text, await sha256Hex(text)] as const,
    ),
  ),
);
const sha256 = (text: string) => hashes.get(text) ?? 'no hash was made of it';
const path = (field: string) => ({ '@path': `$.properties.${field}` });

type Case = {
  code: LintCode;
  /** The event as sent. It has a click ID as well, unless the case says otherwise. */
  event: Fields;
  config?: Partial<IntegrationSettings>;
  fields?: MappingFields;
  /** The expected part of what LinkedIn gets, or null for a skip. */
  sent: ((element: ConversionEvent) => unknown) | null;
  is?: unknown;
};

/** The part of the element that the case checks. */
const email = ({ user }: ConversionEvent) => user.userIds.find(({ idType }) => idType === 'SHA256_EMAIL')?.idValue;
const idOf =
  (wanted: string) =>
  ({ user }: ConversionEvent) =>
    user.userIds.find(({ idType }) => idType === wanted)?.idValue;
const info = ({ user }: ConversionEvent) => user.userInfo;
const value = ({ conversionValue }: ConversionEvent) => conversionValue;
const at = ({ conversionHappenedAt }: ConversionEvent) => conversionHappenedAt;
const externalId = ({ user }: ConversionEvent) => user.externalIds;
const lead = ({ user }: ConversionEvent) => user.lead;

const anEmail = (code: LintCode, text: unknown, is?: string): Case => ({
  code,
  event: { traits: { email: text } },
  sent: email,
  is,
});
const aClick = (code: LintCode, id: unknown, is?: string): Case => ({
  code,
  event: { properties: { li_fat_id: id }, traits: { email: 'john.doe@example.com' } },
  sent: idOf('LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID'),
  is,
});
const anIp = (code: LintCode, ip: unknown, is?: string): Case => ({
  code,
  event: { context: { ip } },
  config: { send_ip: true },
  sent: idOf('PLAINTEXT_IP_ADDRESS'),
  is,
});
const aName = (code: LintCode, firstName: unknown, is?: unknown): Case => ({
  code,
  event: { traits: { firstName, lastName: 'Doe' } },
  sent: (element) => info(element)?.firstName,
  is,
});
const aTrait = (code: LintCode, name: string, given: unknown, is?: string): Case => ({
  code,
  event: { traits: { ...JANE, [name]: given } },
  sent: (element) => new Map(Object.entries(info(element) ?? {})).get(name),
  is,
});
const aValue = (code: LintCode, properties: Fields, is?: unknown): Case => ({
  code,
  event: { properties: { currency: 'EUR', ...properties } },
  sent: value,
  is,
});
const eur = (amount: string) => ({ currencyCode: 'EUR', amount });
const aTime = (code: LintCode, timestamp: unknown, is: number, over: Fields = {}): Case => ({
  code,
  event: { timestamp, ...over },
  sent: at,
  is,
});
const mapped = (
  code: LintCode,
  field: keyof MappingFields,
  given: unknown,
  sent: (element: ConversionEvent) => unknown,
  is?: unknown,
): Case => ({ code, event: { properties: { given } }, fields: { [field]: path('given') }, sent, is });

const CASES: readonly Case[] = [
  anEmail('email_not_text', 42),
  anEmail('email_not_text', { address: 'a@example.com' }),
  anEmail('email_empty', '  '),
  anEmail('email_nothing', 'undefined'),
  anEmail('email_nothing', 'NULL'),
  anEmail('email_nothing', '[object Object]'),
  anEmail('email_macro', '{{email}}'),
  anEmail('email_macro', '*|EMAIL|*'),
  anEmail('email_too_long', `${'a'.repeat(250)}@example.com`),
  anEmail('email_too_long', 'x'.repeat(10_000)),
  anEmail('email_no_address', 'john.doe'),
  anEmail('email_malformed', 'john@@example.com'),
  anEmail('email_malformed', 'john@example..com'),
  anEmail('email_domain', 'john@example'),
  anEmail('email_domain_reserved', 'john@shop.invalid'),
  anEmail('email_several', 'john.doe@example.com, jane@example.com'),
  anEmail('email_placeholder', 'test@acme.com'),
  anEmail('email_placeholder', 'Test@Example.com'),
  anEmail('email_placeholder', 'asdf@asdf.com'),
  anEmail('email_placeholder', 'aaaa@example.com'),
  anEmail('email_no_reply', 'no-reply@acme.com'),
  anEmail('email_white_space', 'john. doe@example.com', JOHNS_HASH),
  anEmail('email_invisible', 'john.doe\u200b@example.com', JOHNS_HASH),
  anEmail('email_escaped', 'john.doe&#64;example.com', JOHNS_HASH),
  anEmail('email_mailto', 'mailto:john.doe@example.com', JOHNS_HASH),
  anEmail('email_display_name', 'John Doe <john.doe@example.com>', JOHNS_HASH),
  anEmail('email_around', '(john.doe@example.com)', JOHNS_HASH),
  anEmail('email_url_encoded', 'john.doe%40example.com', JOHNS_HASH),
  anEmail('email_end', 'john.doe@example.com.', JOHNS_HASH),
  anEmail('email_hash_upper_case', JOHNS_HASH.toUpperCase(), JOHNS_HASH),
  anEmail('email_hash_prefix', `sha256:${JOHNS_HASH}`, JOHNS_HASH),
  anEmail('email_hash_of_nothing', sha256('')),
  anEmail('email_hash_of_nothing', sha256('undefined')),
  anEmail('email_hash_of_nothing', sha256('null').toUpperCase()),
  anEmail('email_hash_of_nothing', sha256(' ')),
  anEmail('email_hash_of_placeholder', sha256('test@test.com')),
  anEmail('email_hash_of_placeholder', sha256('test@example.com')),
  anEmail('email_hash_md5', '8eb1b522f60d11fa897de1dc6351b7e8'),
  anEmail('email_hash_sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'),
  anEmail('email_hash_length', JOHNS_HASH.slice(1)),
  anEmail('email_hash_length', `${JOHNS_HASH}a`),
  anEmail('email_hash_base64', 'g2+C25kSGzSBAR8WtJ36X7xxSg0bG5/nhKHr2/W5OVd='),

  aClick('click_id_not_text', 42),
  aClick('click_id_nothing', 'undefined'),
  aClick('click_id_nothing', 'li_fat_id'),
  aClick('click_id_macro', '{li_fat_id}'),
  aClick('click_id_macro', '%7Bli_fat_id%7D'),
  aClick('click_id_malformed', 'abc def'),
  aClick('click_id_malformed', '<script>'),
  aClick('click_id_too_long', 'a'.repeat(201)),
  aClick('click_id_end', `${CLICK}/`, CLICK),
  aClick('click_id_in_url', `https://shop.example/?li_fat_id=${CLICK}`, CLICK),

  anIp('ip_malformed', '999.999.999.999'),
  anIp('ip_malformed', 'localhost'),
  anIp('ip_v6', '2001:db8::1'),
  anIp('ip_private', '192.168.1.20'),
  anIp('ip_private', '10.0.0.1'),
  anIp('ip_private', '172.16.0.1'),
  anIp('ip_shared', '100.64.0.1'),
  anIp('ip_loopback', '127.0.0.1'),
  anIp('ip_reserved', '0.0.0.0'),
  anIp('ip_reserved', '169.254.1.1'),
  anIp('ip_reserved', '255.255.255.255'),
  anIp('ip_mapped', '::ffff:203.0.113.9', '203.0.113.9'),
  anIp('ip_port', '203.0.113.9:51234', '203.0.113.9'),
  anIp('ip_list', '10.0.0.1, 203.0.113.9, 198.51.100.1', '203.0.113.9'),

  aName('name_not_text', 42),
  aName('name_empty', ' '),
  aName('name_nothing', 'undefined'),
  aName('name_macro', '{{first_name}}'),
  aName('name_macro', '*|FNAME|*'),
  aName('name_email', 'john.doe@example.com'),
  aName('name_hash', JOHNS_HASH),
  aName('name_no_letters', '---'),
  aName('name_no_letters', '0049 30 1234'),
  aName('name_broken', 'Jane\ud83d'),
  aName('name_control', 'Jane\nMarie', 'Jane Marie'),
  aName('name_escaped', 'Zo&euml;', 'Zoë'),
  aName('name_too_long', 'J'.repeat(36), 'J'.repeat(35)),
  { code: 'name_half', event: { traits: { firstName: 'Jane' } }, sent: info },
  { code: 'user_info_without_names', event: { traits: { company: 'Acme' } }, sent: info },

  aTrait('company_not_text', 'companyName', 42),
  aTrait('company_nothing', 'companyName', 'n/a'),
  aTrait('company_macro', 'companyName', '{{company}}'),
  aTrait('company_email', 'companyName', 'sales@acme.com'),
  aTrait('company_email', 'companyName', 'sales@@acme.com'),
  aTrait('company_escaped', 'companyName', 'AT&amp;T', 'AT&T'),
  aTrait('company_invisible', 'companyName', '\u2066Acme\u2069', 'Acme'),
  aTrait('company_too_long', 'companyName', 'a'.repeat(256), 'a'.repeat(255)),
  aTrait('title_not_text', 'title', ['CTO', 'CIO']),
  aTrait('title_nothing', 'title', 'null'),
  aTrait('title_macro', 'title', '[title]'),
  aTrait('title_email', 'title', 'cto@acme.com'),
  aTrait('title_escaped', 'title', 'R&amp;D', 'R&D'),
  aTrait('title_invisible', 'title', 'C\u200bTO', 'CTO'),
  aTrait('title_too_long', 'title', 'a'.repeat(256), 'a'.repeat(255)),
  aTrait('country_not_text', 'countryCode', {}),
  aTrait('country_unknown', 'countryCode', 'ZZ'),
  aTrait('country_unknown', 'countryCode', 'Atlantis'),
  aTrait('country_lower_case', 'countryCode', 'de', 'DE'),
  aTrait('country_alpha3', 'countryCode', 'deu', 'DE'),
  aTrait('country_numeric', 'countryCode', 276, 'DE'),
  aTrait('country_numeric', 'countryCode', '40', 'AT'),
  aTrait('country_name', 'countryCode', 'Germany', 'DE'),
  aTrait('country_name', 'countryCode', 'united kingdom', 'GB'),
  aTrait('country_customary', 'countryCode', 'UK', 'GB'),
  aTrait('country_subdivision', 'countryCode', 'US-CA', 'US'),
  aTrait('country_locale', 'countryCode', 'de-AT', 'AT'),

  aValue('amount_not_number', { value: true }),
  aValue('amount_not_number', { total: {} }),
  aValue('amount_empty', { value: '' }),
  aValue('amount_unreadable', { revenue: 'abc' }),
  aValue('amount_unreadable', { revenue: 'NaN' }),
  aValue('amount_infinite', { value: Number.POSITIVE_INFINITY }),
  aValue('amount_negative', { value: -5 }),
  aValue('amount_too_large', { value: 1e21 }),
  aValue('amount_spelling', { value: '1.234,50 €' }, eur('1234.50')),
  aValue('amount_binary_dust', { value: 0.1 + 0.2 }, eur('0.30')),
  aValue('amount_rounded', { value: 448.753425 }, eur('448.75')),
  aValue('quantity_unreadable', { price: 5, quantity: 'many' }, eur('5.00')),
  aValue('product_without_price', { products: [{ price: 5 }, { sku: 'x' }] }, eur('5.00')),
  aValue('currency_not_text', { value: 5, currency: true }),
  aValue('currency_unknown', { value: 5, currency: 'XXQ' }),
  aValue('currency_ambiguous', { value: 5, currency: '$' }),
  aValue('currency_name', { value: 5, currency: 'Euro' }, eur('5.00')),
  aValue('currency_name', { value: 5, currency: 978 }, eur('5.00')),
  aValue('currency_sign', { value: 5, currency: '€' }, eur('5.00')),
  aValue('currency_spelling', { value: 5, currency: ' eur' }, eur('5.00')),
  aValue('currency_other', { value: '£5', currency: 'EUR' }),
  { code: 'currency_missing', event: { properties: { value: 5 } }, sent: value },

  aTime('time_seconds', (NOW - DAY_MS) / 1000, NOW - DAY_MS),
  aTime('time_without_zone', '2026-11-20T12:00:00', NOW - DAY_MS),
  aTime('time_day_only', '2026-11-20', NOW - 1.5 * DAY_MS),
  aTime('time_ahead', NOW + 60_000, NOW),
  aTime('time_of_arrival', 'yesterday', NOW),
  aTime('time_clock_wrong', NOW - 3_660_000, NOW - 60_000, { sentAt: NOW - 3_600_000 }),
  mapped('time_far_ahead', 'conversionHappenedAt', NOW + 2 * DAY_MS, at, NOW),
  mapped('time_far_ahead', 'conversionHappenedAt', '9999-12-31', at, NOW),
  aTime('time_finer_than_ms', (NOW - DAY_MS) * 1000, NOW - DAY_MS),
  aTime('time_zone_unknown', '2026-11-20 12:00:00 IST', NOW - DAY_MS),
  mapped('time_unreadable', 'conversionHappenedAt', 'yesterday', at, NOW),
  { code: 'time_too_old', event: { timestamp: NOW - 90 * DAY_MS }, sent: null },

  mapped('event_id_missing', 'eventId', '', ({ eventId }) => eventId, 'evt-1'),
  mapped('event_id_not_text', 'eventId', {}, ({ eventId }) => eventId, 'evt-1'),
  mapped('event_id_nothing', 'eventId', 'undefined', ({ eventId }) => eventId, 'evt-1'),
  {
    code: 'event_id_gap',
    event: { properties: {} },
    fields: { eventId: { '@template': 'order-{{properties.order_id}}' } },
    sent: ({ eventId }) => eventId,
    is: 'evt-1',
  },
  {
    code: 'event_id_gap',
    event: { properties: {} },
    fields: { eventId: { '@liquid': 'order-{{ properties.order_id }}' } },
    sent: ({ eventId }) => eventId,
    is: 'evt-1',
  },
  {
    code: 'id_template_gap',
    event: { properties: {} },
    fields: { externalIds: [{ '@template': 'crm-{{properties.contact}}' }] },
    sent: externalId,
  },
  {
    code: 'liquid_failed',
    event: { properties: { hash: '!' } },
    fields: { email: { '@liquid': '{{ properties.hash | base64_decode }}' } },
    sent: email,
  },
  {
    // Stored before disabled and unknown filters were refused.
    code: 'liquid_failed',
    event: { properties: { hash: '!' } },
    fields: { email: { '@liquid': '{{ properties.hash | sort }}' } },
    sent: email,
  },
  {
    code: 'liquid_filter_unknown',
    event: { properties: { order_id: 'A-1' } },
    fields: { eventId: { '@liquid': '{{ properties.order_id | nosuch }}' } },
    sent: ({ eventId }) => eventId,
    is: 'A-1',
  },
  { code: 'event_cut', event: { properties: { picture: 'x'.repeat(40_000), total: 5 } }, sent: value },
  {
    code: 'consent_unclear',
    event: { context: { consent: { analytics: 'maybe' } } },
    sent: ({ eventId }) => eventId,
    is: 'evt-1',
  },
  { code: 'message_id_nothing', event: { messageId: 'undefined' }, sent: ({ eventId }) => eventId, is: 'new' },
  mapped('event_id_email', 'eventId', 'john.doe@example.com', ({ eventId }) => eventId, JOHNS_HASH),
  mapped('event_id_too_long', 'eventId', 'x'.repeat(65), ({ eventId }) => eventId, sha256('x'.repeat(65))),

  { code: 'user_id_nothing', event: { userId: 'Unknown' }, config: { send_external_id: true }, sent: externalId },
  { code: 'user_id_nothing', event: { userId: 0 }, config: { send_external_id: true }, sent: externalId },
  { code: 'anonymous_id_nothing', event: { anonymousId: 'undefined' }, sent: externalId },

  mapped('acxiom_id_not_text', 'acxiomID', {}, idOf('ACXIOM_ID')),
  mapped('acxiom_id_nothing', 'acxiomID', 'null', idOf('ACXIOM_ID')),
  mapped('acxiom_id_email', 'acxiomID', 'a@example.com', idOf('ACXIOM_ID')),
  mapped('acxiom_id_too_long', 'acxiomID', 'x'.repeat(257), idOf('ACXIOM_ID')),
  mapped('oracle_id_not_text', 'oracleID', true, idOf('ORACLE_MOAT_ID')),
  mapped('oracle_id_nothing', 'oracleID', '{{moat}}', idOf('ORACLE_MOAT_ID')),
  mapped('oracle_id_email', 'oracleID', 'a@example.com', idOf('ORACLE_MOAT_ID')),
  mapped('oracle_id_too_long', 'oracleID', 'x'.repeat(257), idOf('ORACLE_MOAT_ID')),
  mapped('external_id_not_text', 'externalIds', {}, externalId),
  mapped('external_id_nothing', 'externalIds', 'undefined', externalId),
  mapped('external_id_email', 'externalIds', 'a@example.com', externalId),
  {
    code: 'external_id_email',
    event: { userId: 'a@example.com' },
    config: { send_external_id: true },
    sent: externalId,
  },
  mapped('external_id_too_long', 'externalIds', 'x'.repeat(257), externalId),
  mapped('external_id_several', 'externalIds', ['crm-1', 'crm-2'], externalId, ['crm-1']),
  mapped('google_aid_zero', 'googleAID', '00000000-0000-0000-0000-000000000000', idOf('GOOGLE_AID')),
  mapped('google_aid_malformed', 'googleAID', 'abc', idOf('GOOGLE_AID')),
  mapped(
    'google_aid_upper_case',
    'googleAID',
    'CDDA802E-FB9C-47AD-9866-0794D394C912',
    idOf('GOOGLE_AID'),
    'cdda802e-fb9c-47ad-9866-0794d394c912',
  ),
  mapped(
    'lead_urn_doubled',
    'leadId',
    'urn:li:leadGenFormResponse:urn:li:leadGenFormResponse:c1-8',
    lead,
    'urn:li:leadGenFormResponse:c1-8',
  ),
  mapped('lead_other_urn', 'leadId', 'urn:li:lead:1', lead),
  mapped('lead_malformed', 'leadId', 'a b', lead),

  {
    code: 'mapping_too_costly',
    event: { properties: { text: 'a'.repeat(20_000) } },
    fields: { email: { '@template': '{{properties.text}}{{properties.text}}' } },
    sent: null,
  },
  { code: 'nobody_left', event: { properties: { li_fat_id: '{li_fat_id}' } }, sent: null },
  { code: 'nobody_left', event: { properties: { li_fat_id: '' }, traits: { email: 'test@test.com' } }, sent: null },
  {
    code: 'ip_alone',
    event: { properties: { li_fat_id: '' }, context: { ip: '203.0.113.9' } },
    config: { send_ip: true },
    sent: null,
  },
];

/** Processes an event as the collector does. */
async function received({ event, config, fields }: Pick<Case, 'event' | 'config' | 'fields'>): Promise<Receipt> {
  const properties = { li_fat_id: CLICK, ...Object(event['properties']) };
  const { parsed, rejected } = parseEvents(
    [{ type: 'track', event: 'Lead', messageId: 'evt-1', ...event, properties }],
    {
      sentAt: undefined,
      isFromPage: true,
      nowMs: NOW,
      newId: () => 'new',
    },
  );
  const [first] = parsed;
  if (first === undefined) throw new Error(`The event was rejected: ${rejected[0]?.detail}`);
  const lint = [...first.lint];
  const identity = await identityOf(first.event, (code) => lint.push(code));
  const { ip } = first.event.context;
  const mapping = {
    id: 'map_1',
    name: 'Leads',
    enabled: true,
    trigger: 'type = "track"',
    conversion_rule_id: '1001',
    fields: fields ?? {},
    default_value: null,
  };
  return ingest(
    first.event,
    {
      messageId: first.messageId,
      happenedAtMs: first.happenedAtMs,
      receivedAtMs: NOW,
      identity,
      cookies: { click: undefined, liFatId: undefined },
      // The collector only passes a text here.
      ip: typeof ip === 'string' ? ip : undefined,
      consent: { categories: { advertising: true }, policy: 'denied', country: 'DE' },
      lint,
    },
    aSourceConfig(
      anIntegration({
        config: {
          ...(fields === undefined
            ? { conversion_rule_id: { Lead: '1001' } }
            : { conversion_rule_id: {}, mappings: [mapping] }),
          ...config,
        },
      }),
    ),
  );
}

describe('the linter', () => {
  it('has at least 60 rules, and a case for each', () => {
    const codes = Object.keys(LINT_RULES);

    expect(codes.length).toBeGreaterThanOrEqual(60);
    expect([...new Set(CASES.map(({ code }) => code))].toSorted()).toEqual(codes.toSorted());
  });

  it.each(CASES.map((given, index) => ({ ...given, index })))(
    'reports $code ($index), and acts on it',
    async (given) => {
      const { deliveries, lint, ruleLint } = await received(given);

      expect(lint).toContain(given.code);
      expect(ruleLint).toEqual([
        { integrationId: 'int_1', ruleId: '1001', codes: expect.arrayContaining([given.code]) },
      ]);
      const { action } = LINT_RULES[given.code];
      expect(action === 'skipped').toBe(given.sent === null);
      // A fixed value is still sent, and a removed one isn't.
      expect(action === 'fixed' ? given.is : 'there').toBeDefined();
      expect(deliveries.map(({ element }) => element && given.sent?.(element))).toEqual(
        given.sent === null ? [] : [given.is],
      );
    },
  );

  it('finds nothing in a correct event', async () => {
    const { lint, deliveries } = await received({
      event: {
        timestamp: new Date(NOW).toISOString(),
        userId: 'crm-42',
        properties: { value: 149.99, currency: 'EUR' },
        traits: { email: 'john.doe@example.com', ...JANE, company: 'Acme', title: 'CTO', country: 'DE' },
        context: { ip: '203.0.113.9' },
      },
      config: { send_ip: true, send_external_id: true },
    });

    expect(lint).toEqual([]);
    expect(deliveries[0]?.element?.user.userIds).toEqual([
      EMAIL,
      CLICKED,
      { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.9' },
    ]);
  });

  it('lets an event through when a useful part remains', async () => {
    const blocked: LintCode[] = [];
    for (const given of CASES) {
      const { deliveries } = await received(given);
      if (deliveries.length === 0) blocked.push(given.code);
    }

    expect([...new Set(blocked)]).toEqual(['time_too_old', 'mapping_too_costly', 'nobody_left', 'ip_alone']);
  });

  it('never repeats the value in a finding', async () => {
    const { deliveries: _, ...kept } = await received({
      event: {
        traits: { email: 'zyx@', firstName: 'zyx@example.com', country: 'zyxland' },
        properties: { value: 'zyx' },
      },
    });

    expect(kept.lint.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(kept)).not.toContain('zyx');
  });

  it.each(['', 'undefined', 'null', 'test@test.com', ' '])('never sends the hash of %j', async (text) => {
    const { deliveries } = await received({ event: { traits: { email: sha256(text) } } });

    expect(JSON.stringify(deliveries)).not.toContain(sha256(text));
  });
});

/** Values of every kind: those of the table above, and any JSON. */
const aValueOfAnyKind = oneof(
  constantFrom(...CASES.flatMap(({ event }) => leavesOf(event))),
  jsonValue({ maxDepth: 1 }),
  string({ unit: 'binary', maxLength: 300 }),
  constantFrom('john.doe@example.com', 'Jane', 'Doe', 'DE', 'EUR', 149.99, 'click-1', '203.0.113.9'),
);

function leavesOf(tree: unknown): unknown[] {
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(leavesOf) : [tree];
}

/** Checks that an element has nothing that LinkedIn would accept but couldn't match. */
function isSensible({ conversionHappenedAt, conversionValue, user, eventId }: ConversionEvent): boolean {
  const { firstName = 'x', lastName = 'x', countryCode = 'DE', companyName = '', title = '' } = user.userInfo ?? {};
  const isId = ({ idType, idValue }: ConversionEvent['user']['userIds'][number]): boolean => {
    switch (idType) {
      case 'SHA256_IP_ADDRESS':
      case 'SHA256_EMAIL':
        return /^[\da-f]{64}$/.test(idValue) && idValue !== sha256('') && idValue !== sha256('undefined');
      case 'PLAINTEXT_IP_ADDRESS':
        return /^\d+(\.\d+){3}$/.test(idValue) && !/^(10|127|0|192\.168)\./.test(idValue);
      case 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID':
        return /^[\w.~-]{1,200}$/.test(idValue);
      case 'GOOGLE_AID':
        return /^[\da-f-]{36}$/.test(idValue);
      case 'ACXIOM_ID':
      case 'ORACLE_MOAT_ID':
        return idValue !== '' && idValue.length <= 256;
    }
  };
  const texts = [firstName, lastName, companyName, title, ...(user.externalIds ?? [])];
  return (
    Number.isInteger(conversionHappenedAt) &&
    conversionHappenedAt <= NOW &&
    conversionHappenedAt > NOW - 90 * DAY_MS &&
    (conversionValue === undefined ||
      (/^\d+(\.\d+)?$/.test(conversionValue.amount) && /^[A-Z]{3}$/.test(conversionValue.currencyCode))) &&
    user.userIds.every(isId) &&
    /^[A-Z]{2}$/.test(countryCode) &&
    [firstName, lastName].every((text) => text.length <= 35 && /\p{L}/u.test(text)) &&
    texts.every((text) => !/\S@\S+\.\S/.test(text) && text.isWellFormed()) &&
    eventId.length > 0 &&
    eventId.length <= 64 &&
    !eventId.includes('@example.com')
  );
}

it("sends nothing that LinkedIn couldn't match, whatever arrives", async () => {
  const fields = (...names: string[]) =>
    record(Object.fromEntries(names.map((name) => [name, aValueOfAnyKind])), { requiredKeys: [] });
  const anEvent = record({
    traits: fields('email', 'firstName', 'lastName', 'company', 'title', 'country', 'address'),
    properties: fields('li_fat_id', 'value', 'price', 'quantity', 'products', 'currency', 'email', 'id', 'at', 'ids'),
    context: fields('ip', 'li_fat_id'),
  });
  const mapping: MappingFields = {
    eventId: path('id'),
    acxiomID: path('id'),
    oracleID: path('ids'),
    googleAID: path('id'),
    externalIds: path('ids'),
    leadId: path('id'),
    conversionHappenedAt: path('at'),
  };
  let sent = 0;

  await assert(
    asyncProperty(anEvent, constantFrom(undefined, mapping), async (event, fieldsOfMapping) => {
      const { deliveries } = await received({
        event,
        config: { send_ip: true },
        ...(fieldsOfMapping !== undefined && { fields: fieldsOfMapping }),
      });
      sent += deliveries.length;

      expect(deliveries.filter(({ element }) => element !== undefined && !isSensible(element))).toEqual([]);
    }),
    { numRuns: 500 },
  );

  expect(sent).toBeGreaterThan(100);
});

describe("the linter's table", () => {
  it.each(Object.entries(LINT_RULES))('says what %s means, and what to do', (_, { sentence, remedy, field }) => {
    for (const text of [sentence, remedy]) {
      expect(text).toMatch(/^[A-Z].*[.…]$/u);
      expect(text.length).toBeLessThan(120);
    }
    expect(field).toMatch(/^[a-zA-Z.]+$/);
  });
});
