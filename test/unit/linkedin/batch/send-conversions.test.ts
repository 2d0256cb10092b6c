import { describe, expect, it, vi } from 'vitest';

import { sendConversions } from '../../../../worker/linkedin/batch/send-conversions.ts';
import { NOW } from '../../support/an-event.ts';

const REQUEST = {
  apiUrl: 'https://api.linkedin.com',
  token: 'tok-ok',
  version: '202609',
  elements: ['{"eventId":"1"}', '{"eventId":"2"}'],
};

const now = () => NOW;
const answering = (response: () => Response) => vi.fn<typeof fetch>(async () => response());

describe('a batch of conversions', () => {
  it("is one request in LinkedIn's format", async () => {
    const fetch = answering(() => new Response('{"elements":[{"status":201},{"status":201}]}'));

    const sent = await sendConversions(REQUEST, { fetch, now });

    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://api.linkedin.com/rest/conversionEvents');
    expect(init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      headers: { Authorization: 'Bearer tok-ok', 'LinkedIn-Version': '202609', 'X-RestLi-Method': 'BATCH_CREATE' },
      body: '{"elements":[{"eventId":"1"},{"eventId":"2"}]}',
    });
    expect(sent).toEqual({
      status: 200,
      response: { kind: 'accepted', refused: new Map(), deferred: new Map(), unconfirmed: new Set() },
    });
  });

  it('is accepted when the status says so, even if the body is truncated', async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error('Network connection lost.')),
    });

    const sent = await sendConversions(REQUEST, { fetch: answering(() => new Response(broken)), now });

    expect(sent).toEqual({
      status: 200,
      response: {
        kind: 'accepted',
        refused: new Map(),
        deferred: new Map(),
        unconfirmed: new Set([0, 1]),
        message: 'HTTP 200 without a body',
      },
    });
  });

  it("isn't accepted without an answer, and the reason contains no personal data", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() =>
      Promise.reject(new TypeError('cannot reach john.doe@example.com')),
    );

    const sent = await sendConversions(REQUEST, { fetch, now });

    expect(sent).toEqual({
      status: undefined,
      response: { kind: 'unavailable', message: 'TypeError: cannot reach <e-mail>' },
    });
  });

  it('needs only the first megabyte of a larger answer', async () => {
    const fetch = answering(() => new Response('x'.repeat(3 * 1024 * 1024), { status: 422 }));

    const sent = await sendConversions(REQUEST, { fetch, now });

    expect(sent).toMatchObject({ status: 422, response: { kind: 'batch_refused' } });
  });
});
