import fc from 'fast-check';

/** Texts that have broken other collectors, and ours. Each may be the value of an event's field. */
const AWKWARD_TEXTS = [
  '',
  ' ',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  '0',
  '-1',
  '1e999',
  '00000000-0000-0000-0000-000000000000',
  'jane.doe@example.com',
  'JANE%40example.com',
  '+49 170 1234567',
  'https://www.example.com/?li_fat_id=abc&email=jane@example.com',
  '../../../../etc/passwd',
  "'; DROP TABLE events; --",
  '<img src=x onerror=alert(1)>',
  '{{user.id}}',
  '__proto__',
  'constructor',
  '\u0000',
  'a\u0000b',
  '\uD800',
  '\uFEFF',
  '\u202Eabc',
  'e\u0301'.repeat(50),
  '👩‍👩‍👧‍👦',
  'a'.repeat(257),
  'a'.repeat(5_000),
  '*a'.repeat(200),
  '2026-11-28T15:55:52Z',
  '2026-13-45',
  '9999999999999999999',
  'denied',
  'true',
];

const AWKWARD_NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e21,
  -1e21,
  5e-324,
  1.7976931348623157e308,
  2 ** 53,
  1_795_881_352_414,
  448.753425,
];

/** Property names with a meaning to JavaScript, to SQL or to us. */
const AWKWARD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'a.b',
  'a[0]',
  '$',
  'email',
  'li_fat_id',
  'value',
  'currency',
  'products',
  'price',
  'quantity',
  'jane.doe@example.com',
  'x'.repeat(300),
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...AWKWARD_TEXTS) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
);

const number = fc.oneof(fc.constantFrom(...AWKWARD_NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }));

export const scalar: fc.Arbitrary<unknown> = fc.oneof(text, number, fc.boolean(), fc.constant(null));

const name = fc.oneof(fc.constantFrom(...AWKWARD_NAMES), fc.string({ maxLength: 12 }));

/** Any JSON, often awkward: nested, wide, or of the wrong type. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 5, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 6 }) },
    { weight: 2, arbitrary: ownFields(name, tie('value'), 6) },
  ),
})).value;

/** An object with own fields only, even one called "__proto__". */
export function ownFields(
  names: fc.Arbitrary<string>,
  values: fc.Arbitrary<unknown>,
  maxFields: number,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.array(fc.tuple(names, values), { maxLength: maxFields }).map((entries) => Object.fromEntries(entries));
}

export { name as fieldName, text };
