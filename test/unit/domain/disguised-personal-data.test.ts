/** T12: personal data is recognized in any script or spelling, and ordinary names aren't mistaken for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { holdsPerson, masked } from '../../../worker/domain/privacy/mask-personal-data.ts';

const SHY = '\u00ad';
const ADDRESSES = [
  ['ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', '<e-mail>'],
  ['𝐣𝐚𝐧𝐞@𝐞𝐱𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦', '<e-mail>'],
  ['ⓙⓐⓝⓔ@ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ', '<e-mail>'],
  [`ja${SHY}ne@exam${SHY}ple.com`, '<e-mail>'],
  ['jane\u200b@\u200dexample\ufeff.com', '<e-mail>'],
  ['jane@example\u2060.\u00adcom', '<e-mail>'],
  ['\u202ejane@example.com\u202c', '<e-mail>'],
  ['jane@example\u0000.com', '<e-mail>'],
  ['jane@example。com', '<e-mail>'],
  ['jane@example｡com', '<e-mail>'],
  ['"a b"@x.de', '<e-mail>'],
  ['Lead "jane doe"@example.com came', 'Lead <e-mail> came'],
  [String.raw`"jane \"j\" doe"@example.com`, '<e-mail>'],
  [`"${'long name '.repeat(20)}"@example.com`, expect.stringMatching(/<e-mail>$/)],
  ['jane(work)@example.com', '<e-mail>'],
  ['%6A%61%6E%65%40%65%78%61%6D%70%6C%65%2E%63%6F%6D', '<e-mail>'],
  ['jane@%65xample.com', '<e-mail>'],
  ['%25256Aane%252540example.com', '<e-mail>'],
  ['jane％４０example.com', '<e-mail>'],
  ['jane%40ex%E4mple.com', expect.stringContaining('<e-mail>')],
  ['&#106;ane&#64;example&#46;com', '<e-mail>'],
  ['jane&commat;example&period;com', '<e-mail>'],
  ['jane&#x40;example&#x2E;com', '<e-mail>'],
  [String.raw`jane\u0040example.com`, '<e-mail>'],
  [String.raw`jane\x40example\x2ecom`, '<e-mail>'],
  ['name(at)domain.com', '<e-mail>'],
  ['name (AT) domain (DOT) com', '<e-mail>'],
  ['name{at}domain{dot}com', '<e-mail>'],
  ['name<at>domain.com', '<e-mail>'],
  ['name[@]domain[.]com', '<e-mail>'],
  ['name(a)domain.dk', '<e-mail>'],
  ['name [ät] domain [punkt] de', '<e-mail>'],
  ['name(arroba)dominio(punto)es', '<e-mail>'],
  ['name at domain dot com', '<e-mail>'],
  ['jane.doe at mail dot example dot co dot uk', '<e-mail>'],
  ['name_at_domain_dot_com', '<e-mail>'],
  ['name-at-domain-dot-com', '<e-mail>'],
  ['j a n e @ e x a m p l e . c o m', '<e-mail>'],
  ['jane@example . com', '<e-mail>'],
  ['jane@[192.0.2.1]', '<e-mail>'],
  ['jane@[IPv6:2001:db8::1]', '<e-mail>'],
  ['jane@192.0.2.1', '<e-mail>'],
  ['jane@xn--bcher-kva.example', '<e-mail>'],
  ['राम@उदाहरण.भारत', '<e-mail>'],
  ['j̶a̶n̶e̶@e̶x̶a̶m̶p̶l̶e̶.̶c̶o̶m̶', '<e-mail>'],
  ["Jane O'Neill <o'neill@example.ie>", "Jane O'Neill <<e-mail>>"],
  ['jane@corp.internal', '<e-mail>'],
] as const;

const NUMBERS = [
  ['Call +٤٩ ١٧٠ ١٢٣٤٥٦٧', 'Call <phone>'],
  ['＋４９ １７０ １２３４５６７', '<phone>'],
  ['+४९१७०१२३४५६७', '<phone>'],
  ['+𝟒𝟗𝟏𝟕𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕', '<phone>'],
  ['+49\u200b170\u00ad1234567', '<phone>'],
  ['+49\u00a0170\u20111234567', '<phone>'],
  ['0170–1234567', '<phone>'],
  ['01.23.45.67.89', '<phone>'],
  ['tel. 0170/1234567', 'tel. <phone>'],
  ['%2B49%20170%201234567', '<phone>'],
  ['DE89370400440532013000', '<iban>'],
  ['Refund to DE89 3704 0044 0532 0130 00 done', 'Refund to <iban> done'],
  ['iban:gb82-west-1234-5698-7654-32', 'iban:<iban>'],
  ['ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００', '<iban>'],
  ['FR1420041010050500013M02606', '<iban>'],
  ['NO9386011117947', '<iban>'],
  ['card 4111 1111 1111 1111', 'card <card>'],
  ['4111-1111-1111-1111', '<card>'],
  ['5555555555554444', '<card>'],
  ['378282246310005', '<card>'],
  ['30569309025904', '<card>'],
  ['pay_6011111111111117_ok', 'pay_<card>_ok'],
  ['٤١١١١١١١١١١١١١١١', '<card>'],
  ['4111\u200b1111\u200b1111\u200b1111', '<card>'],
] as const;

/** From Segment's, Google's and LinkedIn's lists, and from typical shops and forms. */
const REAL_NAMES = [
  'Form Submitted 2024',
  'Order 12345',
  'Order Completed',
  'Product Added',
  'Products Searched',
  'Product List Viewed',
  'Checkout Step Viewed',
  'Payment Info Entered',
  'Coupon Applied: SAVE20',
  'Cart Viewed',
  'Signed Up',
  'Signed up at example.com',
  'Trial Started (14 days)',
  'Account Created',
  'Invite Sent',
  'Page Viewed /pricing',
  '/blog/2026/11/28/how-to-track',
  '/products/4006381333931',
  '/de/kontakt?utm_source=linkedin&utm_campaign=q4_2026',
  '/search?q=100%25+cotton',
  '/caf%C3%A9/men%C3%BC',
  'add_to_cart',
  'begin_checkout',
  'generate_lead',
  'page_view',
  'purchase',
  'view_item_list',
  'first_visit',
  'session_start',
  'user_engagement',
  'scroll_90',
  'video_progress_50',
  'file_download',
  'form_start',
  'conversion_event_submit_lead_form_1',
  'gtm.formSubmit',
  'gtm.js',
  'click - CTA - Hero @ Home',
  'Newsletter @ footer',
  'Webinar @ 10:30',
  'Meet @ Room 5. Then lunch',
  'Look at polka dot dresses',
  'look_at_polka_dot_dress',
  'Arrived at checkout',
  'Contact (at) the fair',
  'Option (a) chosen',
  'Plan (a) v1.beta',
  'MQL -> SQL',
  'SKU-12345-XL',
  'ABC-1234-5678-90',
  'AB12CD34EF56',
  'DE12 3456 7890',
  'GB29 Whitepaper Download',
  'ISBN 978-3-16-148410-0',
  'EAN 4006381333931',
  'GTIN 04006381333931',
  'ASIN B08N5WRWNW',
  'ORD-2026-000123',
  '112-1234567-1234567',
  'order_20261128155552',
  '1795881352414',
  '1795881352414123',
  '1995881352414123000',
  '4111111111111112',
  'v1.2.3-beta.4',
  'v10.15.7',
  'app@2.4.1',
  'react@18.2.0',
  '@scope/package@1.2.3-rc.1',
  'icon@2x.png',
  'build 2026.11.28.1',
  '1b6d0c2e-6f0e-4a57-9c5f-2f6f3a1d7b11',
  '11111111-2222-4333-8444-555555555555',
  '41111111-1111-4111-8111-111111111111',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '2026-11-28T15:55:52.123Z',
  '28.11.2026 15:55',
  '2026-W48',
  'Q4 2026',
  'Black Friday 50% off',
  'Score +12345',
  '1,000.50 EUR',
  '€ 49,90',
  '192.168.100.200',
  'geo:48.137154,11.576124',
  'Größe ½ & Co™',
  'Ｆｏｒｍ　ｓｅｎｔ',
  'Kauf\u00adab\u00adschluss',
  'Schritt ③ von ⑤',
  'Заказ оформлен №12345',
  '注文完了 ２０２６',
  'طلب ١٢٣٤٥ مكتمل',
  'Demo gebucht – Berlin',
  'R&D &amp; Sales',
  String.raw`path\to\file`,
] as const;

