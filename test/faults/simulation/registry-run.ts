import { expect } from 'vitest';

import { entityTag } from '../../../worker/domain/access/entity-tag.ts';
import type { RegistryEngine } from '../../../worker/objects/registry/registry-engine.ts';
import { REGISTRY_MIGRATIONS } from '../../../worker/objects/registry/registry-schema.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';
import type { Mapping } from '../../../worker/schema/settings/mapping.ts';
import { SOURCE_DEFAULTS } from '../../../worker/schema/settings/source.ts';
import type { Source } from '../../../worker/schema/settings/source.ts';
import type { Await, Run } from './every-order.ts';
import { emptyDatabases } from './memory-database.ts';
import type { MemoryDatabase } from './memory-database.ts';

const REGISTRY_NOW = '2026-11-28T12:00:00.000Z';
const BEFORE = '2026-11-21T12:00:00.000Z';
const NOW_MS = Date.parse(REGISTRY_NOW);
const ANY = { ifMatch: undefined, now: REGISTRY_NOW };
const ANY_OF_IT = { ...ANY, incarnation: undefined };
const AT_MOST = 2;

const SHOP: Source = {
  ...SOURCE_DEFAULTS,
  id: 'shop',
  name: 'Shop',
  write_key: 'wk_old',
  write_keys: [{ key: 'wk_old', created_at: BEFORE }],
  server_keys: [],
  allowed_origins: [],
  require_origin: false,
  unknown_consent: 'granted',
  created_at: BEFORE,
  updated_at: BEFORE,
};

const MAPPING: Mapping = {
  id: 'map_1',
  name: 'Lead',
  enabled: true,
  trigger: 'type = "track"',
  conversion_rule_id: '1001',
  fields: {},
  default_value: null,
};

const ADS: Integration = {
  id: 'int_a',
  source_id: 'shop',
  vendor: 'linkedin',
  name: 'Ads',
  enabled: true,
  config: { account_id: '100', mappings: [MAPPING] },
  secrets: {},
  consent_categories: ['advertising'],
  created_at: BEFORE,
  updated_at: BEFORE,
};

/** Simultaneous actions of people, each as one call of the management API, and of the platform. */
export const REGISTRY_OPERATIONS = {
  'makes a source': (registry) =>
    registry.addSource({
      ...SHOP,
      id: 'blog',
      write_key: 'wk_blog',
      write_keys: [{ key: 'wk_blog', created_at: REGISTRY_NOW }],
      unknown_consent: 'by_region',
    }),
  'makes it anew': (registry) => {
    // Completes the deletion of the earlier source, whose data other objects still have.
    for (const leaving of registry.leavings()) registry.cleared(leaving);
    return registry.addSource({ ...SHOP, name: 'Shop 2' });
  },
  'changes the source': (registry) => registry.changeSource('shop', { unknown_consent: 'denied' }, ANY),
  'changes the source they saw': (registry, seen) =>
    registry.changeSource('shop', { name: 'Seen' }, { ...ANY, ifMatch: seen }),
  'adds a write key': (registry) =>
    registry.addWriteKey('shop', { key: 'wk_newer', created_at: REGISTRY_NOW }, AT_MOST + 1),
  'revokes the old write key': (registry) => registry.removeWriteKey('shop', 'wk_old', REGISTRY_NOW),
  'adds a server key': (registry) =>
    registry.addServerKey(
      'shop',
      { id: 'sk_2', sha256: 'b'.repeat(64), last4: 'bbbb', created_at: REGISTRY_NOW },
      AT_MOST,
    ),
  'revokes the server key': (registry) => registry.removeServerKey('shop', 'sk_1', REGISTRY_NOW),
  'adds an integration': (registry) => registry.addIntegration({ ...ADS, id: 'int_b', name: 'More ads' }),
  'changes the integration': (registry) =>
    registry.changeIntegration('int_a', { name: 'Other ads', config: { account_id: '200' } }, ANY_OF_IT),
  'adds a mapping': (registry) =>
    registry.addMapping('int_a', { ...MAPPING, id: 'map_2' }, { ...ANY_OF_IT, atMost: AT_MOST }),
  'changes the mapping': (registry) =>
    registry.changeMapping('int_a', 'map_1', { conversion_rule_id: '2002' }, ANY_OF_IT),
  'removes the mapping': (registry) => registry.removeMapping('int_a', 'map_1', ANY_OF_IT),
  'removes the integration': (registry) => registry.removeIntegration('int_a', { ...ANY_OF_IT, isDiscarded: false }),
  'removes the source': (registry) => registry.removeSource('shop', undefined),
  'the alarm rings': (registry) => registry.alarm(),
} satisfies Record<string, (registry: RegistryEngine, seen: string) => Promise<unknown>>;

export type RegistryOperation = keyof typeof REGISTRY_OPERATIONS | 'the isolate dies' | 'KV refuses a write';

const emptyDatabase = emptyDatabases(REGISTRY_MIGRATIONS);

/** The part of an installation that stores settings: the registry, its disk and KV. */
class Installation {
  readonly kv = new Map<string, string>();
  readonly database: MemoryDatabase = emptyDatabase();
  registry: RegistryEngine;
  /** The number of writes that KV still refuses. */
  refusals = 0;
  mayDie = false;
  /** The source's version before the run. */
  seen = '';
  wait: Await = async (work) => work();
  readonly #make: MakeRegistry;
  readonly #stored = new Map<string, unknown>();
  #alarmAtMs: number | undefined;
  #life = 0;

  constructor(make: MakeRegistry) {
    this.#make = make;
    this.registry = this.#start();
  }

