import { assert, constantFrom, integer, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  clickCookie,
  clickIdInUrl,
  clickIdOf,
  clickIdOfVisit,
  parseClickCookie,
  validClickId,
} from '../../../worker/domain/identity/click-id.ts';
import { isSenselessId } from '../../../worker/domain/identity/sensible-id.ts';
import { aTrack, onPage } from '../support/an-event.ts';

const ID = 'abc123-def456-ghi789';
// S9: a final dot belongs to the sentence around the ID.
const anId = stringMatching(/^[A-Za-z0-9._~-]{0,199}[A-Za-z0-9_~-]$/).filter((text) => !isSenselessId(text));

describe('a click ID', () => {
  it.each([ID, '85929337-d448-42da-a095-0b3c5500fa50', 'a', 'A_b~c.d-e', 'x'.repeat(200)])('is valid: %s', (text) => {
    expect(validClickId(text)).toBe(text);
  });

  it.each([
    '',
    'x'.repeat(201),
    '../../',
    '<svg/onload=1>',
    'a\r\nX-Evil: 1',
    "' OR 1=1--",
    'a b',
    'ä',
    undefined,
    null,
    42,
    '.',
    [ID, ID],
    { li_fat_id: ID },
  ])('is invalid: %j', (value) => {
    expect(validClickId(value)).toBeUndefined();
  });
});

describe('an address', () => {
  it.each([
    ['in the query string', `https://example.com/landing?li_fat_id=${ID}`],
    ['after other parameters', `https://example.com/?utm_source=linkedin&li_fat_id=${ID}&x=1`],
    ['in the fragment', `https://example.com/#li_fat_id=${ID}`],
    ['in the query string of a fragment', `https://example.com/#/route?li_fat_id=${ID}`],
    ['in capitals', `https://example.com/?LI_FAT_ID=${ID}`],
    ['escaped', `https://example.com/?li_fat_id=${ID.replaceAll('-', '%2D')}`],
    ['beside an invalid escape', `https://example.com/?q=%E0%A4%A&li_fat_id=${ID}`],
    ['second, after an empty one', `https://example.com/?li_fat_id=&li_fat_id=${ID}`],
    ['in a truncated address', `?li_fat_id=${ID}`],
  ])('has a click ID %s', (_, url) => {
    expect(clickIdInUrl(url)).toBe(ID);
  });

  it.each([
    'https://example.com/',
    'https://example.com/li_fat_id=abc',
    'https://example.com/?li_fat_id',
    'https://example.com/?li_fat_id=',
    'https://example.com/?li_fat_id=%3Cscript%3E',
    'https://example.com/?li_fat_id=%E0%A4%A',
    'https://example.com/?xli_fat_id=abc',
    '',
    undefined,
    null,
    17,
  ])('has none: %j', (url) => {
    expect(clickIdInUrl(url)).toBeUndefined();
  });

  it('returns every click ID that was put into it', () => {
    assert(
      property(anId, constantFrom('?', '?a=b&', '#', '#/x?'), (id, before) => {
        expect(clickIdInUrl(`https://example.com/${before}li_fat_id=${encodeURIComponent(id)}&z=1`)).toBe(id);
      }),
    );
  });

  it('never throws, and returns only valid click IDs', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const id = clickIdInUrl(`https://example.com/?li_fat_id=${text}`);

        return id === undefined || validClickId(id) === id;
      }),
    );
  });
});

describe('the cookie _df_click', () => {
  it('has the format that its documentation shows', () => {
    expect(clickCookie({ id: 'abc123-def456', atMs: 1795255200000 })).toBe('1795255200000.abc123-def456');
  });

  it('reads back what it wrote', () => {
    // 13 digits: the years 2001 to 2286.
    assert(
      property(anId, integer({ min: 1e12, max: 9_999_999_999_999 }), (id, atMs) => {
        expect(parseClickCookie(clickCookie({ id, atMs }))).toEqual({ id, atMs });
      }),
    );
  });

  it.each([undefined, '', ID, '1795255200.abc', '1795255200000.', '1795255200000.<svg>', '1795255200000', 'x.abc'])(
    'is ignored when its value is %j',
    (text) => {
      expect(parseClickCookie(text)).toBeUndefined();
    },
  );
});

describe('the click ID of an event', () => {
  const inProperties = { properties: { li_fat_id: 'of-properties' } };
  const inPage = onPage('https://example.com/?li_fat_id=of-page');
  const inContext = { li_fat_id: 'of-context' };
  const cookies = { click: { id: 'of-df-click', atMs: 1 }, liFatId: 'of-li-fat-id' };

  it.each([
    ['of-properties', aTrack({ ...inProperties, context: { ...inPage, ...inContext } }), cookies],
    ['of-page', aTrack({ context: { ...inPage, ...inContext } }), cookies],
    ['of-context', aTrack({ context: inContext }), cookies],
    ['of-df-click', aTrack(), cookies],
    ['of-li-fat-id', aTrack(), { ...cookies, click: undefined }],
    [undefined, aTrack(), { click: undefined, liFatId: undefined }],
  ])('comes from the first place that has one, in the documented order: %s', (expected, event, known) => {
    expect(clickIdOf(event, known)).toBe(expected);
  });

  it('comes from the next place when one is malformed', () => {
    const event = aTrack({ properties: { li_fat_id: 'not valid' }, context: { page: null, li_fat_id: 'of-context' } });

    expect(clickIdOf(event, cookies)).toBe('of-context');
  });

  it('counts as new only when the page or the context brought it', () => {
    expect(clickIdOfVisit(aTrack({ context: inPage }))).toBe('of-page');
    expect(clickIdOfVisit(aTrack({ context: inContext }))).toBe('of-context');
    expect(clickIdOfVisit(aTrack(inProperties))).toBeUndefined();
  });
});
