import { array, assert, constantFrom, domain, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isAllowedOrigin } from '../../../worker/domain/collect/allowed-origin.ts';

describe('the origins of a source', () => {
  it.each([
    ['https://www.example.com', 'the very same'],
    ['https://WWW.Example.com', 'another case'],
    ['https://shop.example.net', 'below the wildcard'],
    ['https://a.b.example.net', 'two levels below the wildcard'],
    ['https://x.example.org:8443', 'below a wildcard with its port'],
    ['https://my_shop.example.net', 'with an underscore'],
    ['https://xn--bcher-kva.example.net', 'of another alphabet'],
    // The same server in DNS; "Allow" keeps it without the dot.
    ['https://www.example.com.', 'with the last dot of its host'],
    ['https://shop.example.net.', 'below the wildcard, with the last dot of its host'],
    ['https://x.example.org.:8443', 'with the last dot of its host and a port'],
  ])('take %s (%s)', (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(true);
  });

  it.each([
    ['http://www.example.com', 'another scheme'],
    ['https://www.example.com:444', 'another port'],
    ['https://www.example.com.evil.com', 'a domain of somebody else'],
    ['https://evil-example.net', 'no dot before the domain'],
    ['https://example.net', 'the domain itself is not below it'],
    ['https://.example.net', 'nothing before the dot'],
    ['http://shop.example.net', 'another scheme than the wildcard'],
    ['https://x.example.org', 'without the port of the wildcard'],
    ['https://www.example.com..', 'two dots at the end'],
    ['https://evil.com/.example.net', 'the domain in a path'],
    ['https://evil.com?.example.net', 'the domain in a query'],
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
    ['https://evil.com／.example.net', 'a slash of another alphabet'],
    ['https://[::1].example.net', 'an address before the domain'],
    ['https://a..example.net', 'an empty name in the middle'],
    ['https://*.example.net', 'the wildcard itself'],
    [`https://${'a'.repeat(64)}.example.net`, 'a name that is too long'],
    [`https://${'a.'.repeat(130)}example.net`, 'a host that is too long'],
    ['https://a.example.net/', 'a slash at the end'],
    [' https://a.example.net', 'a space before'],
    ['https:////a.example.net', 'more slashes'],
    ['null', 'a sandboxed frame'],
    ['', 'nothing'],
  ])('do not take %s (%s)', (origin) => {
    const allowed = ['https://www.example.com', 'https://*.example.net', 'https://*.example.org:8443'];

    const isAllowed = isAllowedOrigin(origin, allowed);

    expect(isAllowed).toBe(false);
  });

  it('are below a wildcard only if a browser reads that host in them, whatever stands before the domain', () => {
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

  it('take every subdomain that a browser opens by a name of DNS', () => {
    assert(
      property(domain(), (name) => {
        expect(isAllowedOrigin(`https://${name}.example.net`, ['https://*.example.net'])).toBe(true);
        expect(isAllowedOrigin(`https://${name}.example.net.`, ['https://*.example.net'])).toBe(true);
      }),
    );
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
