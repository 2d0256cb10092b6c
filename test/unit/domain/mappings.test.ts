import { describe, expect, it } from 'vitest';

import type { EventFacts } from '../../../worker/domain/collect/decide-for.ts';
import { ingest } from '../../../worker/domain/collect/ingest.ts';
import { EventWork } from '../../../worker/domain/fql/work-budget.ts';
import { askTriggers } from '../../../worker/domain/rules/ask-triggers.ts';
import { readyMappings } from '../../../worker/domain/rules/ready-mappings.ts';
import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import type { Mapping, MappingFields } from '../../../worker/schema/settings/mapping.ts';
import { aSourceConfig, anIntegration } from '../support/a-source-config.ts';
import { aPage, aTrack, anIdentify, DAY_MS, JOHNS_HASH, NOW } from '../support/an-event.ts';

const aMapping = (over: Partial<Mapping> = {}): Mapping => ({
  id: 'map_1',
  name: 'Purchases',
  enabled: true,
  trigger: 'type = "track"',
  conversion_rule_id: '987654',
  fields: {},
  default_value: null,
  ...over,
});

const facts = (over: Partial<EventFacts> = {}): EventFacts => ({
  messageId: 'evt-1',
  happenedAtMs: NOW,
  receivedAtMs: NOW,
  identity: { emailSha256: JOHNS_HASH },
  cookies: { click: undefined, liFatId: undefined },
  ip: '203.0.113.9',
  consent: { categories: { advertising: true }, policy: 'denied', country: 'DE' },
  ...over,
});

type Config = NonNullable<Parameters<typeof anIntegration>[0]>['config'];

const conversionsOf = async (
  event: Event,
  mappings: Mapping[],
  over: Partial<EventFacts> = {},
  config: Config = {},
) => {
  const integration = anIntegration({ config: { conversion_rule_id: {}, mappings, ...config } });
  return ingest(event, facts(over), aSourceConfig(integration));
};

/** What LinkedIn gets for an event with one mapping that has these fields. */
const elementFor = async (
  event: Event,
  fields: MappingFields,
  over: Partial<EventFacts> = {},
  config: Config = {},
): Promise<ConversionEvent | undefined> => {
  const { deliveries } = await conversionsOf(event, [aMapping({ fields })], over, config);
  return deliveries[0]?.element;
};

const idsOf = (element: ConversionEvent | undefined) =>
  Object.fromEntries((element?.user.userIds ?? []).map(({ idType, idValue }) => [idType, idValue]));

const path = (text: string) => ({ '@path': text });
const nobody = { identity: {} };

