/** T14: a temporary problem says when to retry, and a failing flood limiter blocks nobody. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { respondWithProblem, Problem } from '../../../worker/routes/http/problem.ts';
import { isProblemCode, PROBLEMS } from '../../../worker/schema/problem.ts';
import { aRequest, anOrder, aSource, outcomes } from '../support/api.ts';

afterEach(() => vi.restoreAllMocks());

const CODES = Object.keys(PROBLEMS).filter(isProblemCode);

describe('a problem', () => {
  it.each(CODES.filter((code) => [429, 503].includes(PROBLEMS[code].status)))(
    'that is temporary says when to retry: %s',
    async (code) => {
      const app = new Hono();
      app.onError(respondWithProblem);
      app.get('/by-itself', () => {
        throw new Problem(code, 'x');
      });
      app.get('/by-the-route', () => {
        throw new Problem(code, 'x', { headers: { 'Retry-After': '7' } });
      });

      const [byItself, byTheRoute] = [await app.request('/by-itself'), await app.request('/by-the-route')];

      expect(Number(byItself.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(byTheRoute.headers.get('Retry-After')).toBe('7');
    },
  );

  it.each(CODES.filter((code) => PROBLEMS[code].status < 429))(
    'that is permanent has no retry time: %s',
    async (code) => {
      const app = new Hono();
      app.onError(respondWithProblem);
      app.get('/', () => {
        throw new Problem(code, 'x');
      });

      expect((await app.request('/')).headers.get('Retry-After')).toBeNull();
    },
  );
});

describe('the flood limiter', () => {
  const SIEVES: [string, () => Promise<{ success: boolean }>][] = [
    [
      'throws',
      () => {
        throw new Error('no limiter here');
      },
    ],
    ['fails', () => Promise.reject(new Error('limiter unavailable'))],
    ["fails with a value that isn't an error", () => Promise.reject(new Error())],
  ];

  it.each(SIEVES)('is skipped when it %s, and the event is stored', async (_, limit) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const source = await aSource({ unknown_consent: 'granted' });
    const request = new Request<unknown, IncomingRequestCfProperties>(
      aRequest('/v1/track', { body: { ...anOrder(), writeKey: source.write_key } }),
    );
    const bindings: Partial<Env> = { COLLECTOR_LIMIT: { limit } };

    const response = await worker.fetch(request, { ...env, ...bindings }, createExecutionContext());

    expect(response.status).toBe(200);
    expect(await outcomes(source)).toHaveLength(1);
    for (const [line] of log.mock.calls) expect(line).toMatchObject({ where: 'collect.first_limit' });
  });
});
