/** T12: personal data that people put into names by mistake. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { holdsPerson, masked } from '../../../worker/domain/privacy/mask-personal-data.ts';

const ADDRESSES = [
  ['jane.doe@example.com', '<e-mail>'],
  ['Lead jane+news@mail.example.co.uk came', 'Lead <e-mail> came'],
  ['mailto:jane@example.com', 'mailto:<e-mail>'],
  ['Jane Doe <jane@example.com>', 'Jane Doe <<e-mail>>'],
  ['signup:jane%40example.com', 'signup:<e-mail>'],
  ['jane%2540example%252Ecom', '<e-mail>'],
  ['/welcome?email=jane%2Bx%40example.com&a=1', '/welcome?email=<e-mail>&a=1'],
  ['jane @ example.com', '<e-mail>'],
  ['jane＠example.com', '<e-mail>'],
  ['jane&#64;example.com', '<e-mail>'],
  ['jane (at) example.com', '<e-mail>'],
  ['jane[at]example[dot]com', '<e-mail>'],
  ['jörg.müller@büro.example', '<e-mail>'],
  ['用户@例子.公司', '<e-mail>'],
  ['a@example.com,b@example.org', '<e-mail>,<e-mail>'],
  ["o'brien@example.com", '<e-mail>'],
] as const;

const PHONES = [
  ['Call +49 170 1234567', 'Call <phone>'],
  ['+1 (212) 555-0123', '<phone>'],
  ['+44-20-7946-0958', '<phone>'],
  ['%2B491701234567', '<phone>'],
  ['0049 170 1234567', '<phone>'],
  ['(212) 555-0123', '<phone>'],
  ['212-555-0123', '<phone>'],
  ['0170 1234567', '<phone>'],
  ['089/1234567', '<phone>'],
  ['tel:2125550123', 'tel:<phone>'],
  ['phone=491701234567', 'phone=<phone>'],
] as const;

const TOKENS = [
  ['login eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'login <token>'],
  ['sk_live_abcdefghijklmnop1234', '<token>'],
  ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '<token>'],
  ['AKIAIOSFODNN7EXAMPLE', '<token>'],
  ['Bearer abcdefgh.ijkl', 'Bearer <token>'],
  ['836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f', '<token>'],
  [
    'reset/3fG7hJ2kLmN9pQrS5tUvWx8yZaB4cDeF6gHi',
    'reset/3fG7hJ2kLmN9pQrS5tUvWx8yZaB4cDeF6gHi'.replace(/3f.*/, '<token>'),
  ],
] as const;

const NAMES = [
  'Order Completed',
  'order-1002',
  'ORD-2026-000123',
  'invoice 4711/2026',
  '1b6d0c2e-6f0e-4a57-9c5f-2f6f3a1d7b11',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '1b6d0c2e6f0e4a579c5f2f6f3a1d7b11',
  '1795881352414',
  '1795881352.414',
  '2026-11-28T15:55:52.123Z',
  '2026-11-28 15:55:52',
  '28/11/2026',
  '01-02-2026',
  '112-1234567-1234567',
  'Signed Up 2026',
  'step_3',
  'step_10_of_12',
  'SKU-12345-XL',
  '4006381333931',
  'v1.2.3-beta.4',
  'icon@2x.png',
  'react@18.2.0',
  'Newsletter @ footer',
  'Price < 1,000.50 EUR',
  '100% off',
  '3+ years, 10-20 people',
  'Score +12345',
  'CheckoutStep3PaymentInformationEntered',
  'checkout_step_3_payment_information_entered_2026',
  '192.168.100.200',
  'geo:48.137154,11.576124',
  'Заказ оформлен',
  '注文完了',
  'طلب مكتمل',
  'पंजीकरण पूरा हुआ',
  '회원가입 완료 2026',
  'Größe gewählt: 42',
  'constructor',
];

describe('a name', () => {
  it.each([...ADDRESSES, ...PHONES, ...TOKENS])('has personal data masked: %s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it.each([...ADDRESSES, ...PHONES])('with personal data is recognized: %s', (text) => {
    expect(holdsPerson(text)).toBe(true);
  });

  it.each(NAMES)('without personal data stays as it is: %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('has an address masked in any spelling and any surrounding text', () => {
    const local = fc.stringMatching(/^[a-z][a-z0-9.+_-]{2,20}[a-z0-9]$/);
    const domain = fc.stringMatching(/^[a-z][a-z0-9-]{1,12}\.(com|co\.uk|example|museum)$/);
    const around = fc.constantFrom(
      '',
      'Lead ',
      'mailto:',
      '?e=',
      '/u/',
      '"',
      '<',
      'подписка ',
      '登録 ',
      'x='.repeat(60),
    );
    const spelling = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.replace('@', '%40'),
      (text) => encodeURIComponent(encodeURIComponent(text)),
      (text) => text.replace('@', ' @ '),
      (text) => text.replace('@', '＠'),
      (text) => text.replace('@', '&#64;'),
    );
    fc.assert(
      fc.property(around, local, domain, spelling, around, (before, name, host, write, after) => {
        const found = masked(`${before}${write(`${name}@${host}`)}${after}`).toLowerCase();
        expect(found).toContain('<e-mail>');
        expect(found.replace(before.toLowerCase(), '')).not.toContain(host.split('.')[0]?.padEnd(4, '§'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of letters only, in any script, stays as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[\p{L}\p{M}]{1,12}$/u), { maxLength: 6 }), (words) => {
        expect(masked(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });

  it('with a number of up to six digits, or an ID, stays as it is', () => {
    const id = fc.oneof(fc.uuid(), fc.ulid(), fc.integer({ min: 0, max: 999_999 }).map(String));
    fc.assert(
      fc.property(fc.constantFrom('order-', 'Step ', 'SKU_', '#', ''), id, (before, number) => {
        expect(masked(`${before}${number}`)).toBe(`${before}${number}`);
      }),
    );
  });

  it('is read in time proportional to its length', () => {
    // The time limit of the test is the assertion.
    for (const part of ['@', 'a@', '@a.', '+1 ', '0 ', '%40', 'eyJa.', '1-', '(0', 'aA1'])
      expect(masked(part.repeat(32_000 / part.length)).length).toBeGreaterThan(0);
  });
});

it('keeps a random UUID, whatever digits it contains', () => {
  const uuids = Array.from({ length: 50_000 }, () => crypto.randomUUID());

  // One in a million looks too regular to be random.
  expect(uuids.filter((uuid) => holdsPerson(uuid)).length).toBeLessThanOrEqual(2);
  // Earlier versions took this for a bank account and hashed it. LinkedIn then couldn't deduplicate it with the Insight
  // Tag.
  expect(holdsPerson('ba41ba91-31ea-45cd-90ad-a6d076fef8a2')).toBe(false);
  expect(holdsPerson('55ae5d50-1b18-4744-be10-fec1d319f334')).toBe(false);
  expect(holdsPerson('call +49 170 1234567')).toBe(true);
});