describe('the fields of Segment\'s "Stream Conversion Event", under Segment\'s names', () => {
  describe('Timestamp', () => {
    it.each([
      ["the event's time by default", {}, {}, NOW],
      ['epoch milliseconds', { at: NOW - 1000 }, { conversionHappenedAt: path('$.properties.at') }, NOW - 1000],
      [
        'milliseconds in a text',
        { at: String(NOW - 1000) },
        { conversionHappenedAt: path('$.properties.at') },
        NOW - 1000,
      ],
      [
        'seconds, without adding "000"',
        { at: NOW / 1000 - 60 },
        { conversionHappenedAt: path('$.properties.at') },
        NOW - 60_000,
      ],
      [
        'ISO 8601',
        { at: '2026-11-21T10:00:00Z' },
        { conversionHappenedAt: path('$.properties.at') },
        Date.UTC(2026, 10, 21, 10),
      ],
      ['a little in the future', { at: NOW + 60_000 }, { conversionHappenedAt: path('$.properties.at') }, NOW],
      [
        "the event's time instead of one far in the future",
        { at: NOW + 9 * DAY_MS },
        { conversionHappenedAt: path('$.properties.at') },
        NOW,
      ],
      ["the event's time instead of nonsense", { at: 'soon' }, { conversionHappenedAt: path('$.properties.at') }, NOW],
      ["the event's time instead of a missing one", {}, { conversionHappenedAt: path('$.properties.at') }, NOW],
    ])('is %s', async (_, properties, fields, expected) => {
      expect((await elementFor(aTrack({ properties }), fields))?.conversionHappenedAt).toBe(expected);
    });

    it("is the event's own time on our clock when mapped as Segment does by default", async () => {
      const event: Event = { ...aTrack(), timestamp: '2026-11-21T09:00:00Z' };

      const element = await elementFor(event, { conversionHappenedAt: path('$.timestamp') }, { happenedAtMs: NOW - 5 });

      expect(element?.conversionHappenedAt).toBe(NOW - 5);
    });

    it('decides whether an event is too old', async () => {
      const event = aTrack({ properties: { at: NOW - 91 * DAY_MS } });

      const receipt = await conversionsOf(event, [
        aMapping({ fields: { conversionHappenedAt: path('$.properties.at') } }),
      ]);

      expect(receipt).toMatchObject({ deliveries: [], skipReason: 'too_old' });
    });
  });

  describe('Conversion Value', () => {
    const halves = { currencyCode: path('$.properties.cur'), amount: path('$.properties.worth') };

    it.each([
      [
        "the document's example",
        {},
        { conversionValue: { currencyCode: 'USD', amount: '50.0' } },
        {},
        { currencyCode: 'USD', amount: '50.00' },
      ],
      ['the default', { total: 5, currency: 'EUR' }, {}, {}, { currencyCode: 'EUR', amount: '5.00' }],
      [
        'amount and currency both mapped',
        { worth: '1.234,50 €', cur: 'eur' },
        { conversionValue: halves },
        {},
        { currencyCode: 'EUR', amount: '1234.50' },
      ],
      [
        'the mapped amount with the default currency',
        { worth: 5, currency: 'JPY' },
        { conversionValue: { amount: halves.amount } },
        {},
        { currencyCode: 'JPY', amount: '5' },
      ],
      [
        'the mapped currency with the default amount',
        { total: 5, cur: 'CHF' },
        { conversionValue: { currencyCode: halves.currencyCode } },
        {},
        { currencyCode: 'CHF', amount: '5.00' },
      ],
      [
        'one directive for the whole object',
        { v: { amount: 7, currencyCode: 'USD' } },
        { conversionValue: path('$.properties.v') },
        {},
        { currencyCode: 'USD', amount: '7.00' },
      ],
      [
        'one directive that gives a number',
        { v: 7, currency: 'USD' },
        { conversionValue: path('$.properties.v') },
        {},
        { currencyCode: 'USD', amount: '7.00' },
      ],
      [
        'the default currency',
        { worth: 5 },
        { conversionValue: halves },
        { default_currency: 'EUR' },
        { currencyCode: 'EUR', amount: '5.00' },
      ],
      ['missing without an amount', { cur: 'EUR' }, { conversionValue: halves }, {}, undefined],
      ['missing without a currency', { worth: 5 }, { conversionValue: halves }, {}, undefined],
      ['missing for nonsense', { worth: 'abc', cur: 'EUR' }, { conversionValue: halves }, {}, undefined],
      ['missing for a refund', { worth: -5, cur: 'EUR' }, { conversionValue: halves }, {}, undefined],
      ['missing when it is null', { total: 5, currency: 'EUR' }, { conversionValue: null }, {}, undefined],
    ])('is %s', async (_, properties, fields, config, expected) => {
      const element = await elementFor(aTrack({ properties }), fields, {}, config);

      // The conversion is sent, whatever the value is.
      expect(element).toBeDefined();
      expect(element?.conversionValue).toEqual(expected);
    });

    it.each([
      ['the amount is missing', {}, { amount: 50, currency: 'EUR' }, {}, { currencyCode: 'EUR', amount: '50.00' }],
      [
        'the amount is nonsense',
        { total: 'abc', currency: 'USD' },
        { amount: '50' },
        {},
        { currencyCode: 'USD', amount: '50.00' },
      ],
      [
        'only a default currency is known',
        {},
        { amount: '50.5' },
        { default_currency: 'CHF' },
        { currencyCode: 'CHF', amount: '50.50' },
      ],
      [
        'the event has a value',
        { total: 5, currency: 'EUR' },
        { amount: 50, currency: 'EUR' },
        {},
        { currencyCode: 'EUR', amount: '5.00' },
      ],
      ['the event is a refund', { total: -5, currency: 'EUR' }, { amount: 50, currency: 'EUR' }, {}, undefined],
      ['no currency is known', {}, { amount: 50 }, {}, undefined],
    ])(
      "uses the mapping's default value, or doesn't, when %s",
      async (_, properties, default_value, config, expected) => {
        const { deliveries } = await conversionsOf(aTrack({ properties }), [aMapping({ default_value })], {}, config);

        expect(deliveries[0]?.element?.conversionValue).toEqual(expected);
      },
    );
  });

  describe('Event ID', () => {
    it.each([
      ['the messageId by default', {}, {}, 'evt-1'],
      ["the messageId, through Segment's default mapping", {}, { eventId: path('$.messageId') }, 'evt-1'],
      ['the mapped value', { order_id: 'A-1001' }, { eventId: path('$.properties.order_id') }, 'A-1001'],
      ['a number', { order_id: 1001 }, { eventId: path('$.properties.order_id') }, '1001'],
      ['a template', { order_id: 1001 }, { eventId: { '@template': 'order-{{properties.order_id}}' } }, 'order-1001'],
      ['the messageId instead of a missing value', {}, { eventId: path('$.properties.order_id') }, 'evt-1'],
      ['the messageId when the mapping gives no value', {}, { eventId: null }, 'evt-1'],
      [
        'the messageId instead of a blank value',
        { order_id: ' ' },
        { eventId: path('$.properties.order_id') },
        'evt-1',
      ],
    ])('is %s', async (_, properties, fields, expected) => {
      const { deliveries } = await conversionsOf(aTrack({ properties }), [aMapping({ fields })]);

      expect(deliveries[0]?.eventId).toBe(expected);
      expect(deliveries[0]?.element?.eventId).toBe(expected);
    });

    it('is a hash when it is too long for LinkedIn', async () => {
      const event = aTrack({ properties: { order_id: 'x'.repeat(65) } });

      expect((await elementFor(event, { eventId: path('$.properties.order_id') }))?.eventId).toMatch(/^[0-9a-f]{64}$/);
    });
  });

  describe('Email', () => {
    it.each([
      ['the known one by default', {}, {}, JOHNS_HASH],
      [
        'hashed, lower case and without white space',
        { mail: ' John.Doe@Example.com ' },
        { email: path('$.properties.mail') },
        JOHNS_HASH,
      ],
      [
        'an existing hash, unchanged',
        { mail: JOHNS_HASH.toUpperCase() },
        { email: path('$.properties.mail') },
        JOHNS_HASH,
      ],
    ])('is %s', async (_, properties, fields, expected) => {
      expect(idsOf(await elementFor(aTrack({ properties }), fields))).toEqual({ SHA256_EMAIL: expected });
    });

    it.each([
      ['missing', {}, { email: path('$.properties.mail') }],
      ['not an address', { mail: 'nobody' }, { email: path('$.properties.mail') }],
      ['white space', { mail: '  ' }, { email: path('$.properties.mail') }],
      ['disabled with null', {}, { email: null }],
    ])('is left out when it is %s, and the click ID is enough', async (_, properties, fields) => {
      const event = aTrack({ properties: { ...properties, li_fat_id: 'click-1' } });

      expect(idsOf(await elementFor(event, fields))).toEqual({ LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID: 'click-1' });
    });
  });

  it.each([
    ['is the click ID by default', { li_fat_id: 'click-1' }, {}, 'click-1'],
    [
      'is the mapped value',
      { li: 'click-2', li_fat_id: 'click-1' },
      { linkedInUUID: path('$.properties.li') },
      'click-2',
    ],
    ["is left out when it isn't a click ID", { li: 'no id!' }, { linkedInUUID: path('$.properties.li') }, undefined],
  ])('LinkedIn First Party Ads Tracking UUID %s', async (_, properties, fields, expected) => {
    const ids = idsOf(await elementFor(aTrack({ properties }), fields));

    expect(ids['LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID']).toBe(expected);
  });

  it('Acxiom ID is sent as ACXIOM_ID, as LinkedIn spells it, and is enough by itself', async () => {
    const event = aTrack({ properties: { liveramp: 'Xi-1' } });

    expect(idsOf(await elementFor(event, { acxiomID: path('$.properties.liveramp') }, nobody))).toEqual({
      ACXIOM_ID: 'Xi-1',
    });
  });

  it('Oracle ID is sent as ORACLE_MOAT_ID when it is mapped', async () => {
    const element = await elementFor(aTrack({ properties: { moat: 42 } }), { oracleID: path('$.properties.moat') });

    expect(idsOf(element)).toEqual({ SHA256_EMAIL: JOHNS_HASH, ORACLE_MOAT_ID: '42' });
  });

  describe('User Info', () => {
    it('contains nothing from a person known by another e-mail than the mapped one (B8)', async () => {
      const known = { emailSha256: JOHNS_HASH, firstName: 'John', lastName: 'Doe', userId: 'john' };
      const event = aTrack({ properties: { work: 'user@example.com' } });
      const email = { email: path('$.properties.work') };

      const element = await elementFor(event, email, { identity: known }, { send_external_id: true });
      const same = await elementFor(aTrack({ properties: { work: 'john.doe@example.com' } }), email, {
        identity: known,
      });

      expect(element?.user.userInfo).toBeUndefined();
      expect(element?.user).not.toHaveProperty('externalIds');
      expect(idsOf(element)['SHA256_EMAIL']).toMatch(/^b4c9/);
      expect(same?.user.userInfo).toMatchObject({ firstName: 'John', lastName: 'Doe' });
    });

    const userInfo = {
      firstName: path('$.properties.first'),
      lastName: path('$.properties.last'),
      companyName: path('$.properties.firm'),
      title: path('$.properties.role'),
      countryCode: path('$.properties.land'),
    };
    const john = { first: ' John ', last: 'Doe', firm: 'Acme', role: 'CTO', land: 'us' };
    const full = { firstName: 'John', lastName: 'Doe', companyName: 'Acme', title: 'CTO', countryCode: 'US' };

    it('is enough by itself, with an empty list of IDs', async () => {
      const element = await elementFor(aTrack({ properties: john }), { userInfo }, nobody);

      expect(element?.user).toEqual({ userIds: [], userInfo: full });
    });

    it.each([
      [
        'one directive for the whole object',
        { who: { firstName: 'John', lastName: 'Doe' } },
        { userInfo: path('$.properties.who') },
        { firstName: 'John', lastName: 'Doe' },
      ],
      [
        'one mapped part, and defaults for the rest',
        { firm: 'Acme' },
        { userInfo: { companyName: userInfo.companyName } },
        { firstName: 'Known', lastName: 'Person', companyName: 'Acme' },
      ],
      ['left out when it is null', {}, { userInfo: null }, undefined],
      ['left out with only half a name', { first: 'John' }, { userInfo }, undefined],
    ])('is %s', async (_, properties, fields, expected) => {
      const known = { identity: { emailSha256: JOHNS_HASH, firstName: 'Known', lastName: 'Person' } };

      const element = await elementFor(aTrack({ properties }), fields, known);

      // A missing name never loses the event.
      expect(idsOf(element)).toEqual({ SHA256_EMAIL: JOHNS_HASH });
      expect(element?.user.userInfo).toEqual(expected);
    });

    it('has no country from an unknown code', async () => {
      const element = await elementFor(aTrack({ properties: { ...john, land: 'Atlantis' } }), { userInfo }, nobody);

      expect(element?.user.userInfo).not.toHaveProperty('countryCode');
    });
  });

  it('Existing Conversion Rule ID accepts a number or a URN, and never adds a second prefix', async () => {
    for (const conversion_rule_id of ['987654', 'urn:lla:llaPartnerConversion:987654']) {
      const { deliveries } = await conversionsOf(aTrack(), [aMapping({ conversion_rule_id })]);

      expect(deliveries[0]?.element?.conversion).toBe('urn:lla:llaPartnerConversion:987654');
    }
  });
});

