import { describe, expect, it } from 'vitest';

import { choicesOf, fieldsOf } from '../../../client/console/mapping/field-choices.ts';
import { sampleOf } from '../../../client/console/mapping/sample-event.ts';

describe('the fields of a mapping as rows', () => {
  it('keep every field of the saved mapping', () => {
    const fields = {
      eventId: { '@path': '$.properties.order_id' },
      email: null,
      leadId: { '@template': 'lead-{{properties.id}}' },
      acxiomID: { '@case': { operator: 'lower', value: { '@path': '$.traits.acxiom' } } },
      conversionValue: { amount: { '@path': '$.properties.net' }, currencyCode: 'EUR' },
      userInfo: { title: null, companyName: '' },
    };

    const choices = choicesOf(fields);

    expect(choices).toMatchObject({
      eventId: { kind: 'path', text: '$.properties.order_id' },
      email: { kind: 'nothing' },
      acxiomID: { kind: 'json' },
      'conversionValue.currencyCode': { kind: 'fixed', text: 'EUR' },
      'userInfo.firstName': { kind: 'default' },
    });
    expect(choices && fieldsOf(choices)).toEqual(fields);
  });

  it("aren't offered when one directive fills a whole object", () => {
    expect(choicesOf({ conversionValue: { '@path': '$.properties.money' } })).toBeUndefined();
    expect(choicesOf({ userInfo: null })).toBeUndefined();
  });
});

describe('a sample event', () => {
  const consent = { categories: { advertising: true }, policy: 'by_region' };

  it('has the same fields as the recorded event, filled with typical values', () => {
    const fields = ['properties.total', 'properties.currency', 'properties.products', 'properties.products[0].sku'];

    expect(sampleOf({ type: 'track', event: 'Order Completed', fields, consent })).toEqual({
      type: 'track',
      event: 'Order Completed',
      properties: { total: 120, currency: 'EUR', products: [{ sku: 'text' }] },
      traits: {},
      context: { consent: { categoryPreferences: { advertising: true } } },
    });
  });

  it('changes no prototype, whatever the field names are', () => {
    const fields = ['properties.__proto__.polluted', 'properties.constructor.prototype', '__proto__.polluted'];

    sampleOf({ type: 'track', event: 'A', fields, consent });

    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.hasOwn(Object, 'polluted')).toBe(false);
  });
});
