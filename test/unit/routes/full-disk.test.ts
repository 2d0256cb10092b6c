/** T14: a failure to store or read is a 503 with Retry-After, so that the sender tries again. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import { ADMIN_TOKEN, anIntegrationOf, anOrder, aRequest, aSource, problemOf } from '../support/api.ts';
import type { Call } from '../support/api.ts';

const FAULTS = [
  'database or disk is full: SQLITE_FULL',
  'disk I/O error: SQLITE_IOERR',
  'Network connection lost.',
  'Durable Object storage operation exceeded timeout which caused object to be reset.',
];

/** A namespace whose objects can neither store nor read. */
const failing = <Namespace extends object>(namespace: Namespace, message: string): Namespace =>
  new Proxy(namespace, {
    get: () => () =>
      new Proxy(
        {},
        // A stub isn't a promise when it is awaited itself.
        { get: (_, name) => (name === 'then' ? undefined : () => Promise.reject(new Error(message))) },
      ),
  });

async function answerOf(path: string, call: Call, bindings: object): Promise<Response> {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const request = new Request<unknown, IncomingRequestCfProperties>(aRequest(path, call));
  return worker.fetch(request, { ...env, ...bindings }, createExecutionContext());
}

describe.each(FAULTS)('an object that says "%s"', (message) => {
  it.each([
    ['OUTBOX', anOrder()],
    ['TALLY', { type: 'page' }],
  ] as const)('makes the collector answer 503 with a time to retry: %s', async (binding, event) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const call = { body: { writeKey: source.write_key, batch: [event] } };

    const response = await answerOf('/v1/batch', call, { [binding]: failing(env[binding], message) });

    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'outbox_unavailable' });
  });

  it.each([
    ['GET', '/v1/admin/sources', 'REGISTRY'],
    ['POST', '/v1/admin/sources', 'REGISTRY'],
    ['GET', '/v1/admin/sources/{id}/events', 'OUTBOX'],
    ['GET', '/v1/admin/sources/{id}/ledger', 'OUTBOX'],
    ['GET', '/v1/admin/sources/{id}/events', 'TALLY'],
    ['GET', '/v1/admin/sources/{id}/ledger', 'TALLY'],
  ] as const)('makes %s %s answer 503', async (method, path, binding) => {
    const source = await aSource();
    const call = {
      method,
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
      ...(method === 'POST' && { body: {} }),
    };

    const response = await answerOf(path.replace('{id}', source.id), call, {
      [binding]: failing(env[binding], message),
    });

    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'storage_unavailable' });
  });
});