describe("fields that Segment doesn't have", () => {
  it('externalIds: sends the first of several, because LinkedIn reads no more', async () => {
    const event = aTrack({ properties: { ids: ['', 'crm-1', 'crm-2'] } });

    const element = await elementFor(event, { externalIds: path('$.properties.ids') }, nobody);

    expect(element?.user).toEqual({ userIds: [], externalIds: ['crm-1'] });
  });

  it.each([['c1fdfdc3-8'], ['urn:li:leadGenFormResponse:c1fdfdc3-8']])(
    'leadId %s is enough, and is sent as a URN',
    async (lead) => {
      const element = await elementFor(aTrack({ properties: { lead } }), { leadId: path('$.properties.lead') }, nobody);

      expect(element?.user).toEqual({ userIds: [], lead: 'urn:li:leadGenFormResponse:c1fdfdc3-8' });
    },
  );

  it.each(['', ' ', 'urn:li:leadGenFormResponse:', 'urn:li:person:1', 'a b', null, {}])(
    'leadId %j is ignored',
    async (lead) => {
      const receipt = await conversionsOf(
        aTrack({ properties: { lead } }),
        [aMapping({ fields: { leadId: path('$.properties.lead') } })],
        nobody,
      );

      expect(receipt.skipReason).toBe('no_identity');
    },
  );

  it.each([
    ['38400000-8CF0-11BD-B23E-10B96E40000D', { GOOGLE_AID: '38400000-8cf0-11bd-b23e-10b96e40000d' }],
    ['00000000-0000-0000-0000-000000000000', {}],
    ['phone', {}],
  ])('googleAID %s', async (aid, expected) => {
    const element = await elementFor(
      aTrack({ properties: { aid } }),
      { googleAID: path('$.properties.aid'), email: null },
      { identity: { firstName: 'A', lastName: 'B' } },
    );

    expect(idsOf(element)).toEqual(expected);
  });
});

