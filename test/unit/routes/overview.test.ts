import { expect, it } from 'vitest';

import { aToken } from '../support/access.ts';
import { admin, anIntegrationOf, anOrder, ask, aSource, send } from '../support/api.ts';

const rows = async (query = '', token?: string) => {
  const response =
    token === undefined
      ? await admin(`/overview${query}`)
      : await ask(`/v1/admin/overview${query}`, { headers: { Authorization: `Bearer ${token}` } });
  const { data }: { data: Record<string, unknown>[] } = JSON.parse(await response.text());
  return data;
};

it('returns the sites worst first, with their counts, cause and the money at risk', async () => {
  const quiet = await aSource({ name: 'Quiet' });
  await anIntegrationOf(quiet);
  const broken = await aSource({ name: 'Broken', unknown_consent: 'granted' });
  const { id } = await anIntegrationOf(broken, { config: { access_token: null } });
  const value = { email: 'john.doe@example.com', total: 12.5, currency: 'EUR' };
  await send(broken, [anOrder({ messageId: 'a', properties: value }), anOrder({ messageId: 'b', properties: value })]);
  await expect.poll(async () => (await rows())[0]?.['held'], { timeout: 20_000 }).toBe(2);

  for (const period of ['24h', '7d', '90d']) {
    const [first, ...others] = await rows(`?period=${period}`);
    expect(first).toMatchObject({
      source_id: broken.id,
      name: 'Broken',
      verdict: 'broken',
      cause: 'credentials_missing',
      received: 2,
      delivered: 0,
      held: 2,
      value_at_risk: { EUR: '25' },
      value_delivered: {},
      connections: [{ id, enabled: true }],
    });
    expect(first?.['match']).toMatchObject({ click_id: expect.any(Number), email: expect.any(Number) });
    expect(others).toMatchObject([{ name: 'Quiet', verdict: 'quiet', received: 0 }]);
  }
});

it('shows people only the sites that their token may see', async () => {
  const mine = await aSource({ name: 'Mine' });
  await aSource({ name: 'Theirs' });
  const { token } = await aToken('viewer', { source_ids: [mine.id] });

  expect(await rows('', token)).toMatchObject([{ source_id: mine.id }]);
});

it('continues on the next page', async () => {
  await aSource();
  await aSource();
  const first = await admin('/overview?limit=1');
  const page: { data: unknown[]; next_cursor: string | null } = JSON.parse(await first.text());

  expect(page.data).toHaveLength(1);
  expect(page.next_cursor).toEqual(expect.any(String));
});
