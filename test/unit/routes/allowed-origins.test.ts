/** T15, over HTTP: which allowed origins are saved or refused, and which events they let in. */
import { beforeEach, describe, expect, it } from 'vitest';

import { admin, aSource, problemOf, send } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

describe('the allowed origins of a source', () => {
  it.each([
    ['https://www.example.com/', 'https://www.example.com'],
    ['https://www.example.com/shop/cart?id=1#top', 'https://www.example.com'],
    ['  https://WWW.Example.com:443\n', 'https://www.example.com'],
    ['https://www.example.com.', 'https://www.example.com'],
    ['https://*.Example.co.uk/', 'https://*.example.co.uk'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('store %j as browsers send it, however it is pasted', async (entry, origin) => {
    const { id, ...source } = await aSource();
    const changed = await admin(`/sources/${id}`, { method: 'PATCH', body: { allowed_origins: [entry] } });
    const host = origin.replace('*.', 'shop.');

    const taken = await send({ id, ...source }, [{ type: 'page' }], { headers: { Origin: host } });

    expect(await changed.json()).toMatchObject({ allowed_origins: [origin] });
    expect(taken.status).toBe(200);
  });

  it.each([
    'https://*.co.uk',
    'https://*.CO.UK/',
    'https://*.com',
    'https://*.github.io',
    'https://*.workers.dev',
    'https://*.amazonaws.com',
    'https://*.windows.net',
    'https://*',
    'null',
    'www.example.com',
    'https://ann:secret@example.com',
  ])('refuse %j with its position and a plain reason, and stay unchanged', async (entry) => {
    const { id } = await aSource({ allowed_origins: ['https://www.example.com'] });
    const body = { allowed_origins: ['https://shop.example.com', entry] };

    const changed = await admin(`/sources/${id}`, { method: 'PATCH', body });
    const { errors } = await changed.clone().json<{ errors?: { detail: string }[] }>();

    expect(await problemOf(changed)).toEqual({ status: 400, code: 'field_invalid', pointer: '/allowed_origins/1' });
    expect(errors?.[0]?.detail).not.toMatch(/Expected|regex|Invalid|!|\^/);
    expect(await (await admin(`/sources/${id}`)).json()).toMatchObject({
      allowed_origins: ['https://www.example.com'],
    });
  });

  it.each([
    'https://evil.com/.shop.example.net',
    'https://evil.com?.shop.example.net',
    'https://evil.com#.shop.example.net',
    'https://evil.com:443.shop.example.net',
    'https://evil.com@a.shop.example.net',
    'https://evil.com, https://a.shop.example.net',
  ])('match a wildcard only if a browser reads that host, so %s is refused', async (origin) => {
    const source = await aSource({ allowed_origins: ['https://*.shop.example.net'] });

    const response = await send(source, [{ type: 'page' }], { headers: { Origin: origin } });

    expect(response.status).toBe(403);
  });
});
