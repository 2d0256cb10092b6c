// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import { describe, expect, it } from 'vitest';

import { ingest } from '../../../worker/domain/collect/ingest.ts';
import { identityOf } from '../../../worker/domain/identity/identity.ts';
import { mappingProblems } from '../../../worker/domain/rules/mapping-problems.ts';
import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import type { Mapping } from '../../../worker/schema/settings/mapping.ts';
import { aSourceConfig, anIntegration } from '../support/a-source-config.ts';
import { aTrack, DAY_MS, JOHNS_HASH, NOW } from '../support/an-event.ts';

/** A mapping's fields, copied as Segment fills them in. */
const SEGMENTS_DEFAULTS = {
  conversionHappenedAt: { '@path': '$.timestamp' },
  conversionValue: { currencyCode: { '@path': '$.properties.currency' }, amount: { '@path': '$.properties.revenue' } },
  eventId: { '@path': '$.messageId' },
  email: {
    '@if': {
      exists: { '@path': '$.traits.email' },
      then: { '@path': '$.traits.email' },
      else: { '@path': '$.context.traits.email' },
    },
  },
  userInfo: {
    firstName: { '@path': '$.context.traits.first_name' },
    lastName: { '@path': '$.context.traits.last_name' },
  },
};

const aMapping = (fields: Mapping['fields'], over: Partial<Mapping> = {}): Mapping => ({
  id: 'map_1',
  name: 'Leads',
  enabled: true,
  trigger: 'type = "track"',
  conversion_rule_id: '987654',
  fields,
  default_value: null,
  ...over,
});

/** Returns what LinkedIn gets for an event through a mapping, as the collector decides it. */
const sent = async (event: Event, mapping: Mapping): Promise<ConversionEvent | undefined> => {
  const { deliveries } = await ingest(
    event,
    {
      messageId: 'm-1',
      happenedAtMs: NOW,
      receivedAtMs: NOW,
      identity: await identityOf(event),
      cookies: { click: undefined, liFatId: undefined },
      ip: undefined,
      consent: { categories: { advertising: true }, policy: 'denied', country: 'DE' },
    },
    aSourceConfig(anIntegration({ config: { conversion_rule_id: {}, mappings: [mapping] } })),
  );
  return deliveries[0]?.element;
};

const john = { email: 'john.doe@example.com' };
const path = (text: string) => ({ '@path': text });
const emailOf = (element: ConversionEvent | undefined) =>
  element?.user.userIds.find(({ idType }) => idType === 'SHA256_EMAIL')?.idValue;

describe("this trap of Segment's destination doesn't exist here:", () => {
  it('its default fields refuse a lead without revenue and currency', async () => {
    const element = await sent(aTrack({ traits: john }), aMapping(SEGMENTS_DEFAULTS));

    expect(element).toMatchObject({ eventId: 'm-1', conversionHappenedAt: NOW });
    expect(element).not.toHaveProperty('conversionValue');
  });

  it.each([
    ['by default', {}],
    ["with Segment's fields", SEGMENTS_DEFAULTS],
  ])("an e-mail only in context.traits isn't found, %s", async (_, fields) => {
    const event = aTrack({ context: { traits: john } });

    expect(emailOf(await sent(event, aMapping(fields)))).toBe(JOHNS_HASH);
  });

  it('ACXIOM_ID is misspelt, which loses the whole batch', async () => {
    const element = await sent(aTrack({ properties: { id: 'x' } }), aMapping({ acxiomID: path('$.properties.id') }));

    expect(element?.user.userIds).toEqual([{ idType: 'ACXIOM_ID', idValue: 'x' }]);
  });

  it.each([
    [' John.Doe@Example.com ', JOHNS_HASH],
    [JOHNS_HASH.toUpperCase(), JOHNS_HASH],
    ['   ', undefined],
    ['', undefined],
  ])('the e-mail %j becomes another hash', async (mail, hash) => {
    const event = aTrack({ properties: { mail, li_fat_id: 'click-1' } });

    expect(emailOf(await sent(event, aMapping({ email: path('$.properties.mail') })))).toBe(hash);
  });

  it.each([
    ['a time in the future is sent', NOW + 60_000, NOW],
    ['seconds are read as 1970', NOW / 1000 - 3600, NOW - 3_600_000],
    ['seconds as text are read as 1970', String(NOW / 1000 - 3600), NOW - 3_600_000],
  ])('%s', async (_, at, expected) => {
    const event = aTrack({ traits: john, properties: { at } });
    const element = await sent(event, aMapping({ conversionHappenedAt: path('$.properties.at') }));

    expect(element?.conversionHappenedAt).toBe(expected);
  });

  it('an event older than 90 days is sent', async () => {
    const event = aTrack({ traits: john, properties: { at: NOW - 90 * DAY_MS } });

    expect(await sent(event, aMapping({ conversionHappenedAt: path('$.properties.at') }))).toBeUndefined();
  });

  it.each([
    [{ revenue: 'abc', currency: 'USD' }, undefined],
    [
      { revenue: 5, currency: 'usd' },
      { currencyCode: 'USD', amount: '5.00' },
    ],
    [{ revenue: 5, currency: 'dollars' }, undefined],
    [
      { revenue: 0.1 + 0.2, currency: 'USD' },
      { currencyCode: 'USD', amount: '0.30' },
    ],
    [{ revenue: Number.NaN, currency: 'USD' }, undefined],
  ])('the value of %j is sent unchanged', async (properties, expected) => {
    const element = await sent(aTrack({ traits: john, properties }), aMapping(SEGMENTS_DEFAULTS));

    expect(element).toBeDefined();
    expect(element?.conversionValue).toEqual(expected);
  });

  it('a pasted URN gets a second prefix', async () => {
    const mapping = aMapping({}, { conversion_rule_id: 'urn:lla:llaPartnerConversion:987654' });

    expect((await sent(aTrack({ traits: john }), mapping))?.conversion).toBe('urn:lla:llaPartnerConversion:987654');
  });

  it('an empty event ID is sent', async () => {
    const element = await sent(
      aTrack({ traits: john, properties: { id: '' } }),
      aMapping({ eventId: path('$.properties.id') }),
    );

    expect(element?.eventId).toBe('m-1');
  });

  it('names alone are refused, though the documentation says they are enough', async () => {
    const event = aTrack({ context: { traits: { first_name: 'John', last_name: 'Doe' } } });

    expect((await sent(event, aMapping(SEGMENTS_DEFAULTS)))?.user).toEqual({
      userIds: [],
      userInfo: { firstName: 'John', lastName: 'Doe' },
    });
  });

  it('one name without the other refuses the event', async () => {
    const event = aTrack({ traits: john, context: { traits: { first_name: 'John' } } });

    const element = await sent(event, aMapping(SEGMENTS_DEFAULTS));

    expect(emailOf(element)).toBe(JOHNS_HASH);
    expect(element?.user).not.toHaveProperty('userInfo');
  });

  it("a trigger that can't be read never fires, and there is no error", () => {
    const broken = aMapping({}, { trigger: '(event = "A" or (event = "B")' });

    expect(mappingProblems(broken, '')).toEqual([
      { pointer: '/trigger', detail: 'column 30: expected ")", but found the end' },
    ]);
  });

  it('its own default fields are refused', () => {
    expect(mappingProblems(aMapping(SEGMENTS_DEFAULTS), '')).toEqual([]);
  });
});
