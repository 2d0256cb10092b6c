import { describe, expect, it } from 'vitest';

import { ask, aSource, problemOf, SITE } from '../support/api.ts';

describe("the settings for Segment's browser SDK", () => {
  it('load no destination and point events here', async () => {
    const { write_key: key } = await aSource();

    const response = await ask(`/v1/projects/${key}/settings`, { headers: { Origin: SITE } });

    expect(response.status).toBe(200);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    expect(await response.json()).toMatchObject({
      integrations: { 'Segment.io': { apiKey: key, apiHost: 't.example.com/v1' } },
      remotePlugins: [],
    });
  });

  it.each(['wk_unknown', 'x', '..', '__proto__'])('are a 401 for %s', async (key) => {
    const response = await ask(`/v1/projects/${encodeURIComponent(key)}/settings`);

    expect([401, 404]).toContain(response.status);
  });
});

describe("the settings for RudderStack's browser SDK", () => {
  it.each(['header', 'query'])('say that the source exists and has no destination: key in the %s', async (place) => {
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
  ])('are a 401 without one of our keys: %s', async (code, query) => {
    expect(await problemOf(await ask(`/sourceConfig/${query}`))).toMatchObject({ status: 401, code });
  });
});
