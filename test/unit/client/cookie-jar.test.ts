import { describe, expect, it, vi } from 'vitest';

import * as jar from '../../../client/tag/cookie-jar.ts';
import * as lean from '../../../client/tag/lean-cookie-jar.ts';

const NAMES = ['li_fat_id', '_df_click', '_dfid', '_df_identity', '_df_try'];
const VALUES = ['', 'abc123-def456-ghi789', 'v1.Zm9v_YmFy-~', 'x'.repeat(2_000)];

/** The text that a page passes to the browser, split into attributes. Their order and case don't matter. */
const written = (set: typeof jar.setCookie, protocol: string, ...args: Parameters<typeof jar.setCookie>) => {
  const page = { cookie: '' };
  vi.stubGlobal('document', page);
  vi.stubGlobal('location', { protocol });
  set(...args);
  vi.unstubAllGlobals();
  const [pair, ...attributes] = page.cookie.split('; ');
  return [pair, ...attributes.map((attribute) => attribute.toLowerCase()).toSorted()];
};

const read = (get: typeof jar.getCookie, cookie: string, name: string) => {
  vi.stubGlobal('document', { cookie });
  const value = get(name);
  vi.unstubAllGlobals();
  return value;
};

describe('the cookies of df.js', () => {
  it.each(['http:', 'https:'])('are written as js-cookie writes them, on %s', (protocol) => {
    for (const name of NAMES)
      for (const value of VALUES)
        for (const domain of ['', 'shop.example.com'])
          for (const seconds of [-1, 7_776_000])
            expect(written(lean.setCookie, protocol, name, value, domain, seconds)).toEqual(
              written(jar.setCookie, protocol, name, value, domain, seconds),
            );
  });

  it.each([
    '',
    '_dfid=',
    '_dfid=1',
    'a=b; _dfid=1',
    '_dfid=1; _dfid=2',
    'x_dfid=0; _dfid=1; _dfid_=3',
    '_dfid=; li_fat_id=good; _df_click=v1.a~b',
    'a=_dfid=7; _df_identity=x',
    '=_dfid=7; li_fat_id=x',
    '%E0%A4%A=%; li_fat_id=abc',
  ])('are read as js-cookie reads them, from %j', (cookie) => {
    for (const name of NAMES) expect(read(lean.getCookie, cookie, name)).toBe(read(jar.getCookie, cookie, name));
  });
});
