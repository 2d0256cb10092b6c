/** Spellings of yes and no, for every reader of consent values: the collector, the tag and the Tag Manager template. */

/** As JSON can express them. */
export const YES_SPELLINGS: readonly unknown[] = [
  true,
  1,
  'true',
  'TRUE',
  'yes',
  'Yes',
  'granted',
  'Granted',
  ' granted\n',
  'on',
  'ON',
  '1',
];

export const CLEAR_NO_SPELLINGS: readonly unknown[] = [
  false,
  0,
  null,
  '',
  ' ',
  'false',
  'False',
  'no',
  'NO',
  'denied',
  ' Denied ',
  'off',
  '0',
];

/** Neither: read as a no, with a note. */
export const UNCLEAR_SPELLINGS: readonly unknown[] = [
  'maybe',
  'undefined',
  'null',
  'NaN',
  'yes?',
  'not granted',
  'true false',
  'ja',
  'yeſ',
  '１',
  2,
  -1,
  0.5,
  [],
  [true],
  ['granted'],
  ['advertising'],
  '{"advertising":true}',
  'x'.repeat(1_000),
];

/** Answers that are allowed for one category, but not for all categories at once. */
export const UNCLEAR_OBJECTS: readonly unknown[] = [{}, { granted: true }, { value: 'granted' }];
