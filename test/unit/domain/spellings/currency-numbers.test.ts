import { describe, expect, it } from 'vitest';

import { currencyOf } from '../../../../worker/domain/value/currency.ts';
import { CURRENCY_NUMBERS } from '../../../../worker/schema/currency-code.ts';

describe("ISO 4217's numbers", () => {
  it('name each currency once, and each as a known code', () => {
    const codes = [...CURRENCY_NUMBERS.values()];

    expect(codes.filter((code) => currencyOf(code) !== code)).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeGreaterThan(150);
  });

  it.each([
    ['978', 'EUR'],
    [978, 'EUR'],
    [8, 'ALL'],
    ['008', 'ALL'],
    [36, 'AUD'],
    ['032', 'ARS'],
    [152, 'CLP'],
    ['170', 'COP'],
    ['604', 'PEN'],
    [818, 'EGP'],
    ['566', 'NGN'],
    ['414', 'KWD'],
    [952, 'XOF'],
    // Newer than some runtimes' Intl.
    ['532', 'XCG'],
    ['924', 'ZWG'],
    ['925', 'SLE'],
    ['999', undefined],
    [0, undefined],
    [97.8, undefined],
    [-978, undefined],
  ])('are read as text or as a number: %j is %s', (number, code) => {
    expect(currencyOf(number)).toBe(code);
  });
});
