import * as v from 'valibot';

/**
 * ISO 4217's numbers, which card processors send, for all currencies that are used for payments. `Intl` has no numbers; why no
 * package: docs/decisions/0014-lists-of-countries-and-currencies.md. Taken from `currency-codes` 2.2.0, ISO's list of
 * 2024-06, and XCG, which has had 532 since 2025.
 */
const NUMBERS = `
  008ALL 012DZD 032ARS 036AUD 044BSD 048BHD 050BDT 051AMD 052BBD 060BMD 064BTN 068BOB 072BWP 084BZD
  090SBD 096BND 104MMK 108BIF 116KHR 124CAD 132CVE 136KYD 144LKR 152CLP 156CNY 170COP 174KMF 188CRC
  192CUP 203CZK 208DKK 214DOP 222SVC 230ETB 232ERN 238FKP 242FJD 262DJF 270GMD 292GIP 320GTQ 324GNF
  328GYD 332HTG 340HNL 344HKD 348HUF 352ISK 356INR 360IDR 364IRR 368IQD 376ILS 388JMD 392JPY 398KZT
  400JOD 404KES 408KPW 410KRW 414KWD 417KGS 418LAK 422LBP 426LSL 430LRD 434LYD 446MOP 454MWK 458MYR
  462MVR 480MUR 484MXN 496MNT 498MDL 504MAD 512OMR 516NAD 524NPR 532XCG 533AWG 548VUV 554NZD 558NIO
  566NGN 578NOK 586PKR 590PAB 598PGK 600PYG 604PEN 608PHP 634QAR 643RUB 646RWF 654SHP 682SAR 690SCR
  702SGD 704VND 706SOS 710ZAR 728SSP 748SZL 752SEK 756CHF 760SYP 764THB 776TOP 780TTD 784AED 788TND
  800UGX 807MKD 818EGP 826GBP 834TZS 840USD 858UYU 860UZS 882WST 886YER 901TWD 924ZWG 925SLE 928VES
  929MRU 930STN 933BYN 934TMT 936GHS 938SDG 941RSD 943MZN 944AZN 946RON 949TRY 950XAF 951XCD 952XOF
  953XPF 967ZMW 968SRD 969MGA 971AFN 972TJS 973AOA 975BGN 976CDF 977BAM 978EUR 980UAH 981GEL 985PLN
  986BRL
`;

/** By the number as three digits: `978` is EUR. */
export const CURRENCY_NUMBERS: ReadonlyMap<string, string> = new Map(
  [...NUMBERS.matchAll(/(\d{3})([A-Z]{3})/g)].map(([, number = '', code = '']) => [number, code]),
);

/** Every ISO 4217 code that an amount can be in. Some are newer than the runtime's `Intl`: SLE, XCG and ZWG are in our list. */
export const CURRENCY_CODES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency'),
  ...CURRENCY_NUMBERS.values(),
]);

/** A currency in a setting. Events may also write it in other ways, see `worker/domain/value/currency.ts`. */
export const CurrencyCode = v.pipe(
  v.string(),
  v.trim(),
  v.toUpperCase(),
  v.check((code) => CURRENCY_CODES.has(code), 'expected an ISO 4217 code such as "EUR"'),
);
