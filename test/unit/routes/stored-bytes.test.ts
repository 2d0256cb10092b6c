/** T1: a request of N bytes stores at most 2 N + 300 bytes for each event, plus an allowance for each delivery. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { array, assert, asyncProperty, constantFrom, tuple } from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { BYTES_PER_DELIVERY } from '../../../worker/domain/collect/storage-budget.ts';
import { anIntegrationOf, ask, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

/** Pages of tables and indexes that every source has, and that reports use in a day. */
const FIXED_BYTES = 64 * 1024;

type Stored = { bytes: number; deliveries: number };

async function storedIn({ id }: MadeSource): Promise<Stored> {
  const inTally = await runInDurableObject(env.TALLY.getByName(id), (_, { storage }) => storage.sql.databaseSize);
  return runInDurableObject(env.OUTBOX.getByName(id), (_, { storage }) => ({
    bytes: inTally + storage.sql.databaseSize,
    deliveries: storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM deliveries').one().n,
  }));
}

/** Sends a body as a page does, and returns how much more is stored, and how much may be. */
async function growth(
  source: MadeSource,
  body: { batch: readonly unknown[]; consent?: object },
): Promise<{ grown: number; may: number }> {
  const text = JSON.stringify({ ...body, writeKey: source.write_key });
  const before = await storedIn(source);
  const response = await ask('/v1/batch', { body: text });
  const after = await storedIn(source);
  await response.text();
  expect(response.status).toBeLessThan(500);
  const sent = new TextEncoder().encode(text).byteLength;
  return {
    grown: after.bytes - before.bytes,
    may: 2 * sent + 300 * body.batch.length + BYTES_PER_DELIVERY * (after.deliveries - before.deliveries),
  };
}

const letters = (count: number, letter = 'x'): string => letter.repeat(count);

/** IDs in random order, as a hostile sender makes them: an index is fullest when they come in order. */
let made = 0;
const aKey = (count: number): string => {
  made += 1;
  const digits = Math.imul(made, 0x9e3779b1) >>> 0;
  return digits.toString(36).padStart(8, '0').slice(-8) + letters(Math.max(0, count - 8));
};
const wide = (count: number, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, value]));
const saying = (categories: Record<string, unknown>): object => ({
  context: { consent: { categoryPreferences: categories } },
});

/** Events that store much for little input. They may be combined. */
const EVENTS = {
  'the smallest': () => ({ type: 'page' }),
  'a long id': () => ({ type: 'page', messageId: aKey(256) }),
  'an id of long letters': () => ({ type: 'page', messageId: aKey(8) + letters(110, '語') }),
  'a long name': () => ({ type: 'track', event: letters(250, '語') }),
  'a page of a long name': () => ({ type: 'page', name: letters(200, '語') }),
  'many fields': () => ({ type: 'track', event: 'a', properties: wide(30, 1) }),
  'fields under a long name': () => ({ type: 'track', event: 'a', properties: { [letters(40)]: [wide(24, 1)] } }),
  'numbers that are longer as JSON': () => ({ type: 'track', event: 'a', properties: wide(20, 1e20) }),
  'a category of its own': () => ({ type: 'page', ...saying({ [aKey(8)]: true }) }),
  'a platform of its own': () => ({
    type: 'page',
    context: { consent: { source: aKey(8), at: 1_764_300_000_000 + made } },
  }),
  'what triggers look at': () => ({ type: 'track', event: 'Seen', properties: wide(24, 7) }),
  'an order': () => ({
    type: 'track',
    event: 'Order Completed',
    messageId: aKey(12),
    properties: { email: `${aKey(9)}@x.co` },
  }),
  'an order of nobody': () => ({ type: 'track', event: 'Order Completed', anonymousId: aKey(9) }),
  'an order of a long person': () => ({
    type: 'track',
    event: 'Order Completed',
    messageId: aKey(8) + letters(50, '語'),
    context: {
      traits: {
        firstName: letters(35, '語'),
        lastName: letters(35, '語'),
        company: letters(255, '語'),
        title: letters(255, '語'),
      },
    },
  }),
  'a person': () => ({ type: 'identify', anonymousId: aKey(9), traits: { email: `${aKey(9)}@x.co` } }),
  'an id that came before': () => ({ type: 'track', event: aKey(8), messageId: 'one' }),
};

const SEEN = {
  name: 'Seen',
  trigger: Array.from({ length: 24 }, (_, index) => `properties.f${index} > 1000`).join(' or '),
  conversion_rule_id: '2000',
};

const CONFIGS = {
  'one rule': { config: {} },
  'ten rules': {
    config: { conversion_rule_id: { 'Order Completed': Array.from({ length: 10 }, (_, index) => `${1001 + index}`) } },
  },
  'rules that wait for an e-mail': { config: { hold_for_identity_minutes: 30 } },
  'triggers that look at everything': {
    config: {
      mappings: Array.from({ length: 20 }, (_, index) => ({ ...SEEN, conversion_rule_id: `${2000 + index}` })),
    },
  },
};

const BESIDE = {
  nothing: {},
  'sixty categories': {
    consent: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}${letters(50)}`, true])),
  },
};

const names = <Table extends object>(table: Table): (keyof Table)[] =>
  // The keys of an object literal are those of its type.
  Object.keys(table).filter((name): name is keyof Table & string => Object.hasOwn(table, name));

describe('a request', () => {
  it.each(Object.entries(CONFIGS))(
    'with any events, to a source of %s, is stored within its budget',
    async (_, over) => {
      const request = tuple(
        constantFrom(...names(BESIDE)),
        array(constantFrom(...names(EVENTS)), { minLength: 1, maxLength: 4 }),
      );
      await assert(
        asyncProperty(array(request, { minLength: 2, maxLength: 4 }), async (requests) => {
          const source = await aSource();
          await anIntegrationOf(source, over);
          const sent = [];
          for (const [beside, kinds] of requests) {
            const batch = kinds.flatMap((kind) => Array.from({ length: 60 }, EVENTS[kind]));
            sent.push(await growth(source, { ...BESIDE[beside], batch }));
          }

          const grown = sent.reduce((sum, one) => sum + one.grown, 0);
          const may = sent.reduce((sum, one) => sum + one.may, 0);
          expect(grown).toBeLessThanOrEqual(may + FIXED_BYTES);
        }),
        { numRuns: 6, endOnFailure: true },
      );
    },
    120_000,
  );

  it('with 1,800 categories beside 500 unmapped events stores its own size, and not 37 MB', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const consent = Object.fromEntries(Array.from({ length: 1_800 }, (_, i) => [`category-${i}-${letters(30)}`, true]));

    const { grown, may } = await growth(source, {
      consent,
      batch: Array.from({ length: 500 }, () => ({ type: 'track', event: 'nothing' })),
    });

    expect(grown).toBeLessThanOrEqual(may + FIXED_BYTES);
  });
});
