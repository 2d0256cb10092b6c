import * as v from 'valibot';
import { expect, it } from 'vitest';

import { currencyOf } from '../../../worker/domain/value/currency.ts';
import { CurrencyCode } from '../../../worker/schema/currency-code.ts';

const LETTERS = Array.from({ length: 26 }, (_, n) => String.fromCodePoint(65 + n));
const THREE_LETTERS = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c)));

it('a setting accepts exactly the currency codes that are read in events', () => {
  const inSettings = THREE_LETTERS.filter((code) => v.is(CurrencyCode, code));
  const inEvents = THREE_LETTERS.filter((code) => currencyOf(code) === code);

  expect(inSettings).toEqual(inEvents);
  expect(inSettings).toEqual(expect.arrayContaining(['EUR', 'SLE', 'XCG', 'ZWG']));
});
