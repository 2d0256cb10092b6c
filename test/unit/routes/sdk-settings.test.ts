import { describe, expect, it } from 'vitest';

import { ask, aSource, problemOf, SITE } from '../support/api.ts';

describe("what Segment's browser SDK asks for before it starts", () => {
  it('loads no destination and sends events here', async () => {
    const { write_key: key } = await aSource();

    const response = await ask(`/v1/projects/${key}/settings`, { headers: { Origin: SITE } });

    expect(response.status).toBe(200);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    expect(await response.json()).toMatchObject({
      integrations: { 'Segment.io': { apiKey: key, apiHost: 't.example.com/v1' } },
      remotePlugins: [],
    });
  });

  it.each(['wk_unknown', 'x', '..', '__proto__'])('is a 401 for %s', async (key) => {
    const response = await ask(`/v1/projects/${encodeURIComponent(key)}/settings`);

    expect([401, 404]).toContain(response.status);
  });
});

describe("what RudderStack's browser SDK asks for before it starts", () => {
  it.each(['header', 'query'])('says that the source is there and has no destination: key in the %s', async (place) => {
    const { id, write_key: key } = await aSource();

    const response =
      place === 'header'
        ? await ask('/sourceConfig/?p=web', { headers: { Authorization: `Basic ${btoa(`${key}:`)}`, Origin: SITE } })
        : await ask(`/sourceConfig/?p=web&writeKey=${key}`, { headers: { Origin: SITE } });

    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    expect(await response.json()).toMatchObject({
      source: { id, writeKey: key, enabled: true, destinations: [], config: { statsCollection: expect.any(Object) } },
    });
  });

  it.each([
    ['key_missing', ''],
    ['key_unknown', '?writeKey=wk_unknown'],
  ])('is a 401 without a key of ours: %s', async (code, query) => {
    expect(await problemOf(await ask(`/sourceConfig/${query}`))).toMatchObject({ status: 401, code });
  });
});
