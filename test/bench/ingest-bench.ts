import * as v from 'valibot';

import type { EventFacts } from '../../worker/domain/collect/decide-for.ts';
import { ingest } from '../../worker/domain/collect/ingest.ts';
import { Event } from '../../worker/schema/events/event.ts';
import type { SourceConfig } from '../../worker/schema/settings/source-config.ts';
import type { Measured } from './bench.ts';
import { median, rounded } from './statistics.ts';

const ROUNDS = 11;
const EVENTS = 5_000;

/** An order as the tag sends it. */
const JSON_TEXT = JSON.stringify({
  type: 'track',
  event: 'Order Completed',
  properties: {
    order_id: '1042',
    total: 149.99,
    currency: 'EUR',
    products: [
      { product_id: '42', name: 'Tea', price: 19.99, quantity: 5 },
      { product_id: '43', name: 'Pot', price: 50.04, quantity: 1 },
    ],
  },
  userId: 'user-1',
  messageId: '1b6d0c2e-6f0e-4a57-9c5f-2f6f3a1d7b11',
  timestamp: '2026-11-21T10:00:00.100Z',
  context: {
    page: {
      url: 'https://www.example.com/checkout/thanks?li_fat_id=abc123-def456-ghi789&utm_source=linkedin',
      path: '/checkout/thanks',
      title: 'Thank you',
      referrer: 'https://www.example.com/checkout',
    },
    li_fat_id: 'abc123-def456-ghi789',
    traits: { email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe', companyName: 'Acme Inc' },
  },
});

const CONFIG: SourceConfig = {
  source: { id: 'src_1', allowed_origins: [], require_origin: false, unknown_consent: 'denied' },
  integrations: [
    {
      id: 'int_1',
      enabled: true,
      consent_categories: ['advertising'],
      config: { account_id: '100', conversion_rule_id: { 'Order Completed': '1001', 'Lead Generated': '1002' } },
    },
  ],
};

const FACTS: EventFacts = {
  messageId: '1b6d0c2e-6f0e-4a57-9c5f-2f6f3a1d7b11',
  happenedAtMs: Date.UTC(2026, 10, 21, 10),
  receivedAtMs: Date.UTC(2026, 10, 21, 10),
  identity: {
    emailSha256: '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f',
    firstName: 'John',
    lastName: 'Doe',
    companyName: 'Acme Inc',
    userId: 'user-1',
  },
  cookies: { click: undefined, liFatId: undefined },
  ip: undefined,
  consent: { categories: { advertising: true }, policy: 'denied', country: 'DE' },
};

/**
 * Measures the cost of deciding on one event, compared with just parsing its JSON. It runs in Node, whose V8 is
 * workerd's engine too, without the network, the disk and the encryption of cookies.
 */
export async function benchIngest(): Promise<Measured> {
  const event = v.parse(Event, JSON.parse(JSON_TEXT));
  const { deliveries } = await ingest(event, FACTS, CONFIG);
  if (deliveries.length !== 1) throw new Error('Cannot measure ingest: the event makes no delivery');

  const steps: Readonly<Record<string, () => unknown>> = {
    'JSON.parse': () => JSON.parse(JSON_TEXT),
    'validate (worker/schema)': () => v.parse(Event, event),
    'ingest (worker/domain)': async () => ingest(event, FACTS, CONFIG),
  };
  const samples = new Map(Object.keys(steps).map((name) => [name, new Array<number>()]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, step] of Object.entries(steps)) {
      // In turns, so that other load on the machine affects all of them.
      const microseconds = await cpuPerEvent(step);
      // The first round is a warm-up.
      if (round > 0) samples.get(name)?.push(microseconds);
    }
  }
  const baseline = median(samples.get('JSON.parse') ?? []);
  return {
    title: `CPU per event of ${JSON_TEXT.length} bytes, median of ${ROUNDS} rounds of ${EVENTS} events`,
    rows: [...samples].map(([name, microseconds]) => ({
      step: name,
      'µs/event': rounded(median(microseconds)),
      '× JSON.parse': rounded(median(microseconds) / baseline),
    })),
  };
}

async function cpuPerEvent(step: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < EVENTS; i++) {
    const made = step();
    if (made instanceof Promise) await made;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / EVENTS;
}
