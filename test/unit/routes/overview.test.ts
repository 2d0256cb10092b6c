import { describe, expect, it } from 'vitest';

import { aToken } from '../support/access.ts';
import { admin, anIntegrationOf, anOrder, ask, aSource, problemOf, send } from '../support/api.ts';

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

describe('pages', () => {
  type Page = { data: { source_id: string; verdict: string }[]; next_cursor: string | null };
  const pageOf = async (query: string, token: string): Promise<Page> => {
    const headers = { Authorization: `Bearer ${token}` };
    return JSON.parse(await (await ask(`/v1/admin/overview?${query}`, { headers })).text());
  };
  const idsOf = ({ data }: Page) => data.map(({ source_id: id }) => id);

  /** Returns the IDs on each page. */
  async function paged(token: string, limit: number, from = ''): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor: string | null = from; cursor !== null;) {
      const page: Page = await pageOf(`limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`, token);
      pages.push(idsOf(page));
      cursor = page.next_cursor;
    }
    return pages;
  }

  it('have one order together, whatever the limit', async () => {
    const ids: string[] = [];
    const bad: string[] = [];
    for (let place = 0; place < 12; place += 1) {
      const source = await aSource({ name: `Site ${place}`, unknown_consent: 'granted' });
      ids.push(source.id);
      if (place % 4 === 3) {
        bad.push(source.id);
        // Without a connection, its events are skipped.
        await send(source, [anOrder()]);
      }
    }
    const { token } = await aToken('viewer', { source_ids: ids });
    await expect
      .poll(async () => (await pageOf('limit=3', token)).data.map(({ verdict }) => verdict), { timeout: 20_000 })
      .toEqual(['attention', 'attention', 'attention']);

    const [whole = []] = await paged(token, 200);
    expect(new Set(whole.slice(0, 3))).toEqual(new Set(bad));
    expect(whole.toSorted()).toEqual(ids.toSorted());
    for (const limit of [1, 5, 6, 12]) {
      const pages = await paged(token, limit);
      expect(pages.flat()).toEqual(whole);
      expect(pages).toHaveLength(Math.ceil(12 / limit));
    }

    // Of more than 200 sites, each 200 by ID are sorted together.
    const later = ids.toSorted().slice(6);
    const rest = await paged(token, 4, `${ids.toSorted()[5]}.`);
    expect(rest.map(({ length }) => length)).toEqual([4, 2]);
    expect(rest.flat()).toEqual(whole.filter((id) => later.includes(id)));
  });

  it.each(['src_nobody', '.', '.src_nobody', 'src_a.src_nobody', '17'])('don’t continue after %j', async (cursor) => {
    expect(await problemOf(await admin(`/overview?cursor=${cursor}`))).toEqual({
      status: 400,
      code: 'field_invalid',
      pointer: '/cursor',
    });
  });
});
