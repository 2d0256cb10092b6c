/**
 * Settings, in every order. Three calls of the management API start at once at a registry with a real SQLite, and its
 * writes to KV end before or after any other. The result must equal the same calls one after another, in their order of
 * arrival:
 * on disk, in KV, and in the answers. `npm run test:orders` runs all kinds of calls.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryEngine } from '../../worker/objects/registry/registry-engine.ts';
import { combinationsOf, everyOrder } from './simulation/every-order.ts';
import type { Await } from './simulation/every-order.ts';
import { REGISTRY_OPERATIONS, registryRun } from './simulation/registry-run.ts';
import type { MakeRegistry, Outcome, RegistryOperation } from './simulation/registry-run.ts';

const TIMEOUT_MS = process.env['ORDERS'] === 'all' ? 1_200_000 : 120_000;

/** One call of each kind. The others use the same code paths. */
const KINDS: readonly RegistryOperation[] = [
  'makes it anew',
  'changes the source they saw',
  'adds a write key',
  'revokes the old write key',
  'changes the integration',
  'adds a mapping',
  'removes the integration',
  'removes the source',
  'the alarm rings',
  'the isolate dies',
  'KV refuses a write',
];
const ALL: readonly RegistryOperation[] = [
  ...Object.keys(REGISTRY_OPERATIONS).filter(
    (name): name is keyof typeof REGISTRY_OPERATIONS => name in REGISTRY_OPERATIONS,
  ),
  'the isolate dies',
  'KV refuses a write',
];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  // A refusal by KV is logged.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const setNowMs = (ms: number): void => void vi.setSystemTime(ms);

const makes =
  (Made: typeof RegistryEngine): MakeRegistry =>
  (storage, kv) =>
    new Made({ storage }, { CONFIG: kv });

/** @param sabotaged A faulty registry to test instead. The real one gives the expected answers. */
function orders(operations: readonly RegistryOperation[], sabotaged?: (wait: Await) => MakeRegistry): Promise<number> {
  const expected = new Map<string, Outcome>();
  const make = makes(RegistryEngine);
  return everyOrder((wait) =>
    registryRun(operations, wait, { make, setNowMs, expected, tried: sabotaged?.(wait) ?? make }),
  );
}

describe('the registry', () => {
  it.each(
    combinationsOf(process.env['ORDERS'] === 'all' ? ALL : KINDS, 3).map((operations) => ({
      operations,
      name: operations.join(', '),
    })),
  )(
    'handles calls as if they came one after another: $name',
    async ({ operations }) => {
      expect(await orders(operations)).toBeGreaterThan(1);
    },
    TIMEOUT_MS,
  );
});

describe('the search finds', () => {
  it('a registry that reads, waits, and writes what it has read', async () => {
    const forgetful = (wait: Await): MakeRegistry =>
      makes(
        class extends RegistryEngine {
          override async changeSource(...[id, change, meant]: Parameters<RegistryEngine['changeSource']>) {
            const source = this.source(id);
            await wait(() => undefined);
            return super.changeSource(id, { ...source, ...change }, meant);
          }
        },
      );

    await expect(orders(['changes the source', 'adds a write key', 'the alarm rings'], forgetful)).rejects.toThrow(
      'In the order',
    );
  });

  it('a registry that runs two writes of the same key at once', async () => {
    const hasty = (): MakeRegistry => (storage, kv) =>
      makes(RegistryEngine)(storage, {
        put: async (key, value) => void kv.put(key, value).catch(() => undefined),
        delete: (key) => kv.delete(key),
      });

    await expect(orders(['changes the source', 'changes the integration', 'the alarm rings'], hasty)).rejects.toThrow(
      'In the order',
    );
  });
});
