import { array, assert, constantFrom, domain, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isAllowedOrigin } from '../../../worker/domain/collect/allowed-origin.ts';

describe('the allowed origins of a source', () => {
  it.each([
    ['https://www.example.com', 'the same origin'],
    ['https://WWW.Example.com', 'the same origin in capitals'],
    ['https://shop.example.net', 'below the wildcard'],
    ['https://a.b.example.net', 'two levels below the wildcard'],
    ['https://x.example.org:8443', 'below a wildcard with its port'],
    ['https://my_shop.example.net', 'a subdomain with an underscore'],
    ['https://xn--bcher-kva.example.net', 'a subdomain in another alphabet'],
    // DNS treats both names as the same server. The `Allow` header keeps the name without the dot.
    ['https://www.example.com.', 'a dot at the end of the host'],
    ['https://shop.example.net.', 'below the wildcard, with a dot at the end of the host'],
    ['https://x.example.org.:8443', 'a dot at the end of the host, and a port'],
  ])('include %s (%s)', (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(true);
  });

  it.each([
    ['http://www.example.com', 'another scheme'],
    ['https://www.example.com:444', 'another port'],
    ['https://www.example.com.evil.com', "another site's domain"],
    ['https://evil-example.net', 'no dot before the domain'],
    ['https://example.net', "the wildcard's own domain"],
    ['https://.example.net', 'an empty name before the dot'],
    ['http://shop.example.net', "another scheme than the wildcard's"],
    ['https://x.example.org', 'below the wildcard, without its port'],
    ['https://www.example.com..', 'two dots at the end'],
    ['https://evil.com/.example.net', 'the domain in a path'],
    ['https://evil.com?.example.net', 'the domain in a query string'],
    ['https://evil.com#.example.net', 'the domain in a fragment'],
    ['https://evil.com\\.example.net', 'the domain after a backslash'],
    ['https://evil.com https://a.example.net', 'two origins'],
    ['https://evil.com,https://a.example.net', 'two origins with a comma'],
    ['https://evil.com\t.example.net', 'a tab before the domain'],
    ['https://evil.com\n.example.net', 'a line break before the domain'],
    ['https://evil.com\0.example.net', 'a NUL before the domain'],
    ['https://evil.com@a.example.net', 'a user name'],
    ['https://evil.com:80@a.example.net', 'a user name and password'],
    ['https://evil.com:443.example.net', 'a port before the domain'],
    ['https://evil.com:8443/x.example.org:8443', 'the domain with its port in a path'],
    ['https://evil.com%2f.example.net', 'an encoded slash'],
    ['https://evil.com／.example.net', 'a slash from another alphabet'],
    ['https://[::1].example.net', 'a whole address before the domain'],
    ['https://a..example.net', 'an empty name in the middle'],
    ['https://*.example.net', 'the wildcard pattern itself'],
    [`https://${'a'.repeat(64)}.example.net`, 'a name that is too long'],
    [`https://${'a.'.repeat(130)}example.net`, 'a host that is too long'],
    ['https://a.example.net/', 'a slash at the end'],
    [' https://a.example.net', 'a space at the start'],
    ['https:////a.example.net', 'more slashes'],
    ['null', 'a sandboxed frame'],
    ['', 'nothing'],
  ])("don't include %s (%s)", (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(false);
  });

  it('match a wildcard only if a browser reads that host in the origin', () => {
    const signs = constantFrom(
      ...Array.from('abz019-_.:/?#\\@%*[],; \t\n\0&=!~／。é'),
      'evil.com',
      'https://',
      '.example.net',
      ':443',
    );
    const before = array(signs, { maxLength: 12 }).map((parts) => parts.join(''));
    assert(
      property(before, constantFrom('', 'https://', 'http://'), (text, scheme) => {
        const origin = `${scheme}${text}.example.net`;

        if (!isAllowedOrigin(origin, ['https://*.example.net'])) return;
        expect(URL.parse(origin)?.origin).toBe(origin);
        expect(URL.parse(origin)?.hostname).toMatch(/[^.]\.example\.net$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('include every subdomain with a valid DNS name', () => {
    assert(
      property(domain(), (name) => {
        expect(isAllowedOrigin(`https://${name}.example.net`, ['https://*.example.net'])).toBe(true);
        expect(isAllowedOrigin(`https://${name}.example.net.`, ['https://*.example.net'])).toBe(true);
      }),
    );
  });

  it.each(['https://anything.example', 'null'])('include every origin when the list is empty: %s', (origin) => {
    expect(isAllowedOrigin(origin, [])).toBe(true);
  });

  it.each([
    'https://www.example.com/',
    'https://www.example.com:443',
    'HTTPS://WWW.EXAMPLE.COM/shop',
    ' https://www.example.com',
  ])('still match when an older version stored them untrimmed: %j', (stored) => {
    expect(isAllowedOrigin('https://www.example.com', [stored])).toBe(true);
    expect(isAllowedOrigin('https://www.example.com.evil.com', [stored])).toBe(false);
  });
});
