/** Compares the Worker's short form of the public suffix list with the list in tldts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import fc from 'fast-check';
import { getDomain, parse } from 'tldts';
import { describe, expect, it } from 'vitest';

import { suffixNames } from '../../scripts/public-suffixes.ts';
import { shortSuffixList } from '../../scripts/short-suffix-list.ts';
import { suffixBits } from '../../scripts/suffix-bits.ts';
import { domainWithoutList } from '../../worker/domain/site/domain-without-list.ts';
import type * as List from '../../worker/domain/site/public-suffix-list.ts';
import { cookieDomain, isSameSite, widestCookieDomain } from '../../worker/domain/site/site.ts';
import { FREQUENT, mayBeListed } from '../../worker/domain/site/suffix-names.ts';

const AS_BROWSERS_DO = { allowPrivateDomains: true };
const byList = (hostname: string): string | undefined => getDomain(hostname, AS_BROWSERS_DO) ?? undefined;

/** The collector's answer from the list alone. */
const sameSiteByList = (origin: string, hostname: string): boolean => {
  const page = parse(origin, AS_BROWSERS_DO).hostname;
  if (page === null) return false;
  return page === hostname || (byList(page) ?? page) === (byList(hostname) ?? hostname);
};

const names = (await suffixNames()).map(({ name }) => name.replace('*', 'any'));
/** Each name of the list, and hosts below it. */
const hosts = names.flatMap((name) => [name, `example.${name}`, `t.shop.example.${name}`, `www.${name}`]);

/** Hosts of other kinds. */
const HOSTILE = [
  ...` . .. com .com com. example.com. example..com .example.com Example.COM example.com:80 localhost a.localhost
127.0.0.1 999.999.999.999 1.2.3 0x7f.1 [::1] ::1 [2001:db8::1] www.ck x.www.ck any.ck city.kobe.jp x.city.kobe.jp
x.any.kobe.jp co.uk x.co.uk github.io a_b.example.com -a.example.com a-.example.com xn--55qx5d.cn a.xn--55qx5d.cn
xn--p1ai a.xn--p1ai 例.公司.cn bücher.example.de example.com/path user@example.com example.c0m a.b.c.123 null
constructor`.split(/\s/),
  'exa mple.com',
  `${'a'.repeat(63)}.com`,
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(126)}com`,
  `${'a.'.repeat(127)}com`,
];

describe('the registrable domain without the list', () => {
  it('is what the list says, for every name in it and for hosts below each; or only the list is asked', () => {
    const wrong = [...hosts, ...HOSTILE].filter((host) => {
      const known = domainWithoutList(host);
      return known !== undefined && (known ?? undefined) !== byList(host);
    });

    expect(wrong).toEqual([]);
  });

  it('is what the list says, for any host', () => {
    const label = fc.stringMatching(/^[a-z\d](?:[a-z\d-]{0,8}[a-z\d])?$/);
    const host = fc
      .tuple(
        fc.array(label, { maxLength: 3 }),
        fc.constantFrom('com', 'uk', 'jp', 'ck', 'dev', 'co.uk', 'zz', ...names),
      )
      .map(([labels, suffix]) => [...labels, suffix].join('.'));

    fc.assert(
      fc.property(host, (name) => {
        const known = domainWithoutList(name);
        return known === undefined || (known ?? undefined) === byList(name);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is known for nearly every ordinary domain, and below every frequent suffix', () => {
    const ends = ['com', 'net', 'org', 'io', 'de', 'fr', 'eu', 'ch', 'shop', 'ai', ...FREQUENT];
    const ordinary = ends.flatMap((end) => Array.from({ length: 100 }, (_, index) => `t.company-${index}.${end}`));
    const unknown = ordinary.filter((host) => domainWithoutList(host) === undefined);

    expect(unknown.length / ordinary.length).toBeLessThan(0.04);
  });
});

describe('the site of a page and a host', () => {
  const collectors = ['t.example.com', 'localhost', '127.0.0.1', 't.x.co.uk', 'x.acme.workers.dev', 't.a.github.io'];
  const pages = [...collectors, 'example.com', 'evilexample.com', 'www.b.github.io', 'y.co.uk', ...HOSTILE];
  const origins = pages.flatMap((page) => [page, `https://${page}`, `http://${page}:8080`, `app://${page}`]);
  const cases = [...collectors, ...HOSTILE].flatMap((host) => origins.map((origin) => [origin, host] as const));

  it('is the same exactly when the list says so', async () => {
    const wrong: string[] = [];
    for (const [origin, host] of cases)
      if ((await isSameSite(origin, host)) !== sameSiteByList(origin, host)) wrong.push(`${origin} ${host}`);

    expect(wrong).toEqual([]);
  });

  it('gives the widest cookie domain that the list gives', async () => {
    const wrong: string[] = [];
    for (const host of [...hosts, ...HOSTILE]) if ((await widestCookieDomain(host)) !== byList(host)) wrong.push(host);

    expect(wrong).toEqual([]);
    expect(await cookieDomain('t.example.com', 'com')).toBe('example.com');
  });
});

describe('the list that is deployed', () => {
  it('gives the same domain and host as tldts, for every name in it, hosts below each, and unusual ones', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, '../../worker/domain/site/public-suffix-list.ts')],
      plugins: [shortSuffixList],
      bundle: true,
      format: 'esm',
      write: false,
    });
    const [module] = outputFiles;
    const deployed: typeof List = await import(
      /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(module?.contents ?? '').toString('base64')}`
    );
    const exceptions = (await suffixNames('exceptionsRoot')).map(({ name }) => name);
    // A name between two labels of a rule isn't a suffix, and a wildcard's own name may not be one.
    const all = [...hosts, ...exceptions, ...exceptions.map((name) => `x.${name}`), ...HOSTILE];
    const unusual = all.flatMap((host) => [host.toUpperCase(), `${host}.`, `.${host}`, host.replace('.', '..')]);

    const differs = (host: string): boolean => (deployed.registrableDomain(host) ?? undefined) !== byList(host);
    expect(exceptions.length).toBeGreaterThan(5);
    expect([...all, ...unusual].filter(differs)).toEqual([]);
    expect(
      HOSTILE.filter(
        (host) => deployed.hostOf(`https://${host}`) !== parse(`https://${host}`, AS_BROWSERS_DO).hostname,
      ),
    ).toEqual([]);
    expect(module?.contents.byteLength).toBeLessThan(110_000);
  });
});

it('knows every top-level domain', () => {
  expect(names.filter((name) => !name.includes('.') && !mayBeListed(name))).toEqual([]);
});

it('worker/domain/site/suffix-bits.ts is up to date with tldts', async () => {
  const file = await readFile(join(import.meta.dirname, '../../worker/domain/site/suffix-bits.ts'), 'utf8');

  expect(file.replaceAll(/\s/g, '')).toBe((await suffixBits()).replaceAll(/\s/g, ''));
});
