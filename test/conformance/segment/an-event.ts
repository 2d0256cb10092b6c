import type { Chance } from './random.ts';
import type { Fields } from './segment.ts';

export const NOW = Date.UTC(2026, 10, 28, 12);
const DAY_MS = 86_400_000;

/** An event's irregularities, each in the list of what is sent differently here. */
export type Oddity =
  | 'email_spelling'
  | 'no_email'
  | 'half_name'
  | 'no_value'
  | 'currency_spelling'
  | 'amount_spelling'
  | 'seconds'
  | 'too_old'
  | 'acxiom';

export type Case = { event: Fields; fields: Fields; oddities: ReadonlySet<Oddity> };

const AT = (path: string) => ({ '@path': `$.${path}` });

/** An order as a shop sends it, and a mapping of Segment's LinkedIn destination with all its fields. */
export function aCase(chance: Chance): Case {
  const oddities = new Set<Oddity>();
  const odd = (oddity: Oddity, probability: number): boolean => {
    const isOdd = chance.is(probability);
    if (isOdd) oddities.add(oddity);
    return isOdd;
  };
  const name = chance.of(['jane', 'john.doe', 'max+news', 'x_1', 'Ann']);
  const email = odd('email_spelling', 0.05) ? ` ${name}@Example.com ` : `${name}@shop-${chance.below(50)}.de`;
  const hasEmail = !odd('no_email', 0.08);
  const atMs = NOW - (odd('too_old', 0.04) ? 100 : chance.below(80)) * DAY_MS - chance.below(DAY_MS);
  const hasValue = !odd('no_value', 0.1);
  const hasNames = chance.is(0.6);
  const cents = chance.below(1_000_000);
  const whole = odd('amount_spelling', 0.05) ? '1.234,50' : chance.is(0.5) ? (cents / 100).toFixed(2) : cents / 100;
  const event: Fields = {
    type: 'track',
    event: 'Order Completed',
    messageId: `m-${chance.below(1e9)}`,
    timestamp: aTime(chance, atMs, odd('seconds', 0.03)),
    userId: 'u-1',
    properties: {
      ...(hasValue && {
        revenue: whole,
        currency: odd('currency_spelling', 0.05) ? 'eur' : chance.of(['EUR', 'USD', 'GBP']),
      }),
      order_id: `A-${chance.below(1e6)}`,
      ...(chance.is(0.5) && { li_fat_id: `click-${chance.below(1e9)}` }),
      ...(chance.is(0.3) && { external: chance.of([['e-1'], ['e-1', 'e-2'], 'e-3']) }),
      ...(chance.is(0.2) && { oracle: 'oracle-1' }),
      ...(odd('acxiom', 0.1) && { acxiom: 'acxiom-1' }),
    },
    traits: {
      ...(hasEmail && { email }),
      ...(hasNames && {
        firstName: 'Jane',
        ...(odd('half_name', 0.1) ? {} : { lastName: 'Doe' }),
        company: 'Acme',
        job: 'CTO',
        land: 'DE',
      }),
    },
    context: {},
  };
  const fields: Fields = {
    conversionHappenedAt: AT('timestamp'),
    conversionValue: { currencyCode: AT('properties.currency'), amount: AT('properties.revenue') },
    eventId: chance.of([AT('messageId'), AT('properties.order_id'), { '@template': 'order-{{properties.order_id}}' }]),
    email: AT('traits.email'),
    linkedInUUID: AT('properties.li_fat_id'),
    acxiomID: AT('properties.acxiom'),
    oracleID: AT('properties.oracle'),
    // An object without names makes Segment refuse the event.
    ...(hasNames && {
      userInfo: {
        firstName: AT('traits.firstName'),
        lastName: AT('traits.lastName'),
        companyName: AT('traits.company'),
        title: AT('traits.job'),
        countryCode: AT('traits.land'),
      },
    }),
    externalIds: AT('properties.external'),
  };
  return { event, fields, oddities };
}

function aTime(chance: Chance, atMs: number, isSeconds: boolean): string | number {
  if (isSeconds) return Math.floor(atMs / 1_000);
  return chance.of<() => string | number>([
    () => new Date(atMs).toISOString(),
    () => new Date(Math.floor(atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
    () => new Date(atMs).toISOString().replace('Z', '+00:00'),
    () => String(atMs),
    () => atMs,
  ])();
}
