/** F2: each call to an object is charged, and a viewer may leave the page open for days. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { ADMIN_TOKEN, anIntegrationOf, anOrder, aRequest, aSource, send } from '../support/api.ts';

// LinkedIn answers nothing, so the delivery stays unfinished, and is watched.
vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(new Response('', { status: 503 })));

/** The bindings, and the calls to objects that were made through them. */
function counted(): { bindings: Env; calls: string[] } {
  const calls: string[] = [];
  const counting = (name: string, stub: object): object =>
    new Proxy(stub, {
      get: (_, method) => {
        const call: unknown = Reflect.get(stub, method);
        if (typeof call !== 'function') return call;
        return (...args: unknown[]): unknown => {
          calls.push(`${name}.${String(method)}`);
          return Reflect.apply(call, stub, args);
        };
      },
    });
  const objects = ['OUTBOX', 'TALLY', 'REGISTRY', 'REFUSALS'] as const;
  const namespaces = objects.map((name) => [
    name,
    { getByName: (id: string) => counting(name, env[name].getByName(id)) },
  ]);
  return { bindings: { ...env, ...Object(Object.fromEntries(namespaces)) }, calls };
}

it('a viewer of a quiet source costs each object a call in 25 seconds, and the registry two in nine', async () => {
  const source = await aSource();
  await anIntegrationOf(source);
  await send(source, [anOrder(), { type: 'page' }]);
  const { bindings, calls } = counted();
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const request = new Request<unknown, IncomingRequestCfProperties>(
    aRequest(`/v1/admin/sources/${source.id}/live`, { headers }),
  );
  const { body } = await worker.fetch(request, bindings, createExecutionContext());
  const reader = body?.getReader();
  await reader?.read();
  // The first attempt to send is over, and so is the view of its outcome.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  calls.length = 0;

  await new Promise((resolve) => setTimeout(resolve, 9_500));
  const made = calls.toSorted();
  await reader?.cancel();

  const checks = made.filter((call) => call.startsWith('REGISTRY'));
  expect(checks.length).toBeGreaterThan(0);
  expect(checks.length).toBeLessThanOrEqual(4);
  expect(made.filter((call) => !call.startsWith('REGISTRY')).length).toBeLessThanOrEqual(6);
});
