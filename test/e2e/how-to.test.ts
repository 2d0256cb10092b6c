/** The examples of the how-to pages are sent unchanged. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const folder = join(import.meta.dirname, '../../docs/how-to');
const PAGES = ['move-from-datafly.md', 'move-from-the-insight-tag.md', 'move-from-server-side-gtm.md'];

const blocks = (
  await Promise.all(
    PAGES.map(async (page) => {
      const text = await readFile(join(folder, page), 'utf8');
      return [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => ({
        page,
        body: Object(JSON.parse(json)),
      }));
    }),
  )
).flat();
const mappings = blocks.filter(({ body }) => 'trigger' in body);
const events = blocks.filter(({ body }) => 'type' in body);

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

describe('the how-to pages', () => {
  it('have mappings and events', () => {
    expect(mappings.length).toBeGreaterThanOrEqual(2);
    expect(events.length).toBeGreaterThanOrEqual(1);
    expect(mappings.length + events.length).toBe(blocks.length);
  });

  it.each(mappings)('have a mapping in $page that is accepted unchanged', async ({ body }) => {
    expect(await product.admin('/integrations/int_demo/mappings', { body })).toMatchObject({
      status: 201,
      body: { warnings: [] },
    });
  });

  it.each(events)('have an event in $page that becomes a conversion with everything in it', async ({ body }) => {
    const { body: shown } = await product.admin('/integrations/int_demo/preview', { body });

    expect(shown).toMatchObject({
      outcome: 'deliver',
      lint: [],
      requests: [
        {
          body: {
            elements: [
              {
                conversion: 'urn:lla:llaPartnerConversion:987655',
                conversionValue: { currencyCode: 'EUR', amount: '500.00' },
                eventId: '1764590400.1234567890',
                user: {
                  userIds: [
                    { idType: 'SHA256_EMAIL', idValue: expect.any(String) },
                    { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc123-def456-ghi789' },
                  ],
                  userInfo: { firstName: 'John', lastName: 'Doe', companyName: 'Acme Inc' },
                },
              },
            ],
          },
        },
      ],
    });
  });
});
