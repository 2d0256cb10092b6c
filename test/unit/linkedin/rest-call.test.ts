import { describe, expect, it, vi } from 'vitest';

import { allCursorPages, allIndexPages } from '../../../worker/linkedin/all-pages.ts';
import { changesOf } from '../../../worker/linkedin/conversion-rules.ts';
import { errorRemedy } from '../../../worker/linkedin/errors/error-remedy.ts';
import { readResponseKind } from '../../../worker/linkedin/read-response-kind.ts';
import { restCall } from '../../../worker/linkedin/rest-call.ts';
import type { CallLinkedIn } from '../../../worker/linkedin/rest-call.ts';

const SETTINGS = { apiUrl: 'https://api.linkedin.com', token: 'tok', version: '202609' };

const ask = (respond: () => Promise<Response>, request = { method: 'GET' as const, path: '/rest/x?a=List(1,2)' }) => {
  const fetch = vi.fn<typeof globalThis.fetch>(respond);
  return { fetch, outcome: restCall(request, SETTINGS, { fetch, now: () => 0 }) };
};

describe('a call to the versioned API', () => {
  it('sends its headers, keeps the path unchanged and follows no redirect', async () => {
    const { fetch, outcome } = ask(async () => Response.json({ id: 1 }));
    await outcome;

    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://api.linkedin.com/rest/x?a=List(1,2)');
    expect(init).toMatchObject({
      redirect: 'manual',
      headers: { 'LinkedIn-Version': '202609', 'X-Restli-Protocol-Version': '2.0.0', Authorization: 'Bearer tok' },
    });
  });

  it("reads an answer without a body, and the server's clock", async () => {
    const headers = { Date: 'Sat, 21 Nov 2026 12:00:00 GMT' };

    expect(await ask(async () => new Response(null, { status: 204, headers })).outcome).toMatchObject({
      kind: 'ok',
      value: { status: 204, fields: {}, dateMs: Date.UTC(2026, 10, 21, 12) },
    });
  });

  it.each([
    ['an HTML page as an answer', async () => new Response('<html>hello'), { status: undefined }],
    [
      'a redirect',
      async () => new Response('', { status: 302, headers: { Location: 'https://evil' } }),
      { status: 302 },
    ],
    [
      "LinkedIn's own message, without the echoed values",
      async () => Response.json({ message: 'No john@example.com', code: 'ACCESS_DENIED' }, { status: 403 }),
      { status: 403, code: 'ACCESS_DENIED', message: 'No <e-mail>' },
    ],
    ['nothing', async () => Promise.reject(new TypeError('Network connection lost.')), { status: undefined }],
    [
      'a retry time',
      async () => new Response('', { status: 429, headers: { 'Retry-After': '7' } }),
      { status: 429, retryAfterMs: 7_000 },
    ],
  ])('is refused after %s, and never throws', async (_what, respond, error) => {
    expect(await ask(respond).outcome).toMatchObject({ kind: 'refused', error });
  });
});

/** A LinkedIn with this many elements, whose pages have at most `cap`. */
const listing =
  (total: number, cap: number, asked: string[]): CallLinkedIn =>
  async ({ path }) => {
    asked.push(path);
    const params = new URLSearchParams(path.split('?')[1]);
    const start = Number(params.get('start') ?? params.get('pageToken') ?? 0);
    const count = Math.min(Number(params.get('count') ?? params.get('pageSize')), cap);
    const elements = Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) => ({ id: start + i }));
    const isLast = start + count >= total;
    const fields = {
      elements,
      paging: { start, count, total: -1 },
      ...(!isLast && { metadata: { nextPageToken: String(start + count) } }),
    };
    return { kind: 'ok', value: { status: 200, fields, headers: new Headers(), dateMs: undefined } };
  };

describe('a list', () => {
  it.each([
    [0, 100, 1],
    [99, 100, 1],
    [100, 100, 2],
    [250, 100, 3],
    [250, 40, 7],
  ])('of %d in pages of at most %d is read completely in %d requests', async (total, cap, requests) => {
    const asked: string[] = [];

    const outcome = await allIndexPages(listing(total, cap, asked), '/rest/conversions?q=account');

    expect(outcome.kind === 'ok' && outcome.value.map(({ id }) => id)).toEqual(
      Array.from({ length: total }, (_, i) => i),
    );
    expect(asked).toHaveLength(requests);
  });

  it.each([
    [0, 1],
    [100, 1],
    [250, 3],
  ])('of %d by cursor is read completely in %d requests', async (total, requests) => {
    const asked: string[] = [];

    const outcome = await allCursorPages(listing(total, 100, asked), '/rest/adAccounts?q=search');

    expect(outcome.kind === 'ok' && outcome.value).toHaveLength(total);
    expect(asked).toHaveLength(requests);
  });

  it('without an end is given up after 20,000 elements', async () => {
    const endless: CallLinkedIn = listing(Number.MAX_SAFE_INTEGER, 100, []);

    const outcome = await allIndexPages(endless, '/rest/conversions?q=account');

    expect(outcome.kind === 'ok' && outcome.value.length).toBe(20_000);
  });
});

describe('the remedy for a refusal', () => {
  const error = { status: 400, code: undefined, message: '' };

  it.each([
    [{ ...error, status: undefined }, /try again/],
    [{ ...error, status: 503 }, /try again/],
    [{ ...error, status: 408 }, /try again/],
    [{ ...error, status: 403, code: 'REVOKED_ACCESS_TOKEN' }, /connect LinkedIn again/],
    [{ ...error, status: 401 }, /connect LinkedIn again/],
    [{ ...error, status: 426 }, /linkedin_version/],
    [{ ...error, code: 'VERSION_MISSING' }, /linkedin_version/],
    [{ ...error, status: 403, message: 'No ad accounts found' }, /conversion rule/],
    [{ ...error, status: 403, code: 'USER_NOT_AUTHORIZED' }, /only read access/],
    [{ ...error, status: 403, code: 'ACCESS_DENIED' }, /both permissions/],
    [{ ...error, status: 404 }, /account_id/],
    [{ ...error, status: 422, message: '"X" is not an enum symbol' }, /newer API version \(linkedin_version\)/],
    [{ ...error, status: 429 }, /wait a minute/],
    [error, /change those that its message names/],
  ])('of %j', (given, expected) => {
    const { status, code, message: raw } = given;
    const responseKind = readResponseKind(status, { code, raw, serviceErrorCode: undefined });

    expect(errorRemedy({ ...given, responseKind, retryAfterMs: undefined })).toMatch(expected);
  });
});

describe('a change of a rule', () => {
  it('contains only the fields that differ', () => {
    const rule = {
      id: '1',
      urn: 'urn:lla:llaPartnerConversion:1',
      account_id: '100',
      name: 'One',
      type: 'LEAD',
      enabled: true,
      conversion_method: 'CONVERSIONS_API',
      attribution_type: null,
      post_click_attribution_window_size: 30,
      view_through_attribution_window_size: 7,
      value_type: 'DYNAMIC',
      campaign_ids: [],
    };

    expect(changesOf(rule, { name: 'One', enabled: false, post_click_attribution_window_size: 90 })).toEqual({
      enabled: false,
      post_click_attribution_window_size: 90,
    });
    expect(changesOf(rule, { name: 'One', type: 'LEAD' })).toEqual({});
  });
});
