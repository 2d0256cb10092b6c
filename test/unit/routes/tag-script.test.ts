import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import worker from '../../../worker/index.ts';
import { admin, aRequest, ask, aSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

/** The line before the tag's code that makes the tag wait for consent. */
const WAITING = /^\(\(e,t\)=>\{.*\}\)\(document\.currentScript,[^;]*\);/;

const isWaiting = async (path: string, country?: string): Promise<boolean> => {
  const response = await ask(path, { ...(country !== undefined && { country }) });
  expect(response.status).toBe(200);
  const script = await response.text();
  expect(script).toContain('li_fat_id');
  return WAITING.test(script);
};

describe('the tag', () => {
  // Runs first, so that its sources are the only ones.
  it('without a key in its address has the strictest policy of all sources', async () => {
    await aSource({ unknown_consent: 'granted' });
    await aSource({ unknown_consent: 'by_region' });

    expect(await isWaiting('/df.js', 'FR')).toBe(true);
    expect(await isWaiting('/df.js', 'US')).toBe(false);
    expect(await isWaiting('/df.js?key=wk_unknown', 'FR')).toBe(true);
    expect(await isWaiting('/df.js?key=__proto__', 'US')).toBe(false);
  });

  it.each([
    ['by_region', 'DE', true],
    ['by_region', 'GB', true],
    ['by_region', 'US', false],
    ['by_region', undefined, false],
    ['granted', 'DE', false],
    ['denied', 'US', true],
    ['denied', undefined, true],
  ] as const)(
    "has its source's policy %s for a visitor in %s; waits for consent: %s",
    async (policy, country, waits) => {
      const { write_key: key } = await aSource({ unknown_consent: policy });

      expect(await isWaiting(`/df.js?key=${key}`, country)).toBe(waits);
      expect(await isWaiting(`/df-core.js?key=${key}`, country)).toBe(waits);
    },
  );

  it('has a new policy as soon as it is changed here', async () => {
    const { id, write_key: key } = await aSource({ unknown_consent: 'by_region' });
    expect(await isWaiting(`/df.js?key=${key}`, 'DE')).toBe(true);

    await admin(`/sources/${id}`, { method: 'PATCH', body: { unknown_consent: 'granted' } });

    expect(await isWaiting(`/df.js?key=${key}`, 'DE')).toBe(false);
  });

  // Case S21.
  it('waits by the same elements that it searches for its own', async () => {
    const response = await ask('/df.js', { country: 'DE' });

    expect((await response.text()).split('[data-write-key^=wk_],[data-pipeline-key]')).toHaveLength(3);
  });

  it("is cached by the visitor's browser only, and separately for each policy", async () => {
    const { write_key: key } = await aSource();
    const here = await ask(`/df.js?key=${key}`, { country: 'US' });
    const etag = here.headers.get('ETag');
    const there = await ask(`/df.js?key=${key}`, { country: 'DE', headers: { 'If-None-Match': etag ?? '' } });

    for (const response of [here, there]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toMatch(/javascript/);
    }
    expect(etag).not.toBeNull();
    expect(there.headers.get('ETag')).toBeNull();
    expect([here, there].map(({ headers }) => headers.get('Cache-Control'))).toEqual([
      'private, max-age=300, stale-while-revalidate=86400',
      'private, max-age=300, stale-while-revalidate=86400',
    ]);
  });

  it('works under a base path too', async () => {
    const request = aRequest('/_df/df.js', { country: 'DE' });
    const response = await worker.fetch(
      new Request<unknown, IncomingRequestCfProperties>(request),
      { ...env, BASE_PATH: '/_df' },
      createExecutionContext(),
    );

    expect(await response.text()).toMatch(WAITING);
  });

  it.each(['/df/0.2.0.js', '/df/0.2.0/df-consent.js'])('as %s is the same for everybody, for SRI', async (path) => {
    const [here, there] = await Promise.all(['US', 'DE'].map(async (country) => ask(path, { country })));

    expect(here?.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(here?.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(await there?.text()).toBe(await here?.text());
  });
});
