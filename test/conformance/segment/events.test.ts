import { describe, expect, it, vi } from 'vitest';

import { ingest } from '../../../worker/domain/collect/ingest.ts';
import { parseEvents } from '../../../worker/domain/collect/read/parse-events.ts';
import { identityOf } from '../../../worker/domain/identity/identity.ts';
import { anIntegration, aSourceConfig } from '../../unit/support/a-source-config.ts';
import { aCase, NOW } from './an-event.ts';
import type { Case, Oddity } from './an-event.ts';
import { sentBySegment } from './destination.ts';
import { casesFor, Chance, SEED } from './random.ts';
import type { Fields } from './segment.ts';

const EXAMPLES = 4;

// workerd has it, but the Node of these tests doesn't yet.
if (!('toHex' in Uint8Array.prototype))
  // oxlint-disable-next-line no-extend-native -- It is the engine's own, under its own name.
  Object.defineProperty(Uint8Array.prototype, 'toHex', {
    value(this: Uint8Array) {
      return Buffer.from(this).toString('hex');
    },
  });

/** Returns what we would send for a case; undefined for a skip. */
async function sentHere({ event, fields }: Case): Promise<Fields | undefined> {
  const { parsed } = parseEvents([event], { sentAt: undefined, nowMs: NOW, newId: () => 'new' });
  const [read] = parsed;
  if (read === undefined) throw new Error('The event was refused');
  const receipt = await ingest(
    read.event,
    {
      messageId: read.messageId,
      happenedAtMs: read.happenedAtMs,
      receivedAtMs: NOW,
      identity: await identityOf(read.event),
      cookies: { click: undefined, liFatId: undefined },
      ip: undefined,
      consent: { categories: { advertising: true }, policy: 'granted', country: undefined },
    },
    aSourceConfig(
      anIntegration({
        config: {
          conversion_rule_id: {},
          mappings: [
            {
              id: 'map_1',
              name: 'Segment',
              enabled: true,
              trigger: 'type = "track"',
              conversion_rule_id: '1001',
              fields: JSON.parse(JSON.stringify(fields)),
              default_value: null,
            },
          ],
        },
      }),
    ),
  );
  const [delivery] = receipt.deliveries;
  return delivery?.element === undefined ? undefined : JSON.parse(JSON.stringify(delivery.element));
}

/** The parts of an element that may differ, each with the irregularities that explain it. */
const EXPLAINED: Readonly<Record<string, readonly Oddity[]>> = {
  conversionHappenedAt: ['seconds'],
  conversionValue: ['currency_spelling', 'amount_spelling', 'no_value'],
  userIds: ['email_spelling', 'acxiom'],
  userInfo: ['half_name'],
};
/** Irregularities that make Segment or us refuse the event. */
const REFUSED: readonly Oddity[] = ['no_email', 'half_name', 'no_value', 'seconds', 'too_old'];

describe("a whole event, compared with Segment's LinkedIn destination", () => {
  it('is the same in every field, or differs as listed', { timeout: 1_800_000 }, async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const chance = new Chance(SEED);
    const found: unknown[] = [];
    const counts = { cases: 0, same: 0, sent: 0 };
    for (let left = casesFor(0.2); left > 0; left -= 1) {
      const one = aCase(chance);
      const there = await sentBySegment(one.event, one.fields);
      const here = await sentHere(one);
      counts.cases += 1;
      const differences = differencesOf(here, there);
      const unexplained = differences.filter(
        (part) => !(EXPLAINED[part] ?? REFUSED).some((oddity) => one.oddities.has(oddity)),
      );
      if (differences.length === 0) counts.same += 1;
      if (there !== undefined && here !== undefined) counts.sent += 1;
      if (unexplained.length > 0) found.push({ ...one, oddities: [...one.oddities], here, there, unexplained });
    }
    vi.useRealTimers();

    expect(found.slice(0, EXAMPLES)).toEqual([]);
    expect(counts.same / counts.cases).toBeGreaterThan(0.5);
    expect(counts.sent / counts.cases).toBeGreaterThan(0.5);
  });
});

/** Returns the parts that differ; `whole` when only one side sends anything. */
function differencesOf(here: Fields | undefined, there: Fields | undefined): string[] {
  if (here === undefined || there === undefined) return here === there ? [] : ['whole'];
  const [a, b] = [partsOf(here), partsOf(there)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);
}

function partsOf({ user, conversionValue, ...rest }: Fields): Record<string, string> {
  const parts = { ...rest, ...own(user), conversionValue: inNumbers(conversionValue) };
  return Object.fromEntries(
    Object.entries(parts)
      .filter(([, value]) => value !== undefined && JSON.stringify(value) !== '{}')
      .map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

/** Compares amounts as numbers, because spellings differ. */
function inNumbers(value: unknown): unknown {
  const { currencyCode, amount } = own(value);
  return value === undefined ? undefined : { currencyCode, amount: Number(amount) };
}

function own(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