describe('mappings', () => {
  const ruleIdsOf = async (event: Event, mappings: Mapping[], config: Config = {}) =>
    (await conversionsOf(event, mappings, {}, config)).deliveries.map(({ ruleId }) => ruleId);

  it('fire by their triggers, and several can fire at once', async () => {
    const event = aTrack({ properties: { total: 150 } });

    expect(
      await ruleIdsOf(event, [
        aMapping({ trigger: 'properties.total > 100', conversion_rule_id: '1' }),
        aMapping({ trigger: 'properties.total > 1000', conversion_rule_id: '2' }),
        aMapping({ trigger: 'event = "Order Completed"', conversion_rule_id: '3' }),
        aMapping({ enabled: false, conversion_rule_id: '4' }),
      ]),
    ).toEqual(['1', '3']);
  });

  it('also fire for page and identify events, never for group, alias and screen', async () => {
    const any = [aMapping({ trigger: 'type != null' })];

    expect(await ruleIdsOf(aPage(), any)).toEqual(['987654']);
    expect(await ruleIdsOf(anIdentify({}), any)).toEqual(['987654']);
    expect(await ruleIdsOf({ ...aPage(), type: 'group' }, any)).toEqual([]);
    expect((await conversionsOf({ ...aPage(), type: 'alias' }, any)).skipReason).toBe('unsupported_type');
  });

  it('fire each rule once for an event; the first mapping wins, and the shorthand comes last', async () => {
    const mappings = [
      aMapping({ fields: { eventId: 'first' } }),
      aMapping({ fields: { eventId: 'second' }, conversion_rule_id: 'urn:lla:llaPartnerConversion:987654' }),
    ];
    const config = { conversion_rule_id: { 'Order Completed': ['1001', '987654'] } };

    const { deliveries } = await conversionsOf(aTrack(), mappings, {}, config);

    expect(deliveries.map(({ ruleId, eventId }) => [ruleId, eventId])).toEqual([
      ['987654', 'first'],
      ['1001', 'evt-1'],
    ]);
  });

  it('can send with one mapping when another has nobody to send', async () => {
    const mappings = [aMapping({ fields: { email: null } }), aMapping({ conversion_rule_id: '2' })];

    const { deliveries, skipReason } = await conversionsOf(aTrack(), mappings);

    expect(deliveries.map(({ ruleId }) => ruleId)).toEqual(['2']);
    expect(skipReason).toBeUndefined();
  });

  it('are compiled once, and read each field once, however many use it', () => {
    const mappings = Array.from({ length: 50 }, (_, index) =>
      aMapping({
        trigger: `type = "track" and event = "Event ${index}" and properties.total > ${index} or contains(properties.plan, "p${index}")`,
      }),
    );
    let asked = 0;
    const properties = { total: 150, plan: 'free' };
    Object.defineProperty(properties, 'plan', { enumerable: true, get: () => (asked += 1) && 'free' });

    const { fired, trace } = askTriggers(
      aTrack({ properties }),
      { mappings },
      'what_is_known',
      new EventWork({ mappings: 50 }),
    );

    expect(fired).toEqual([]);
    // Each condition reads the field once, and the trace reads it once more. `npm run bench -- mapping` measures the microseconds.
    expect(asked).toBe(51);
    expect(Object.keys(trace?.seen ?? {})).toEqual(['type', 'event', 'properties.total', 'properties.plan']);
    expect(readyMappings(mappings)).toBe(readyMappings(mappings));
  });
});
