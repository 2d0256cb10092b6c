import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isConsented } from '../../../worker/domain/consent/consent.ts';
import { consentTo, joined, readConsent } from '../../../worker/domain/consent/read-consent.ts';
import { comparedName } from '../../../worker/domain/privacy/compared-name.ts';
import { isNo, isYes } from '../../../worker/schema/events/consent-value.ts';
import { CLEAR_NO_SPELLINGS, UNCLEAR_OBJECTS, UNCLEAR_SPELLINGS, YES_SPELLINGS } from '../support/consent-spellings.ts';

const UNSAYABLE = [undefined, Number.NaN, Number.POSITIVE_INFINITY, Symbol('granted'), () => true, new String('yes')];

describe('a consent value', () => {
  it.each(YES_SPELLINGS.map((value) => [value]))('%j is a yes', (value) => {
    expect([isYes(value), isNo(value)]).toEqual([true, false]);
  });

  it.each(CLEAR_NO_SPELLINGS.map((value) => [value]))('%j is a clear no', (value) => {
    expect([isYes(value), isNo(value)]).toEqual([false, true]);
  });

  it.each([...UNCLEAR_SPELLINGS, ...UNCLEAR_OBJECTS, ...UNSAYABLE].map((value) => [value]))(
    '%s is neither',
    (value) => {
      expect([isYes(value), isNo(value)]).toEqual([false, false]);
    },
  );
});

const categoriesIn = (consent: unknown) => readConsent({ context: { consent } }).categories;

