/** T15: an allowed origin is trimmed as people paste it, and one that would let strangers in is refused. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { isAllowedOrigin } from '../../../worker/domain/collect/allowed-origin.ts';
import { fieldProblems } from '../../../worker/schema/field-problems.ts';
import { readOriginEntry } from '../../../worker/schema/settings/allowed-origin-entry.ts';
import { SourcePatch } from '../../../worker/schema/settings/source-schema.ts';

describe('an allowed origin', () => {
  it.each([
    ['https://www.example.com', 'https://www.example.com'],
    ['https://www.example.com/', 'https://www.example.com'],
    ['https://www.example.com/shop/cart?id=1#top', 'https://www.example.com'],
    ['https://www.example.com?li_fat_id=x', 'https://www.example.com'],
    ['  https://www.example.com\n', 'https://www.example.com'],
    ['\u00a0https://www.example.com\u00a0', 'https://www.example.com'],
    ['HTTPS://WWW.Example.COM', 'https://www.example.com'],
    ['https://www.example.com:443', 'https://www.example.com'],
    ['http://www.example.com:80/', 'http://www.example.com'],
    ['https://www.example.com:8443/x', 'https://www.example.com:8443'],
    ['http://www.example.com:443', 'http://www.example.com:443'],
    ['https://www.example.com.', 'https://www.example.com'],
    ['https://*.example.com', 'https://*.example.com'],
    ['https://*.Example.com:443/', 'https://*.example.com'],
    ['https://*.example.co.uk', 'https://*.example.co.uk'],
    ['https://*.shop.example.com:8443', 'https://*.shop.example.com:8443'],
    ['https://*.example.github.io', 'https://*.example.github.io'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://*.BÜCHER.example', 'https://*.xn--bcher-kva.example'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://my_shop.example.com', 'https://my_shop.example.com'],
    ['http://intranet', 'http://intranet'],
  ])('%j is stored as %s', (entry, origin) => {
    expect(readOriginEntry(entry)).toEqual({ kind: 'origin', origin });
  });

  /** Public suffixes and their parents: any account holder there gets a host below them. */
  const SHARED = [
    'amazonaws.com',
    'eu-central-1.amazonaws.com',
    'dualstack.us-east-1.amazonaws.com',
    's3.eu-central-1.amazonaws.com',
    'compute.amazonaws.com',
    'amazonaws.com.cn',
    'windows.net',
    'core.windows.net',
    'blob.core.windows.net',
    'cloudfront.net',
    'azurewebsites.net',
    'azurefd.net',
    'azureedge.net',
    'cloudapp.net',
    'googleapis.com',
    'appspot.com',
    'run.app',
    'web.app',
    'firebaseapp.com',
    'herokuapp.com',
    'netlify.app',
    'onrender.com',
    'fly.dev',
    'digitaloceanspaces.com',
    'ondigitalocean.app',
    'r2.dev',
    'gitlab.io',
    'wixsite.com',
    'webflow.io',
    'blogspot.com',
    'translate.goog',
    'usercontent.goog',
    'akamaized.net',
    'fastly.net',
    'linodeobjects.com',
    'scw.cloud',
    'ngrok.io',
    'uk',
    'ac.uk',
    'com.au',
    'co.jp',
    'foo.ck',
  ];
  const PUBLIC = /anybody can get a name under this domain/;
  it.each([
    ['https://*.co.uk', PUBLIC],
    ['https://*.CO.UK/', PUBLIC],
    ['https://*.com', PUBLIC],
    ['https://*.com:8443', PUBLIC],
    ['https://*.com.', PUBLIC],
    ['https://*.github.io', PUBLIC],
    ['https://*.vercel.app', PUBLIC],
    ['https://*.workers.dev', PUBLIC],
    ['https://*.pages.dev', PUBLIC],
    ['https://*.myshopify.com', PUBLIC],
    ['https://*.s3.amazonaws.com', PUBLIC],
    ['https://*.kawasaki.jp', PUBLIC],
    ['https://*.internal', PUBLIC],
    ['https://*.公司.cn', PUBLIC],
    ['https://*.AmazonAWS.com:443/x', /other people's sites are below amazonaws\.com/],
    ['https://*', /leave the list empty/],
    ['*', /leave the list empty/],
    ['https://*/', /leave the list empty/],
    ['https://*.*.example.com', /in front of the whole host/],
    ['https://www.*.com', /in front of the whole host/],
    ['https://shop*.example.com', /in front of the whole host/],
    ['https://www.example.com:*', /expected an origin/],
    ['https://*.', /expected/],
    ['https://*.localhost', /\*\.localhost/],
    ['https://*.127.0.0.1', /has no subdomains/],
    ['https://*.[::1]', /has no subdomains|expected/],
    ['null', /sandboxed frame/],
    ['', /remove the empty entry/],
    ['   ', /remove the empty entry/],
    ['www.example.com', /put "https:\/\/" in front/],
    ['www.example.com:8080', /put "https:\/\/" in front/],
    ['localhost:3000', /put "https:\/\/" in front/],
    ['//www.example.com', /put "https:\/\/" in front/],
    ['file:///home/me/page.html', /in front/],
    ['ftp://example.com', /in front/],
    ['javascript:alert(1)', /in front/],
    ['chrome-extension://abcdef', /in front/],
    ['https://ann:secret@example.com', /user name and password/],
    ['https://ann@example.com', /user name and password/],
    ['https://https://example.com', /one "https:\/\/"/],
    ['https://a.example https://b.example', /one origin without spaces/],
    ['https://exam\nple.com', /one origin without spaces/],
    ['https://example.com\\evil', /one origin without spaces/],
    ['https://', /expected an origin/],
    ['https://example.com:99999', /expected an origin/],
    ['https://a..example.com', /expected/],
    ['https://-example.com', /expected the name of a host/],
    [`https://${'a'.repeat(64)}.com`, /expected/],
    [`https://example.com/${'a'.repeat(3_000)}`, /at most 2000 characters/],
  ])('%j is refused with a reason', (entry, reason) => {
    const read = readOriginEntry(entry);

    expect(read).toEqual({ kind: 'problem', problem: expect.stringMatching(reason) });
  });

  it.each(SHARED)("can't be a wildcard over %s, where strangers have hosts", (host) => {
    expect(readOriginEntry(`https://*.${host}`)).toEqual({
      kind: 'problem',
      problem: expect.stringMatching(/^(anybody can get a name|other people's sites are below)/),
    });
  });

  it('equals what a page at that address sends, and stays the same when it is saved again', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        fc.constantFrom('', ' ', '\t', '\n'),
        (url, space) => {
          const read = readOriginEntry(`${space}${url}${space}`);

          if (read.kind === 'problem') return;
          expect(read.origin).toBe(new URL(url).origin.replace(/\.(?=$|:\d+$)/, ''));
          expect(readOriginEntry(read.origin)).toEqual(read);
          expect(isAllowedOrigin(read.origin, [read.origin])).toBe(true);
        },
      ),
    );
  });

  it('of any text is read without an exception, and gives an origin or an explanation', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('https://', 'http://*.', 'https://*.'), fc.string({ unit: 'binary' }))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(odd, (text) => {
        const read = readOriginEntry(text);

        const isSentence = read.kind === 'problem' && read.problem.length > 20;
        const isOrigin =
          read.kind === 'origin' &&
          /^https?:\/\/(\*\.)?(\[[\da-f:.]+\]|[a-z\d_.-]+)(:\d{1,5})?$/.test(read.origin) &&
          JSON.stringify(readOriginEntry(read.origin)) === JSON.stringify(read);
        expect({ text, is: isSentence || isOrigin }).toEqual({ text, is: true });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the list of allowed origins', () => {
  const problemsOf = (allowed_origins: unknown) => {
    const { issues = [] } = v.safeParse(SourcePatch, { allowed_origins });
    return fieldProblems(issues);
  };

  it('contains each origin once', () => {
    const { allowed_origins } = v.parse(SourcePatch, {
      allowed_origins: ['https://a.example/', 'https://A.example:443', 'https://*.a.example', 'https://*.A.example/x'],
    });

    expect(allowed_origins).toEqual(['https://a.example', 'https://*.a.example']);
  });

  it("names each wrong entry, and never in the validator's words", () => {
    const problems = problemsOf(['https://a.example', 'https://*.co.uk', 7, null, 'null']);

    expect(problems.map(({ pointer }) => pointer)).toEqual([1, 2, 3, 4].map((index) => `/allowed_origins/${index}`));
    for (const value of [...problems, ...problemsOf('https://a.example'), ...problemsOf({})])
      expect(value.detail).not.toMatch(/string|Array|Object|!|regex|undefined|\^/);
  });
});
