import { describe, expect, it } from 'vitest';

import { isAllowedOrigin } from '../../../worker/domain/allowed-origin.ts';

describe('the origins of a source', () => {
  it.each([
    ['https://www.example.com', 'the very same'],
    ['https://WWW.Example.com', 'another case'],
    ['https://shop.example.net', 'below the wildcard'],
    ['https://a.b.example.net', 'two levels below the wildcard'],
    ['https://x.example.org:8443', 'below a wildcard with its port'],
  ])('take %s (%s)', (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(true);
  });

  it.each([
    ['http://www.example.com', 'another scheme'],
    ['https://www.example.com:444', 'another port'],
    ['https://www.example.com.', 'a dot at the end'],
    ['https://www.example.com.evil.com', 'a domain of somebody else'],
    ['https://evil-example.net', 'no dot before the domain'],
    ['https://example.net', 'the domain itself is not below it'],
    ['https://.example.net', 'nothing before the dot'],
    ['http://shop.example.net', 'another scheme than the wildcard'],
    ['https://x.example.org', 'without the port of the wildcard'],
    ['null', 'a sandboxed frame'],
    ['', 'nothing'],
  ])('do not take %s (%s)', (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(false);
  });

  it.each(['https://anything.example', 'null'])('are every origin while none is named: %s', (origin) => {
    expect(isAllowedOrigin(origin, [])).toBe(true);
  });

  it.each([
    'https://www.example.com/',
    'https://www.example.com:443',
    'HTTPS://WWW.EXAMPLE.COM/shop',
    ' https://www.example.com',
  ])('that were stored before they were trimmed still count: %j', (stored) => {
    expect(isAllowedOrigin('https://www.example.com', [stored])).toBe(true);
    expect(isAllowedOrigin('https://www.example.com.evil.com', [stored])).toBe(false);
  });
});