describe('the consent in an event', () => {
  it.each([
    [undefined, {}],
    [{}, {}],
    [{ categoryPreferences: {} }, {}],
    [
      { advertising: 'granted', analytics: 'off' },
      { advertising: true, analytics: false },
    ],
    [{ categoryPreferences: { advertising: 1 } }, { advertising: true }],
    ['denied', { '*': false }],
    [true, { '*': true }],
    [null, { '*': false }],
    [['advertising'], { '*': false }],
    [{ categoryPreferences: ['advertising'] }, { '*': false }],
    [{ categoryPreferences: 'granted' }, { '*': true }],
    [
      { '*': 'denied', analytics: true },
      { '*': false, analytics: true },
    ],
    // Two answers in one place: the no wins.
    [{ advertising: true, categoryPreferences: { advertising: false } }, { advertising: false }],
    [
      { advertising: true, categoryPreferences: 'denied' },
      { '*': false, advertising: false },
    ],
    [
      { advertising: false, categoryPreferences: true },
      { '*': true, advertising: false },
    ],
    [{ categoryPreferences: { Advertising: false, advertising: true } }, { advertising: false }],
  ])('is read as categories: %j', (consent, expected) => {
    expect(categoriesIn(consent)).toEqual(expected);
  });

  it.each([
    [
      { allowedConsentIds: ['C0001', 4], deniedConsentIds: ['C0002'] },
      { '*': false, C0001: true, 4: true, C0002: false },
    ],
    [
      { allowedConsentIds: ['C0001'], deniedConsentIds: ['C0001'] },
      { '*': false, C0001: false },
    ],
    // RudderStack's older SDKs also send the names.
    [{ allowedConsentIds: { C0001: 'Functional', C0002: false } }, { '*': false, C0001: true, C0002: false }],
    [{ deniedConsentIds: { C0003: 'Targeting' } }, { C0003: false }],
    [
      { allowedConsentIds: 'C0001', deniedConsentIds: 'C0002' },
      { '*': false, C0001: true, C0002: false },
    ],
    // RudderStack drops an event whose category isn't in the allowed list. So do we.
    [
      { allowedConsentIds: ['analytics'], provider: 'custom', resolutionStrategy: 'or' },
      { '*': false, analytics: true },
    ],
    [{ allowedConsentIds: [] }, { '*': false }],
    [
      { allowedConsentIds: [], deniedConsentIds: ['C0004'] },
      { '*': false, C0004: false },
    ],
    [{ allowedConsentIds: null, deniedConsentIds: null }, {}],
    // The visitor hasn't been asked yet.
    [
      { allowedConsentIds: ['C0001'], deniedConsentIds: [{ id: 'C0001' }] },
      { '*': false, C0001: false },
    ],
    [{ allowedConsentIds: [], deniedConsentIds: [], provider: 'oneTrust', resolutionStrategy: 'and' }, {}],
    ['denied', { '*': false }],
  ])("is read from RudderStack's consentManagement: %j", (consentManagement, expected) => {
    expect(readConsent({ context: { consentManagement } }).categories).toEqual(expected);
    expect(categoriesIn(consentManagement)).toEqual(expected);
  });

  // B7: formats of other SDKs and hand-written ones.
  it.each([
    [{ all: false }, { '*': false }],
    [
      { ALL: 'denied', advertising: true },
      { '*': false, advertising: true },
    ],
    [{ categories: { advertising: false } }, { advertising: false }],
    [{ categories: { advertising: true } }, { advertising: true }],
    [{ categories: ['analytics'] }, { '*': false }],
    [{ denied: ['advertising'] }, { '*': false, denied: false }],
    [
      { granted: ['analytics'], advertising: true },
      { '*': false, granted: false, advertising: true },
    ],
    [{ Category_Preferences: { advertising: 'no' } }, { advertising: false }],
    [{ purposes: { advertising: { consented: false } } }, { advertising: false, consented: false }],
    [
      { preferences: 'denied', advertising: true },
      { preferences: false, advertising: true },
    ],
    [{ allowed_consent_ids: ['analytics'] }, { '*': false, analytics: true }],
    [
      { gdpr: { advertising: { consented: false, timestamp: 1 } } },
      { gdpr: false, advertising: false, consented: false },
    ],
    [
      { gdpr: { advertising: true, analytics: false }, advertising: true },
      { gdpr: false, advertising: true, analytics: false },
    ],
    [
      { vendors: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, false])) },
      { '*': false, vendors: false },
    ],
    [
      { advertising: true, vendors: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, false])) },
      { '*': false, vendors: false, advertising: true },
    ],
  ])('is understood in other formats (B7): %j', (consent, expected) => {
    expect(categoriesIn(consent)).toEqual(expected);
    expect(readConsent({ consent }).categories).toEqual(expected);
  });

  it.each([
    [{ consentManagement: { deniedConsentIds: ['advertising'] } }],
    [{ consent_management: 'denied' }],
    [{ Consent: { advertising: false } }],
    [{ context: { CONSENT: 'no' } }],
    [{ categoryPreferences: { advertising: false } }],
    [{ context: { categoryPreferences: { advertising: 0 } } }],
    [{ context: { deniedConsentIds: ['advertising'] } }],
    [{ allowedConsentIds: ['analytics'] }],
    [{ context: { consent: { advertising: true } }, consentManagement: { advertising: false } }],
  ])('is read anywhere in an event or its context (B6): %j', (sender) => {
    expect(consentTo('advertising', readConsent(sender).categories)).toBe(false);
  });

  it.each([
    [{ destinationPreferences: { LinkedIn: false } }],
    [{ context: { destination_preferences: { LinkedIn: false } } }],
    [{ consentManagement: { DestinationPreferences: { All: false } } }],
  ])('is read for destinations anywhere (B6): %j', (sender) => {
    expect(readConsent(sender).destinationPreferences).toHaveLength(1);
  });

  it.each([
    [{ source: 'onetrust', at: '2026-11-28T10:00:00Z', advertising: true }, { advertising: true }],
    [
      { source: true, at: 'denied' },
      { source: true, at: false },
    ],
    [{ said_at: 1_795_881_352, provider: 'ketch', defaultDestinationBehavior: null }, {}],
    [{ destinationPreferences: { LinkedIn: false } }, {}],
  ])('has no category from fields that describe the answer: %j', (consent, expected) => {
    expect(categoriesIn(consent)).toEqual(expected);
  });

  it("counts in the event's own field, in its context, and in any capitalization of a category", () => {
    const { categories } = readConsent({
      consent: { advertising: true },
      context: { consent: { ' Advertising ': 'denied' } },
    });

    expect(consentTo('advertising', categories)).toBe(false);
    expect(consentTo('ADVERTISING', { advertising: true })).toBe(true);
    expect(consentTo('constructor', {})).toBeUndefined();
  });

  it.each([
    'ADVERTİSİNG',
    'advertisıng',
    'ａｄｖｅｒｔｉｓｉｎｇ',
    'ＡＤＶＥＲＴＩＳＩＮＧ',
    'advertising\u200b',
    'adver\u00adtising',
    '\ufeffadvertising',
    '\u2060 advertising\u00a0',
    'advertising\ufe0f',
    '𝐚𝐝𝐯𝐞𝐫𝐭𝐢𝐬𝐢𝐧𝐠',
    'ⓐⓓⓥⓔⓡⓣⓘⓢⓘⓝⓖ',
    'ADVERTI\u0307SING',
  ])('counts under a name that looks like the category: %j', (name) => {
    expect(consentTo('advertising', categoriesIn({ advertising: true, [name]: false }))).toBe(false);
    expect(consentTo('advertising', categoriesIn({ deniedConsentIds: [name] }))).toBe(false);
    expect(joined({ [name]: false }, { advertising: true })).toEqual({ [name]: false });
  });

  it.each(['＊', ' * ', '*\u200b'])('applies to every category under %j', (name) => {
    expect(categoriesIn({ [name]: 'denied' })).toEqual({ '*': false });
    expect(categoriesIn({ [name]: 'granted', '*': 'denied' })).toEqual({ '*': false });
  });

  it.each(['advertisers', 'аdvertising', 'advertising2', ''])("doesn't apply under another name: %j", (name) => {
    expect(consentTo('advertising', categoriesIn({ [name]: false }))).toBeUndefined();
  });

  it.each(['ẞ', 'straẞe'])('compares %s the same way twice', (name) => {
    expect(comparedName(comparedName(name))).toBe(comparedName(name));
  });

  it('compares names the same way twice', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (name) => {
        const once = comparedName(name);
        return comparedName(` ${name.replaceAll('i', 'İ')}\u200b`) === once && comparedName(once) === once;
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    'advertising',
    '\0advertising',
    'advertising',
    'advertising',
    '\x1Badvertising',
    'advertising⠀',
    '⠀advertising',
    'adver⠀tising',
    'adver tising',
    'advertising　',
    'advertisinġ',
    'ádvertising',
    'advertising̲',
    'advertising⃝',
    'ádvertising',
    'advertising󠁡',
    'advertising󠄀',
    'advertising︎',
    'advertising᠋',
    'advertising͏',
    'advertisingㅤ',
    'advertisingᅟ',
    'advertisingﾠ',
    'advertising឴',
    'advertising𝅳',
    'advertising￹',
    'advertising؀',
    'advertising',
    'advertising￿',
    'advertising\ud800',
    '‮advertising‬',
    '⁦advertising⁩',
    'adver\u2028tising',
    'ad-ver_tising',
    'advertiſing',
  ])('counts under a name with invisible or silent characters (B5): %j', (name) => {
    expect(consentTo('advertising', categoriesIn({ advertising: true, [name]: false }))).toBe(false);
    expect(consentTo('advertising', categoriesIn({ deniedConsentIds: [name] }))).toBe(false);
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['ΣΙΣΥΦΟΣ', 'σισυφος'],
    ['Publicité', 'publicite'],
    ['がいこく', 'か\u3099いこく'],
    ['광고', '광고'],
    ['第三者', '第三者\u{e0100}'],
  ])('in any language: %s is %s', (one, other) => {
    expect(comparedName(one)).toBe(comparedName(other));
  });

  it.each([
    ['がいこく', 'かいこく'],
    ['कि', 'कु'],
    ['реклама', 'рекламы'],
  ])('in any language: %s is not %s', (one, other) => {
    expect(comparedName(one)).not.toBe(comparedName(other));
  });

  it('is a refusal, however its name is decorated (B5)', () => {
    const ignorable = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}\p{Me}\s\u2800]|[\u0300-\u036f\u20d0-\u20f0]/u;
    const everyOne = [
      ...Array(0x2_0000).keys(),
      ...Array(0x200)
        .keys()
        .map((code) => 0xe_0000 + code),
    ]
      .map((code) => String.fromCodePoint(code))
      .filter((character) => ignorable.test(character) && character.isWellFormed());
    const decoration = fc.string({ unit: fc.nat(everyOne.length - 1).map((at) => everyOne[at] ?? ''), maxLength: 4 });
    const decorated = fc
      .array(fc.tuple(decoration, fc.boolean()), { minLength: 11, maxLength: 11 })
      .map((around) =>
        'advertising'.split('').map((letter, at) => {
          const [some = '', isUpper = false] = around[at] ?? [];
          return `${at === 0 ? some : ''}${isUpper ? letter.toUpperCase() : letter}${some}`;
        }),
      )
      .map((letters) => letters.join(''));

    expect(everyOne.filter((one) => comparedName(`a${one}`) !== 'a')).toEqual([]);
    fc.assert(
      fc.property(decorated, (name) => consentTo('advertising', { advertising: true, [name]: false }) === false),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [{}, { advertising: true }, { advertising: true }],
    [{ advertising: false }, { advertising: true, analytics: true }, { advertising: false, analytics: true }],
    [{ Advertising: false }, { advertising: true }, { Advertising: false }],
    // A category that the event doesn't mention can't overrule a no to everything.
    [{ analytics: true }, { '*': false }, { '*': false, analytics: true }],
    [{ '*': false }, { advertising: true }, { '*': false }],
  ])("in an event, %j, wins over the batch's, %j", (ofEvent, beside, expected) => {
    expect(joined(ofEvent, beside)).toEqual(expected);
  });

  it('may have up to 64 categories of 64 characters', () => {
    const categories = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`${n}`.padEnd(64, 'x'), true]));

    expect(readConsent({ consent: categories }).problem).toBeUndefined();
  });

  it.each([
    [Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`c${n}`, true])), 'at most 64 consent categories'],
    [{ ['x'.repeat(65)]: false }, 'at most 64 characters'],
  ])("is refused beyond that, and isn't treated as missing", (categories, expected) => {
    const { problem, categories: kept } = readConsent({ context: { consent: { categoryPreferences: categories } } });

    expect(problem).toEqual({ pointer: '/context/consent', detail: expect.stringContaining(expected) });
    expect(kept).toEqual({ '*': false });
  });

  it('is never a yes for an unclear value', () => {
    const isOneOfTheYeses = (value: unknown): boolean =>
      value === true ||
      value === 1 ||
      (typeof value === 'string' && ['true', 'yes', 'granted', 'on', '1'].includes(value.trim().toLowerCase()));
    const places = [
      (said: unknown) => ({ consent: { advertising: said } }),
      (said: unknown) => ({ context: { consent: { advertising: said } } }),
      (said: unknown) => ({ context: { consent: { categoryPreferences: { advertising: said } } } }),
      (said: unknown) => ({
        context: { consentManagement: { advertising: said, allowedConsentIds: ['advertising'] } },
      }),
    ];

    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...places), (said, place) => {
        const { categories } = readConsent(place(said));
        const isGranted = isConsented(['advertising'], { categories, policy: 'granted', country: undefined });
        return isGranted === isOneOfTheYeses(said);
      }),
      { numRuns: 5_000 },
    );
  });
});
