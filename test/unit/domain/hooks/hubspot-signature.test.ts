/** HubSpot's signatures, with the example values of its own pages where it gives some. */
import { describe, expect, it } from 'vitest';

import { checkSignature } from '../../../../worker/domain/hooks/signature.ts';

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const NOW = Date.parse('2026-11-30T12:00:00Z');

/** The example of https://developers.hubspot.com/docs/faq/v2-request-validation, read 2026-11-30. */
const EXAMPLE = {
  method: 'GET',
  url: 'https://www.example.com/webhook_uri',
  body: '',
  headers: {
    'X-HubSpot-Signature-Version': 'v2',
    'X-HubSpot-Signature': 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e',
  },
};

const check = ({ method, url, body, headers }: typeof EXAMPLE & { headers: object }, secret = SECRET) => {
  const given = new Headers(Object.entries(headers));
  return checkSignature(
    'hubspot',
    {
      method,
      url,
      body: new Uint8Array(new TextEncoder().encode(body)),
      header: (name) => given.get(name) ?? undefined,
    },
    { secret, nowMs: NOW },
  );
};

describe("HubSpot's signature of version 2", () => {
  it('is right in its own example', async () => {
    expect(await check(EXAMPLE)).toBe('valid');
  });

  it.each<[string, Partial<typeof EXAMPLE>]>([
    ['another method', { method: 'POST' }],
    ['another address', { url: 'https://www.example.com/webhook_uri2' }],
    ['another body', { body: '{}' }],
  ])('is wrong with %s', async (_, change) => {
    expect(await check({ ...EXAMPLE, ...change })).toBe('wrong');
  });

  it.each<[string, Record<string, string>]>([
    ['another hash', { 'X-HubSpot-Signature': 'f'.repeat(64) }],
    ['no hash', { 'X-HubSpot-Signature': '' }],
    ['something that is no hash', { 'X-HubSpot-Signature': 'yes' }],
    ['version 1', { 'X-HubSpot-Signature-Version': 'v1' }],
    ['no version', { 'X-HubSpot-Signature-Version': '' }],
    ['a wrong signature of version 3 beside it', { 'X-HubSpot-Signature-v3': 'AAAA' }],
    ['an empty signature of version 3 beside it', { 'X-HubSpot-Signature-v3': '' }],
  ])('is wrong with %s', async (_, headers) => {
    expect(await check({ ...EXAMPLE, headers: { ...EXAMPLE.headers, ...headers } })).toBe('wrong');
  });

  it.each(['', 'another secret'])('is wrong with the secret "%s"', async (secret) => {
    expect(await check(EXAMPLE, secret)).toBe('wrong');
  });
});
