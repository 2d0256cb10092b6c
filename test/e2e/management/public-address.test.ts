/** T16: no address that we hand out depends on the request's host. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection } from './a-connection.ts';

type Answer = { status: number; location: string; body: string };

/** `fetch` can't set the Host header. */
async function askAs(product: LocalProduct, path: string, { method = 'POST', headers = {} }): Promise<Answer> {
  const call = request(new URL(path, product.url), {
    method,
    headers: { Authorization: `Bearer ${product.adminToken}`, ...headers },
  });
  call.end();
  const [response]: IncomingMessage[] = await once(call, 'response');
  if (response === undefined) throw new Error('Cannot ask: there was no answer');
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? '',
    body: await text(response),
  };
}

const HOSTS: Record<string, string>[] = [
  { Host: 'evil.example' },
  { Host: 'evil.example:8787' },
  { Host: 'localhost.evil.example' },
  { Host: 'evil.workers.dev' },
  { 'X-Forwarded-Host': 'evil.example' },
  { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
  { Forwarded: 'host=evil.example;proto=https' },
  { 'X-Original-Host': 'evil.example' },
  { Origin: 'https://evil.example', Referer: 'https://evil.example/' },
];

describe.each([
  ['without PUBLIC_URL', {}],
  ['with PUBLIC_URL', { PUBLIC_URL: 'https://t.example.com', BASE_PATH: '/_df/' }],
] as const)('connecting LinkedIn %s', (_, vars) => {
  let product: LocalProduct;
  let path: string;
  beforeAll(async () => {
    product = await startLocalProduct({ vars });
    const { id } = await aConnection(product, {
      config: { oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' },
    });
    path = `/v1/admin/integrations/${id}/oauth/authorize`;
  });
  afterAll(() => product.stop());

  it.each(HOSTS)('ignores the host in a header: %j', async (headers) => {
    for (const method of ['POST', 'GET']) {
      const { status, location, body } = await askAs(product, path, { method, headers });

      expect(`${location}${body}`).not.toContain('evil');
      // A refusal names the setting to use.
      expect(status === 409 ? body : 'public_url_missing: Set PUBLIC_URL').toMatch(
        /public_url_missing.*Set PUBLIC_URL/,
      );
    }
    const session = await askAs(product, '/v1/admin/session', { method: 'GET', headers });
    expect(session.body).not.toContain('evil');
  });

  it('leads back to the configured address, or to this machine', async () => {
    const { body } = await askAs(product, path, {});

    const expected = 'PUBLIC_URL' in vars ? 'https://t.example.com/_df' : product.url;
    expect(JSON.parse(body)).toMatchObject({ redirect_uri: `${expected}/oauth/linkedin/callback` });
  });
});