describe('personal data', () => {
  it.each([...ADDRESSES, ...NUMBERS])('is masked in disguise too: %s', (text, expected) => {
    expect(masked(text)).toEqual(expected);
    expect(holdsPerson(text)).toBe(true);
  });

  it("isn't found in ordinary event names", () => {
    expect(REAL_NAMES.length).toBeGreaterThan(60);
    expect(REAL_NAMES.map((name) => masked(name))).toEqual(REAL_NAMES);
    expect(REAL_NAMES.filter((name) => holdsPerson(name))).toEqual([]);
  });
});

const hex = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16);
const WRITINGS: readonly ((sign: string) => string)[] = [
  (sign) => sign,
  (sign) => sign.toUpperCase(),
  // Full-width characters.
  (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfe_e0),
  (sign) => `%${hex(sign)}`,
  (sign) => `%25${hex(sign)}`,
  (sign) => `&#${sign.codePointAt(0) ?? 0};`,
  (sign) => `&#x${hex(sign)};`,
  (sign) => String.raw`\u00${hex(sign)}`,
  (sign) => `\u00ad${sign}`,
  (sign) => `${sign}\u200b`,
  (sign) => `\u2066${sign}\u2069`,
  (sign) => `${sign}\ufe0f`,
];

/** Writes each character of a text in a random script. */
const disguised = (text: string) =>
  fc
    .array(fc.constantFrom(...WRITINGS), { minLength: text.length, maxLength: text.length })
    .map((writings) => Array.from(text, (sign, index) => writings[index]?.(sign) ?? sign).join(''));

