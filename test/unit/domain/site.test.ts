import { describe, expect, it } from 'vitest';

import { cookieDomain, isSameSite, widestCookieDomain } from '../../../worker/domain/site/site.ts';

describe('the widest cookie domain', () => {
  it.each([
    ['t.shop.example.co.uk', 'example.co.uk'],
    ['www.example.com', 'example.com'],
    ['example.com', 'example.com'],
    ['shop.github.io', 'shop.github.io'],
    ['df.account.workers.dev', 'account.workers.dev'],
    ['localhost', undefined],
    ['127.0.0.1', undefined],
    ['[::1]', undefined],
    ['github.io', undefined],
  ])('of %s is %s', async (hostname, domain) => {
    expect(await widestCookieDomain(hostname)).toBe(domain);
  });
});

describe('the cookie domain that a page asks for', () => {
  it.each([
    [undefined, 'example.com'],
    ['example.com', 'example.com'],
    ['.example.com', 'example.com'],
    ['shop.example.com', 'shop.example.com'],
    ['T.Shop.Example.com', 't.shop.example.com'],
    ['com', 'example.com'],
    ['evil.com', 'example.com'],
    ['other.example.com', 'example.com'],
    ['op.example.com', 'example.com'],
    ['example.com; HttpOnly', 'example.com'],
    // The tag tried, and this browser accepts no wider cookie.
    ['', undefined],
  ])('is accepted if it is ours: %j gives %s', async (asked, domain) => {
    expect(await cookieDomain('t.shop.example.com', asked)).toBe(domain);
  });

  it('is refused when there is no domain', async () => {
    expect(await cookieDomain('localhost', 'localhost')).toBeUndefined();
  });
});

it.each([
  ['https://www.example.com', 't.example.com', true],
  ['https://example.com:8443', 't.example.com', true],
  ['http://localhost:3000', 'localhost', true],
  ['http://127.0.0.1:3000', '127.0.0.1', true],
  ['https://example.net', 't.example.com', false],
  ['https://one.github.io', 'two.github.io', false],
  ['https://one.co.uk', 'two.co.uk', false],
  ['http://127.0.0.2', '127.0.0.1', false],
  ['http://localhost', '127.0.0.1', false],
  ['null', 't.example.com', false],
  ['', 't.example.com', false],
])('treats the page %s and the host %s as one site: %s', async (origin, hostname, expected) => {
  expect(await isSameSite(origin, hostname)).toBe(expected);
});
