import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { type LocalProduct, type Reply, startLocalProduct } from '../../support/local-product.ts';
import { bodyOf } from './a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

/** Returns the calls of a section in their order: `api -X POST localhost:8787/v1/admin/… -d '…'`. */
function callsIn(section: string): { path: string; method: string; body: string | undefined }[] {
  const event = /EVENT='([^']*)'/.exec(section)?.[1];
  const calls = section.matchAll(
    /^api (?:-X (\w+) )?localhost:8787\/v1\/admin(\S+)(?: -d (?:'([^']*)'|"\$EVENT"))?$/gm,
  );
  return [...calls].map(([line, method = 'GET', path = '', body]) => ({
    path,
    method,
    body: line.endsWith('"$EVENT"') ? event : body,
  }));
}

/** Presses Allow on the sandbox's consent page. */
async function allow(url: string): Promise<string> {
  const { origin, pathname, searchParams } = new URL(url);
  searchParams.set('decision', 'allow');
  const back = await fetch(origin + pathname, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: searchParams.toString(),
    redirect: 'manual',
  });
  return (await fetch(back.headers.get('Location') ?? '')).text();
}

it('the steps of the docs lead from nothing to a test event that LinkedIn accepts', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../docs/getting-started.md'), 'utf8');
  const calls = callsIn(text.slice(text.indexOf('## 7.')));
  await product.admin('/sources', { body: { id: 'src_mine' } });

  let page = '';
  const replies = new Map<string, Reply>();
  for (const { path, method, body } of calls) {
    const reply = await product.admin(path, { method, ...(body !== undefined && { body: JSON.parse(body) }) });
    expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body)}`).toBeLessThan(300);
    replies.set(path.split('/').at(-1) ?? '', reply);
    if (path.endsWith('/authorize')) page = await allow(String(bodyOf(reply)['url']));
  }

  expect(calls).toHaveLength(12);
  expect(page).toContain('Connected to LinkedIn');
  expect(replies.get('doctor')).toMatchObject({ body: { healthy: true, findings: [] } });
  expect(replies.get('test-event')).toMatchObject({ body: { sent: true, results: [{ status: 200, accepted: true }] } });
});