  /** Kills the registry: it gets no more answers, and its pending writes arrive in KV. */
  evict(): void {
    this.#life += 1;
    this.registry = this.#start();
  }

  /** Runs the alarm for as long as one is set. */
  async settle(setNowMs: (ms: number) => void): Promise<void> {
    for (let ring = 0; this.#alarmAtMs !== undefined; ring += 1) {
      if (ring > 4) throw new Error('The alarm rings without end');
      setNowMs(Math.max(this.#alarmAtMs, NOW_MS));
      this.#alarmAtMs = undefined;
      await this.registry.alarm();
    }
  }

  state(): unknown {
    const rows = ['sources', 'integrations', 'write_keys', 'revoked_keys', 'leavings', 'unpublished'].map((table) =>
      this.database.sql.exec(`SELECT * FROM ${table} ORDER BY 1`).toArray(),
    );
    return { rows, kv: Object.fromEntries(this.kv) };
  }

  #start(): RegistryEngine {
    const life = this.#life;
    const isAlive = (): boolean => life === this.#life;
    const write = async (work: () => void): Promise<void> => {
      await this.wait(() => {
        if (this.refusals > 0) {
          this.refusals -= 1;
          throw new Error('KV failed: 503 Service Unavailable');
        }
        work();
      });
      // Only an eviction could tell whether the answer came at once.
      if (this.mayDie) await this.wait(() => undefined, isAlive);
      if (!isAlive()) await new Promise(() => undefined);
    };
    const { database } = this;
    return this.#make(
      {
        sql: database.sql,
        transactionSync: (work) => database.transaction(work),
        kv: {
          get: (key) => this.#stored.get(key),
          put: (key, value) => void this.#stored.set(key, value),
        },
        setAlarm: async (atMs) => void (this.#alarmAtMs = atMs),
        deleteAlarm: async () => void (this.#alarmAtMs = undefined),
      },
      {
        put: (key, value) => write(() => void this.kv.set(key, value)),
        delete: (key) => write(() => void this.kv.delete(key)),
      },
    );
  }
}

type RegistryStorage = {
  sql: MemoryDatabase['sql'];
  transactionSync: MemoryDatabase['transaction'];
  kv: { get(key: string): unknown; put(key: string, value: unknown): void };
  setAlarm(atMs: number): Promise<void>;
  deleteAlarm(): Promise<void>;
};
type RegistryKv = {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
};
export type MakeRegistry = (storage: RegistryStorage, kv: RegistryKv) => RegistryEngine;

export type RegistryWorld = {
  make: MakeRegistry;
  setNowMs: (ms: number) => void;
};

/** The end state, and the answers that people got. */
export type Outcome = { state: unknown; answers: ReadonlyMap<string, unknown> };

async function installation({ make, setNowMs }: RegistryWorld): Promise<Installation> {
  setNowMs(NOW_MS);
  const made = new Installation(make);
  await made.registry.addSource(SHOP);
  await made.registry.addWriteKey('shop', { key: 'wk_new', created_at: BEFORE }, AT_MOST);
  await made.registry.addServerKey(
    'shop',
    { id: 'sk_1', sha256: 'a'.repeat(64), last4: 'aaaa', created_at: BEFORE },
    1,
  );
  await made.registry.addIntegration(ADS);
  const shop = made.registry.source('shop');
  if (shop !== undefined) made.seen = entityTag(shop);
  return made;
}

/** Runs the operations one after another. Simultaneous ones that arrived in this order must give the same result. */
async function oneAfterAnother(operations: readonly RegistryOperation[], world: RegistryWorld): Promise<Outcome> {
  const made = await installation(world);
  const answers = new Map<string, unknown>();
  for (const operation of operations)
    if (isCall(operation)) answers.set(operation, await REGISTRY_OPERATIONS[operation](made.registry, made.seen));
  await made.settle(world.setNowMs);
  return { state: made.state(), answers };
}

/** Runs operations on the settings, all started at once. */
export async function registryRun(
  operations: readonly RegistryOperation[],
  wait: Await,
  { tried, expected, ...world }: RegistryWorld & { tried: MakeRegistry; expected: Map<string, Outcome> },
): Promise<Run> {
  const made = await installation({ ...world, make: tried });
  made.mayDie = operations.includes('the isolate dies');
  made.wait = wait;
  const arrived: RegistryOperation[] = [];
  const answers = new Map<string, unknown>();
  const operate = async (operation: RegistryOperation): Promise<void> => {
    // The call arrives at some time.
    await wait(() => undefined);
    arrived.push(operation);
    if (operation === 'the isolate dies') made.evict();
    else if (operation === 'KV refuses a write') made.refusals += 1;
    else answers.set(operation, await REGISTRY_OPERATIONS[operation](made.registry, made.seen));
  };
  const done = Promise.all(operations.map(operate));
  return {
    done: made.mayDie ? Promise.resolve() : done,
    check: async () => {
      made.wait = async (work) => work();
      await made.settle(world.setNowMs);
      // The other installation uses the same database.
      const state = made.state();
      const order = arrived.join();
      const known = expected.get(order) ?? (await oneAfterAnother(arrived, world));
      expected.set(order, known);
      expect(state).toEqual(known.state);
      for (const [operation, answer] of answers)
        expect({ operation, answer }).toEqual({ operation, answer: known.answers.get(operation) });
    },
  };
}

function isCall(operation: RegistryOperation): operation is keyof typeof REGISTRY_OPERATIONS {
  return operation in REGISTRY_OPERATIONS;
}
