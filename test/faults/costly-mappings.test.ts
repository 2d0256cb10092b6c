/**
 * T6, the attacks. A mapping multiplies its own lists: a viewer previews it, an editor saves it. And 50 triggers with
 * repetitive patterns get events made for them, while other sources work.
 *
 * How long others wait depends on the machine. So each attack is compared with a similar request that costs little, in
 * the same seconds. Measured on two cores: 62 ms instead of 35, and 3,031 ms without the budget.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startLocalProduct } from '../support/local-product.ts';
import type { LocalProduct, Reply } from '../support/local-product.ts';

/** An odd number of rounds. Each measures both, and the median counts. */
const ROUNDS = 5;

/**
 * The longest that others may wait during an attack. On a machine where they wait this long without one, a multiple of
 * that.
 */
const MOST_MS = 200;
const MOST_TIMES_LONGER = 3;

/** The number of other requests that are sent one after another during an attack. */
const OTHERS = 3;

/** As many patterns as fit in a trigger. None matches the events. */
const COSTLY = (index: number): string =>
  Array.from({ length: 110 }, (_, pattern) => `match(properties.x,"*ab${index}${pattern}*")`).join(' or ');
const CHEAP = (index: number): string => `event = "Another ${index}"`;

let product: LocalProduct;
let viewer: string;

beforeAll(async () => {
  product = await startLocalProduct();
  await make('/sources', { id: 'src_other', write_key: 'wk_other' });
  await aSourceOf('costly', COSTLY);
  await aSourceOf('cheap', CHEAP);
  const { body } = await product.admin('/tokens', {
    body: { name: 'viewer of the test', role: 'viewer', source_ids: ['src_costly'] },
  });
  viewer = tokenIn(body);
}, 240_000);
afterAll(() => product.stop());

async function aSourceOf(name: string, triggerOf: (index: number) => string): Promise<void> {
  await make('/sources', { id: `src_${name}`, write_key: `wk_${name}` });
  await make('/integrations', {
    id: `int_${name}`,
    source_id: `src_${name}`,
    config: {
      account_id: '100',
      access_token: 'tok-of-the-tests',
      mappings: Array.from({ length: 50 }, (_, index) => ({
        trigger: index < 49 ? triggerOf(index) : 'event = "Order Completed" and properties.total > 5',
        conversion_rule_id: String(5_000 + index),
      })),
    },
    consent_categories: [],
  });
}

async function make(path: string, body: unknown): Promise<void> {
  const { status, body: answer } = await product.admin(path, { body });
  if (status !== 201) throw new Error(JSON.stringify(answer));
}

/** Four lists of 220 zeros, each in the shape of the previous one: 220⁴ items. */
const NESTED = Array.from({ length: 4 }).reduce<unknown>(
  (shape) => ({ '@arrayPath': [{ '@literal': Array.from({ length: 220 }, () => 0) }, shape] }),
  { '@path': '$.x' },
);

async function preview(email: unknown): Promise<Reply> {
  const response = await fetch(`${product.url}/v1/admin/integrations/int_costly/preview`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${viewer}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'track', event: 'Lead', mapping: { conversion_rule_id: '1', fields: { email } } }),
  });
  return { status: response.status, body: await response.json() };
}

function tokenIn(made: unknown): string {
  return typeof made === 'object' && made !== null && 'token' in made ? String(made.token) : '';
}

/** A batch of the events that take the patterns longest, with an order among them. */
const batchTo = (name: string, round: number): Promise<Reply> =>
  product.collect(
    {
      batch: Array.from({ length: 15 }, (_, index) => ({
        type: 'track',
        event: index === 7 ? 'Order Completed' : 'Junk',
        messageId: `${round}-${index}`,
        properties: { x: 'a'.repeat(31_000), total: 10, email: 'john.doe@example.com' },
      })),
    },
    { writeKey: `wk_${name}` },
  );

type Beside = (round: number) => Promise<Reply>;

/** Measures the longest wait of another source's event during a request. Returns it with that request's answer. */
async function measured(beside: Beside, round: number): Promise<{ waitedMs: number; reply: Reply }> {
  const under = beside(round);
  let waitedMs = 0;
  for (let other = 0; other < OTHERS; other += 1) {
    const startedAt = performance.now();
    const { status } = await product.collect({ batch: [{ type: 'page' }] }, { writeKey: 'wk_other' });
    expect(status).toBe(200);
    waitedMs = Math.max(waitedMs, performance.now() - startedAt);
  }
  return { waitedMs, reply: await under };
}

/** Compares how long others wait during an attack and during the same harmless request. */
async function compared(what: string, { attack, harmless }: { attack: Beside; harmless: Beside }) {
  const waits: Record<'attack' | 'harmless', number[]> = { attack: [], harmless: [] };
  const replies: Reply[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    waits.harmless.push((await measured(harmless, round)).waitedMs);
    const { waitedMs, reply } = await measured(attack, round);
    waits.attack.push(waitedMs);
    replies.push(reply);
  }
  const [waitedMs, harmlessMs] = [middleOf(waits.attack), middleOf(waits.harmless)];
  // oxlint-disable-next-line no-console
  console.log(`${what}: another source waits ${Math.round(waitedMs)} ms, and ${Math.round(harmlessMs)} ms without`);
  return { waitedMs, atMostMs: Math.max(MOST_MS, MOST_TIMES_LONGER * harmlessMs), replies };
}

function middleOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe('a mapping with multiplying lists', () => {
  it('is refused in a preview, and other sources wait no longer than for another preview', async () => {
    const { waitedMs, atMostMs, replies } = await compared('a preview', {
      attack: () => preview(NESTED),
      harmless: () => preview({ '@path': '$.x' }),
    });

    for (const reply of replies)
      expect(reply).toMatchObject({ status: 400, body: { pointer: '/mapping/fields/email' } });
    expect(waitedMs).toBeLessThan(atMostMs);
  });

  it("can't be saved", async () => {
    const saved = await product.admin('/integrations/int_costly/mappings', {
      body: { conversion_rule_id: '1', fields: { email: NESTED } },
    });

    // There are 50 mappings already, but the field is checked first.
    expect(saved).toMatchObject({ status: 400, body: { pointer: '/fields/email' } });
  });
});

describe('events made to be expensive', () => {
  it('are skipped or delivered as the cheap mapping says, and another source is answered meanwhile', async () => {
    const { waitedMs, atMostMs, replies } = await compared('15 costly events', {
      attack: (round) => batchTo('costly', round),
      harmless: (round) => batchTo('cheap', round),
    });

    for (const reply of replies) expect(reply).toMatchObject({ status: 200, body: { accepted: 15 } });
    expect(waitedMs).toBeLessThan(atMostMs);
    const story = await product.admin('/sources/src_costly/events/0-7');
    expect(story).toMatchObject({ status: 200, body: { deliveries: [{ conversion_rule_id: '5049' }] } });
  }, 300_000);

  it("don't crash workerd", async () => {
    const { status } = await product.collect({ batch: [{ type: 'page' }] }, { writeKey: 'wk_other' });

    expect(status).toBe(200);
    expect(product.output).not.toMatch(/out of memory|heap limit|segmentation/i);
  });
});
