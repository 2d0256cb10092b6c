import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { sendConversions } from '../../../worker/linkedin/batch/send-conversions.ts';
import { exchangeCode } from '../../../worker/linkedin/exchange-code.ts';
import { refreshToken } from '../../../worker/linkedin/refresh-token.ts';
import { restCall } from '../../../worker/linkedin/rest-call.ts';

/** F4: a timer that outlives its request keeps the object in memory, and Cloudflare charges for that. */

const AT = { apiUrl: 'https://api.linkedin.com', token: 'tok-ok', version: '202609' };
const APP = { authUrl: 'https://www.linkedin.com', clientId: 'app-1', clientSecret: 'secret-1' };
const now = () => 0;

const REQUESTS: Record<string, (fetch: typeof globalThis.fetch) => Promise<unknown>> = {
  'a batch': (fetch) => sendConversions({ ...AT, elements: ['{}'] }, { fetch, now }),
  'a call of the API': (fetch) => restCall({ method: 'GET', path: '/rest/conversions' }, AT, { fetch, now }),
  'a new token': (fetch) => refreshToken({ ...APP, refreshToken: 'ref-ok' }, fetch),
  'a code': (fetch) => exchangeCode({ ...APP, code: 'c', redirectUri: 'https://t.example.com/' }, fetch),
};

const ANSWERS: Record<string, typeof globalThis.fetch> = {
  'is answered': async () => Response.json({}),
  'is refused': async () => Response.json({ message: 'no' }, { status: 401 }),
  'cannot be made': async () => Promise.reject(new TypeError('Network connection lost')),
  'gets an answer that breaks off': async () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })),
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each(Object.entries(REQUESTS))('%s', (_, request) => {
  it.each(Object.entries(ANSWERS))('leaves no timer when it %s', async (_how, fetch) => {
    await request(fetch);

    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when LinkedIn does not answer', async () => {
    let isOver = false;
    const silent: typeof globalThis.fetch = async (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const ended = request(silent).then((answer) => {
      isOver = true;
      return answer;
    });

    await vi.advanceTimersByTimeAsync(5_000);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);

    expect(JSON.stringify(await ended)).toMatch(/unavailable/);
    expect(vi.getTimerCount()).toBe(0);
  });
});
