import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';

/** Q20: codes that look like a currency and aren't. LinkedIn would refuse each event, much later. */
const NONE = ['EUO', 'XXX', 'XTS', 'ZZZ', 'DEM', 'euro', 'XX', '€', ''];

describe('the default currency of an integration', () => {
  it.each(NONE)('can\'t be "%s", neither when it is created nor when it is changed', async (currency) => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source);
    const config = { account_id: '100', default_currency: currency };

    const made = await admin('/integrations', { body: { source_id: source.id, name: 'LinkedIn', config } });
    const changed = await admin(`/integrations/${id}`, { method: 'PATCH', body: { config } });

    const refusal = { status: 400, code: 'field_invalid', pointer: '/config/default_currency' };
    expect(await problemOf(made)).toEqual(refusal);
    expect(await problemOf(changed)).toEqual(refusal);
  });

  // Q20; the last three are newer than some runtimes' Intl.
  it.each(['EUR', 'USD', 'JPY', 'KWD', ' eur', 'SLE', 'XCG', 'ZWG'])(
    'may be "%s", like the one of a mapping',
    async (currency) => {
      const source = await aSource();
      const mapping = {
        name: 'Order',
        trigger: 'event = "Order"',
        conversion_rule_id: '987654',
        default_value: { amount: '5', currency },
      };
      const config = { account_id: '100', default_currency: currency, mappings: [mapping] };

      const made = await admin('/integrations', {
        body: { source_id: source.id, vendor: 'linkedin', name: 'LinkedIn', config },
      });

      expect(made.status).toBe(201);
    },
  );
});
