/**
 * LinkedIn's answer to a management call is shown even when our own objects fail right after it. Otherwise a person who
 * is told
 * that a test event failed, although LinkedIn accepted it, would send it again.
 */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import { ADMIN_TOKEN, anIntegrationOf, anOrder, aRequest, aSource } from '../support/api.ts';
import type { Call } from '../support/api.ts';

const lost = (): Promise<never> => Promise.reject(new Error('Network connection lost.'));

/** A limiter that gives permits and asks for the result, but then can't be reached. */
const RATE_LIMITER = new Proxy(env.RATE_LIMITER, {
  get: (limiters, name) =>
    name === 'getByName'
      ? (key: string) => ({
          take: async () => ({ isGranted: true, mustReport: true }),
          report: lost,
          pause: lost,
          status: limiters.getByName(key).status,
        })
      : Reflect.get(limiters, name),
});

/** Credentials that give a token, but fail when LinkedIn's refusal of it is reported. */
const CREDENTIALS = new Proxy(env.CREDENTIALS, {
  get: (vaults, name) =>
    name === 'getByName'
      ? (of: string) => {
          const vault = vaults.getByName(of);
          return { access: () => vault.access(), ends: () => vault.ends(), refused: lost };
        }
      : Reflect.get(vaults, name),
});

async function askWithFaults(path: string, call: Call = {}): Promise<{ status: number; body: unknown }> {
  const request = aRequest(`/v1/admin${path}`, { ...call, headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });
  const response = await worker.fetch(
    // A request from outside has none of our properties, but the types don't express that.
    new Request<unknown, IncomingRequestCfProperties>(request),
    { ...env, RATE_LIMITER, CREDENTIALS },
    createExecutionContext(),
  );
  return { status: response.status, body: await response.json() };
}

let respond: () => Response;
beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => respond());
});
afterEach(() => {
  vi.restoreAllMocks();
});

const anAnswer =
  (status: number, body: object): (() => Response) =>
  () =>
    Response.json(body, { status });

describe("LinkedIn's answer outlives a limiter that can't be told of it", () => {
  it.each([
    ['a list', anAnswer(200, { elements: [], metadata: {} }), { status: 200, body: { data: [] } }],
    [
      'a refusal',
      anAnswer(403, { code: 'ACCESS_DENIED', message: 'Not enough permissions' }),
      { status: 422, body: { linkedin: { status: 403, code: 'ACCESS_DENIED' } } },
    ],
    ['a pause', anAnswer(429, { message: 'Slow down' }), { status: 429, body: { linkedin: { status: 429 } } }],
    ['an outage', anAnswer(503, {}), { status: 502, body: { linkedin: { status: 503 } } }],
    [
      'a refused token',
      anAnswer(401, { code: 'REVOKED_ACCESS_TOKEN', message: 'revoked' }),
      { status: 422, body: { linkedin: { status: 401, code: 'REVOKED_ACCESS_TOKEN' } } },
    ],
  ])('when it is %s', async (_what, answer, expected) => {
    const { id } = await anIntegrationOf(await aSource());
    respond = answer;

    expect(await askWithFaults(`/integrations/${id}/ad-accounts`)).toMatchObject(expected);
  });

  it.each([
    ['accepted', anAnswer(200, { elements: [{ status: 201 }] }), { status: 200, accepted: true }],
    ['refused', anAnswer(422, { message: 'Index: 0, ERROR :: bad' }), { status: 422, accepted: false }],
    ['throttled', anAnswer(429, { message: 'Slow down' }), { status: 429, accepted: false }],
    ['not answered', anAnswer(503, {}), { status: 503, accepted: false }],
    ['sent with a refused token', anAnswer(401, { message: 'revoked' }), { status: 401, accepted: false }],
  ])('when a test event was %s', async (_what, answer, result) => {
    const { id } = await anIntegrationOf(await aSource());
    respond = answer;

    expect(
      await askWithFaults(`/integrations/${id}/test-event`, {
        body: anOrder({ context: { consent: { categoryPreferences: { advertising: true } } } }),
      }),
    ).toMatchObject({ status: 200, body: { sent: true, results: [result] } });
  });
});
