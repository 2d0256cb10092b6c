import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection } from './a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

const NOTHING_BY_SHORTHAND = { config: { conversion_rule_id: {} } };

const aTrack = (event: string, properties: object) => ({
  type: 'track',
  event,
  messageId: `${event}-1`,
  properties,
  context: { consent: { categoryPreferences: { advertising: true } } },
});

describe('mappings, against the strict sandbox', () => {
  it('fill every field that LinkedIn accepts', async () => {
    const { ask, writeKey } = await aConnection(product, NOTHING_BY_SHORTHAND);
    const fields = {
      eventId: { '@template': 'order-{{properties.order_id}}' },
      email: { '@path': '$.properties.billing.mail' },
      acxiomID: { '@path': '$.properties.liveramp' },
      googleAID: { '@path': '$.properties.aid' },
      externalIds: { '@arrayPath': ['$.properties.crm', { '@path': '$.id' }] },
      leadId: { '@path': '$.properties.lead' },
      userInfo: { firstName: 'John', lastName: { '@case': { operator: 'upper', value: 'Doe' } } },
      conversionValue: { amount: { '@path': '$.properties.price_text' }, currencyCode: 'EUR' },
    };
    await ask('/mappings', { body: { conversion_rule_id: '987656', fields, trigger: 'match(event, "Order *")' } });

    const order = aTrack('Order Completed', {
      order_id: 1001,
      billing: { mail: ' John.Doe@Example.com ' },
      liveramp: 'Xi-1',
      aid: '38400000-8cf0-11bd-b23e-10b96e40000d',
      crm: [{ id: 'crm-42' }],
      lead: 'c1fdfdc3-8',
      price_text: '1.234,50 €',
    });
    await product.collect({ batch: [order, aTrack('Other', {})] }, { writeKey });
    await product.sandbox.waitForEvents(1, 30_000);

    expect(product.sandbox.events.map(({ element }) => element)).toEqual([
      {
        conversion: 'urn:lla:llaPartnerConversion:987656',
        conversionHappenedAt: expect.any(Number),
        conversionValue: { currencyCode: 'EUR', amount: '1234.50' },
        eventId: 'order-1001',
        user: {
          userIds: [
            { idType: 'SHA256_EMAIL', idValue: '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f' },
            { idType: 'ACXIOM_ID', idValue: 'Xi-1' },
            { idType: 'GOOGLE_AID', idValue: '38400000-8cf0-11bd-b23e-10b96e40000d' },
          ],
          userInfo: { firstName: 'John', lastName: 'DOE' },
          externalIds: ['crm-42'],
          lead: 'urn:li:leadGenFormResponse:c1fdfdc3-8',
        },
      },
    ]);
  });

  it('send a lead that nothing else identifies, with an empty list of IDs', async () => {
    const { ask, writeKey } = await aConnection(product, NOTHING_BY_SHORTHAND);
    await ask('/mappings', {
      body: { conversion_rule_id: '987656', fields: { leadId: { '@path': '$.properties.lead' } } },
    });

    await product.collect({ batch: [aTrack('Qualified', { lead: 'c1fdfdc3-9' })] }, { writeKey });
    await product.sandbox.waitForEvents(1, 30_000);

    expect(product.sandbox.events[0]?.element).toMatchObject({
      user: { userIds: [], lead: 'urn:li:leadGenFormResponse:c1fdfdc3-9' },
    });
  });

  it('lose no event because of ORACLE_MOAT_ID, whether LinkedIn accepts it or not', async () => {
    const { ask, writeKey } = await aConnection(product, NOTHING_BY_SHORTHAND);
    await ask('/mappings', {
      body: { conversion_rule_id: '987656', fields: { oracleID: { '@path': '$.properties.moat' } } },
    });

    await product.collect({ batch: [aTrack('Bought', { moat: 'm-1', li_fat_id: 'click-1' })] }, { writeKey });
    await product.sandbox.waitForEvents(1, 30_000);

    expect(JSON.stringify(product.sandbox.events[0]?.element)).toContain('click-1');
  });

  it('stop when they are deleted', async () => {
    const { ask } = await aConnection(product, NOTHING_BY_SHORTHAND);
    const made = await ask('/mappings', { body: { id: 'map_1', conversion_rule_id: '987656' } });
    const removed = await ask('/mappings/map_1', { method: 'DELETE' });

    const preview = await ask('/preview', { body: aTrack('Bought', { li_fat_id: 'click-1' }) });

    expect([made.status, removed.status]).toEqual([201, 204]);
    expect(preview).toMatchObject({ body: { outcome: 'skip', reason: 'no_mapping' } });
  });
});
