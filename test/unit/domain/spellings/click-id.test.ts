import { describe, expect, it } from 'vitest';

import { clickIdIn } from '../../../../client/tag/click-id.ts';
import { clickIdInUrl, clickIdOf, validClickId } from '../../../../worker/domain/identity/click-id.ts';

const NO_COOKIES = { click: undefined, liFatId: undefined };

// S9, S18: each is abc123.
const IDS: readonly unknown[] = [
  'abc123/',
  'abc123)',
  'abc123+',
  'abc123.',
  'abc123,',
  'abc123;',
  'abc123:',
  'abc123!',
  'abc123?',
  'abc123"',
  "abc123'",
  'abc123>',
  'abc123]',
  'abc123}',
  'abc123*',
  'abc123).',
  'abc123/)',
  'abc123 ',
  ' abc123',
  'abc123\n',
  '"abc123"',
  '(abc123)',
  "'abc123'",
  '`abc123`',
  '\u200babc123',
  'abc123\u200e',
  '\ufeffabc123',
  ['abc123'],
  [['abc123']],
  ['abc123/'],
  '{abc123}',
  '[abc123]',
  '<abc123>',
];

/** S9, S10. For both the tag and the collector. */
const ADDRESSES: readonly [url: string, id: string][] = [
  ['https://a.example/?li_fat_id=abc123/', 'abc123'],
  ['https://a.example/?li_fat_id=abc123)', 'abc123'],
  ['https://a.example/?li_fat_id=abc123+', 'abc123'],
  ['https://a.example/?li_fat_id=abc123.', 'abc123'],
  ['https://a.example/?li_fat_id=abc123).&utm=1', 'abc123'],
  ['https://a.example/?li_fat_id=old&utm=1&li_fat_id=new', 'new'],
  ['https://a.example/?li_fat_id=old&LI_FAT_ID=new', 'new'],
  ['https://a.example/?li_fat_id=old#li_fat_id=new', 'new'],
  ['https://a.example/?li_fat_id=old&li_fat_id=', 'old'],
  ['https://a.example/?utm=1&amp;li_fat_id=abc123', 'abc123'],
  ['https://a.example/?utm=1&amp;amp;li_fat_id=abc123', 'abc123'],
  ['https://a.example/?utm=1&#x26;li_fat_id=abc123&#38;gclid=1', 'abc123'],
  ['https://a.example/?utm=1&AMP;li_fat_id=abc123', 'abc123'],
  ['https://a.example/?utm=1&amp;li_fat_id=abc123&amp;x=1', 'abc123'],
  ['https://a.example/?li_fat_id=abc-1_2~3.4', 'abc-1_2~3.4'],
  ['https://a.example/?x=%E0%A4%A&li_fat_id=abc123', 'abc123'],
];

/** S10. Addresses from a server. The tag only reads the browser's own. */
const SAID: readonly [url: unknown, id: string][] = [
  ['https://a.example/?u=1&#38;li_fat_id=abc123', 'abc123'],
  ['https://a.example/?u=1&amp;amp;li_fat_id=abc123', 'abc123'],
  ['https://a.example/?li_fat_id&#61;abc&#45;123', 'abc-123'],
  ['https://a.example/?li_fat_id&equals;abc&lowbar;123', 'abc_123'],
  ['https://a.example/?li_fat_id=abc123%2F', 'abc123'],
  ['https://a.example/?li_fat_id=abc123%20', 'abc123'],
  ['https://a.example/login?next=https%3A%2F%2Fa.example%2F%3Fli_fat_id%3Dabc123', 'abc123'],
  ['https%3A%2F%2Fa.example%2F%3Fli_fat_id%3Dabc123', 'abc123'],
  [['https://a.example/?li_fat_id=abc123'], 'abc123'],
];

describe('a click ID', () => {
  it('is tested in at least 30 spellings', () => {
    expect(IDS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(IDS)('is abc123 in %j', (given) => {
    expect(validClickId(given)).toBe('abc123');
  });

  it.each([...ADDRESSES, ...SAID])('is found by the collector in %j', (url, id) => {
    expect(clickIdInUrl(url)).toBe(id);
    expect(clickIdOf({ properties: {}, context: { page: { url } } }, NO_COOKIES)).toBe(id);
  });

  it.each([...ADDRESSES, ...SAID])('is found in %j, sent in place of the ID', (url, id) => {
    expect(validClickId(url)).toBe(id);
  });

  it.each([
    'unknown',
    'false',
    'true',
    '0',
    '-',
    '--',
    '_',
    'no',
    'none',
    'n/a',
    'test',
    'Test',
    'NULL',
    'undefined',
    'id',
    '00000000-0000-0000-0000-000000000000',
    '"unknown"',
    '(none)',
    '[object Object]',
    'user_undefined',
    '{0}',
    '{li_fat_id}',
    '[li_fat_id]',
    '{{click123456}}',
    '%CLICK_ID1%',
    'https://a.example/?li_fat_id=unknown',
  ])('is not the placeholder %j, which everybody would share', (given) => {
    expect(validClickId(given)).toBeUndefined();
    expect(clickIdInUrl(`https://a.example/?li_fat_id=${encodeURIComponent(given)}`)).toBeUndefined();
  });

  it('is a GUID without its brackets', () => {
    expect(validClickId('{85929337-D448-42da-a095-0b3c5500fa50}')).toBe('85929337-D448-42da-a095-0b3c5500fa50');
  });

  it.each(ADDRESSES)('is found by the tag in %j', (url, id) => {
    expect(clickIdIn(url)).toBe(id);
  });

  it.each(['abc def', 'abc<script>', 'abc%def', '/', '()', 'undefined/', ['a', 'b'], {}])(
    "isn't cut out of %j",
    (given) => {
      expect(validClickId(given)).toBeUndefined();
    },
  );
});
