import { describe, expect, it } from 'vitest';

import { fieldPaths } from '../../../worker/domain/collect/field-paths.ts';
import { aTrack } from '../support/an-event.ts';

describe('the fields of an event', () => {
  it('are listed by name, including nested objects and the first item of a list, without values', () => {
    const event = aTrack({
      properties: {
        total: 99,
        none: null,
        address: { city: 'Berlin', geo: { lat: 1 } },
        products: [{ sku: 'a' }, { other: 1 }],
      },
      traits: { email: 'john.doe@example.com' },
      context: { traits: { plan: 'pro' }, page: { url: 'https://www.example.com/' } },
    });

    expect(fieldPaths(event)).toEqual([
      'properties.total',
      'properties.address.city',
      'properties.address.geo',
      'properties.products',
      'properties.products[0].sku',
      'traits.email',
      'context.traits.plan',
    ]);
  });

  it('leave out a name that looks like a value', () => {
    expect(fieldPaths(aTrack({ properties: { 'john.doe@example.com': 1, '<b>': 1, '+49 30 1': 1 } }))).toEqual([]);
  });

  it('are at most 24', () => {
    const properties = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field_${index}`, index]));

    expect(fieldPaths(aTrack({ properties }))).toHaveLength(24);
  });
});
