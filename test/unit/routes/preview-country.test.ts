/** A preview accepts a country as people write it. */
import { expect, it } from 'vitest';

import { admin, anIntegrationOf, anOrder, aSource } from '../support/api.ts';

const preview = async (country: string): Promise<Response> => {
  const { id } = await anIntegrationOf(await aSource({ unknown_consent: 'by_region' }));
  const body = anOrder({ traits: { email: 'a@example.com' } });
  return admin(`/integrations/${id}/preview?country=${encodeURIComponent(country)}`, { body });
};

it.each(['de', 'De', ' DE '])('%j means the country DE', async (country) => {
  const [asked, known] = await Promise.all([preview(country), preview('DE')]);

  expect(asked.status).toBe(200);
  expect(await asked.json()).toMatchObject({ outcome: (await known.json<{ outcome: string }>()).outcome });
});

it('unknown consent is a no or a yes by country, and the country may be in lower case', async () => {
  const outcomes = await Promise.all(
    ['de', 'DE', 'us', 'US'].map(
      async (country) => (await (await preview(country)).json<{ outcome: string }>()).outcome,
    ),
  );

  expect(outcomes).toEqual(['skip', 'skip', 'deliver', 'deliver']);
});

it.each(['Germany', 'D', '12'])('%j is refused with an explanation', async (country) => {
  const answer = await preview(country);

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    errors: [{ pointer: '/country', detail: 'expected a country of two letters, such as DE' }],
  });
});
