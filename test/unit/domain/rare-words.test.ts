import { decodeHTMLStrict } from 'entities/decode';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { iso31661, iso31661Alpha3ToAlpha2, iso31661NumericToAlpha2 } from 'iso-3166';
import { describe, expect, it, vi } from 'vitest';

import { countryOfNumber, countryOfThreeLetters } from '../../../worker/domain/reading/country-names.ts';
import { CODES } from '../../../worker/domain/reading/country.ts';
import { ISO_COUNTRIES } from '../../../worker/domain/reading/iso-countries.ts';
import { withoutEscapes } from '../../../worker/domain/reading/seen-text.ts';

/** The modules as they are in a new isolate: the rare words are not loaded. */
async function inNewIsolate() {
  vi.resetModules();
  const [{ withRareWords }, { countryIn }, seen] = await Promise.all([
    import('../../../worker/domain/reading/rare-words.ts'),
    import('../../../worker/domain/reading/country.ts'),
    import('../../../worker/domain/reading/seen-text.ts'),
  ]);
  return { withRareWords, countryIn, withoutEscapes: seen.withoutEscapes };
}

/** Does work in a new isolate, and counts how often. */
async function timesDone(work: (modules: Awaited<ReturnType<typeof inNewIsolate>>) => unknown) {
  const modules = await inNewIsolate();
  let times = 0;
  const result = await modules.withRareWords(async () => {
    times += 1;
    return work(modules);
  });
  return { result, times };
}

describe('modules that few texts need', () => {
  it.each([
    ['Zo&euml;', 'Zoë'],
    ['Zo&amp;euml;', 'Zoë'],
    ['R&AMP;D', 'R&D'],
    ['&unknown;', '&unknown;'],
    ['&constructor;', '&constructor;'],
    ['&#150;', '–'],
  ])('are loaded for the text %s, and the work is done again', async (text, seen) => {
    expect(await timesDone((modules) => modules.withoutEscapes(text))).toEqual({ result: seen, times: 2 });
  });

  it.each([
    ['Deutschland', 'DE'],
    ['DEU', 'DE'],
    ['276', 'DE'],
    ['🇩🇪', 'DE'],
    ['&#68;eutschland', 'DE'],
    ['nowhere', undefined],
  ])('are loaded for the country %s, and the work is done again', async (text, code) => {
    expect(await timesDone(({ countryIn }) => countryIn(text))).toEqual({ result: code, times: 2 });
  });

  it.each([
    ['AT&amp;T', 'AT&T'],
    ['AT&amp;amp;T', 'AT&T'],
    ['Smith & Sons; &c', 'Smith & Sons; &c'],
    ['&#90;o&#xEB;', 'Zoë'],
  ])('are not loaded for the text %s', async (text, seen) => {
    expect(await timesDone((modules) => modules.withoutEscapes(text))).toEqual({ result: seen, times: 1 });
  });

  it.each([
    ['de', 'DE'],
    ['UK', 'GB'],
    ['de-AT', 'AT'],
    ['US-CA', 'US'],
    ['', undefined],
  ])('are not loaded for the country %s', async (text, code) => {
    expect(await timesDone(({ countryIn }) => countryIn(text))).toEqual({ result: code, times: 1 });
  });

  it('are loaded once: later work is done once', async () => {
    const { withRareWords, countryIn } = await inNewIsolate();
    let times = 0;
    const read = async () => {
      times += 1;
      return countryIn('Germany');
    };

    expect([await withRareWords(read), await withRareWords(read), times]).toEqual(['DE', 'DE', 3]);
  });

  it('are loaded for a file and for a CRM’s change, whose countries would be left out otherwise', async () => {
    vi.resetModules();
    const { FileReader } = await import('../../../worker/domain/imports/file-reader.ts');
    const reader = new FileReader({});
    const file = new TextEncoder().encode('email,time,country\na@firm.de,2026-11-28,Germany\n');
    const rows = [...(await reader.push(file)), ...(await reader.end())];
    vi.resetModules();
    const { rowOf } = await import('../../../worker/domain/hooks/hook-rows.ts');
    const item = { data: { email: 'a@firm.de', time: '2026-11-28', country: 'Germany' } };
    const row = await rowOf(item, { kind: 'generic', fields: {}, row: 1 });

    expect([...rows, row].map(({ countryCode }) => countryCode)).toEqual(['DE', 'DE']);
  });

  it('are there for work that began before another request had loaded them', async () => {
    const { withRareWords, countryIn } = await inNewIsolate();

    const both = await Promise.all([withRareWords(async () => countryIn('Germany')), slow()]);

    expect(both).toEqual(['DE', 'FR']);

    function slow() {
      return withRareWords(async () => {
        const found = countryIn('France');
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
        return found;
      });
    }
  });
});

describe('decoding', () => {
  it('without the rare words is what the package entities does', () => {
    const piece = constantFrom(
      '&',
      '&amp;',
      '&amp',
      '&AMP;',
      '&lt;',
      '&#',
      '&#x',
      '6',
      '65',
      'a',
      'F',
      ';',
      '&euml;',
      ' ',
    );
    const number = constantFrom('&#0;', '&#128;', '&#xD800;', '&#x110000;', `&#${'9'.repeat(400)};`, '&#xfffffffffff;');
    assert(
      property(array(oneof(piece, number, string())), (parts) => {
        const text = parts.join('');
        let plain = text;
        for (let round = 0; round < 3; round += 1) plain = decodeHTMLStrict(plain);

        expect(withoutEscapes(text)).toBe(plain.toWellFormed());
      }),
    );
  });
});

it('the countries are those of the package iso-3166, in its order', () => {
  const theirs = iso31661.map(({ alpha2, alpha3, numeric, name }) => ({ alpha2, alpha3, numeric, name }));

  expect([...CODES]).toEqual(theirs.map(({ alpha2 }) => alpha2));
  expect(ISO_COUNTRIES).toEqual(theirs);
  expect(Object.fromEntries(theirs.map(({ alpha3 }) => [alpha3, countryOfThreeLetters(alpha3)]))).toEqual(
    iso31661Alpha3ToAlpha2,
  );
  expect(Object.fromEntries(theirs.map(({ numeric }) => [numeric, countryOfNumber(numeric)]))).toEqual(
    iso31661NumericToAlpha2,
  );
});