const local = fc.stringMatching(/^[a-z][a-z0-9.+_]{2,12}[a-z0-9]$/);
const domain = fc.stringMatching(/^[a-z][a-z0-9]{3,10}\.(com|co\.uk|de|org)$/);
const around = fc.constantFrom('', 'Lead ', 'mailto:', '?e=', '/u/', '"', '<', 'подписка ', '登録 ');

describe('an e-mail address', () => {
  it('is masked in any mix of scripts', () => {
    const written = fc
      .tuple(around, local, domain, around)
      .chain(([before, name, host, after]) =>
        disguised(`${name}@${host}`).map((address) => ({ text: `${before}${address}${after}`, name, host })),
      );
    fc.assert(
      fc.property(written, ({ text, name, host }) => {
        const found = masked(text);

        expect(found).toContain('<e-mail>');
        expect(found).not.toContain(name);
        expect(found).not.toContain(host);
        expect(masked(found)).toBe(found);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is masked with any at sign and dot that people write as words', () => {
    const at = fc.constantFrom(
      '(at)',
      ' (at) ',
      '[at]',
      ' [AT] ',
      '{at}',
      '<at>',
      '(ät)',
      '[@]',
      '(a)',
      ' at ',
      '＠',
      ' @ ',
    );
    const dot = fc.constantFrom('(dot)', ' [dot] ', '{DOT}', '[.]', '(punkt)', ' dot ', '.');
    fc.assert(
      fc.property(around, local, at, domain, dot, (before, name, sign, host, point) => {
        // "Signed up at example.com" is an ordinary name.
        fc.pre(sign !== ' at ' || point === ' dot ');
        const found = masked(`${before}${name}${sign}${host.replaceAll('.', point)}`);

        expect(found).toBe(`${before}<e-mail>`);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a card or account number', () => {
  /** The digits, plus a check digit. */
  const luhn = (start: string): string => {
    for (let last = 0; last < 10; last += 1) {
      const digits = `${start}${last}`;
      const sum = Array.from(digits)
        .toReversed()
        .reduce((total, digit, index) => {
          const twice = Number(digit) * (1 + (index % 2));
          return total + (twice > 9 ? twice - 9 : twice);
        }, 0);
      if (sum % 10 === 0) return digits;
    }
    return start;
  };
  const card = fc
    .stringMatching(/^4\d{14}$/)
    .filter((digits) => new Set(digits).size > 2)
    .map(luhn);
  const phone = fc.stringMatching(/^[1-9]\d{9,12}$/);
  const SCRIPTS = ['arab', 'beng', 'deva', 'fullwide', 'gujr', 'khmr', 'mathsans', 'mymr', 'tamldec', 'thai', 'tibt'];
  const script = fc.constantFrom(...SCRIPTS).map((name) => {
    const format = new Intl.NumberFormat(`en-u-nu-${name}`, { useGrouping: false });
    return (digits: string) => Array.from(digits, (digit) => format.format(Number(digit))).join('');
  });

  it('is masked in the digits of any script', () => {
    fc.assert(
      fc.property(card, phone, script, around, (pan, number, write, before) => {
        expect(masked(`${before}${write(pan)}`)).toContain('<card>');
        expect(masked(`${before}+${write(number)}`)).toContain('<phone>');
      }),
    );
  });

  it('of a bank account is masked in any grouping; with a wrong check digit it is an ordinary code', () => {
    const [right, wrong] = ['DE89370400440532013000', 'DE88370400440532013000'];
    const gaps = fc.array(fc.constantFrom('', '', '', ' ', '-', '\u00a0', '\u200b'), { minLength: 22, maxLength: 22 });
    fc.assert(
      fc.property(gaps, (between) => {
        const grouped = (account: string) =>
          Array.from(account, (sign, at) => `${sign}${at < 21 ? between[at] : ''}`).join('');
        expect(masked(`Refund ${grouped(right)}`)).toBe('Refund <iban>');
        expect(masked(grouped(wrong))).not.toContain('<iban>');
      }),
    );
  });
});

it('text of any kind is read in time proportional to its length', () => {
  // The time limit of the test is the assertion.
  const PARTS = [
    '"',
    '"a@',
    '(at)',
    ' at a dot ',
    '%25',
    '%',
    '&#',
    '\\u00',
    '@[',
    'a @ ',
    '４',
    'DE89 ',
    'A1',
    '\u00ad',
    '(',
    "a'",
    'j ',
    '٤',
  ];
  for (const part of PARTS) expect(masked(part.repeat(32_000 / part.length)).length).toBeGreaterThanOrEqual(0);
});
