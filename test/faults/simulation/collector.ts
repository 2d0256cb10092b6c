import type { AcceptedEvent } from '../../../worker/objects/outbox/delivery-types.ts';
import type { SourceConfig } from '../../../worker/schema/settings/source-config.ts';
import { configKey } from '../../../worker/store/config-key.ts';
import * as today from './parts.ts';
import type { Parts } from './rollout.ts';
import type { SeenKv } from './simulated-kv.ts';
import type { Simulation, Target } from './simulation.ts';

type Around = {
  parts: Parts;
  kv: Pick<SeenKv, 'get'>;
  /** Returns what the registry has under a KV key. */
  readonly askRegistry: (key: string) => Promise<string | undefined>;
};

/** The collector that gets a request: of one version, at one location, with the memory of its isolate. */
export class Collector {
  readonly #simulation: Simulation;
  readonly #around: Around;

  constructor(simulation: Simulation, around: Around) {
    this.#simulation = simulation;
    this.#around = around;
  }

  /** The former version can't be changed, so it may refuse what this one accepts. */
  get isOfThisVersion(): boolean {
    return this.#around.parts === today;
  }

  /**
   * Reads a source's config through the memory of the isolate, KV, and the registry. Undefined: the write key is
   * answered with 401.
   *
   * @throws when it can't be known now, which is answered with 503.
   */
  configOf(source: string): Promise<SourceConfig | undefined> {
    const { parts, kv, askRegistry } = this.#around;
    const store = { get: <Value>(key: string, type: 'json') => kv.get<Value>(key, type), askRegistry };
    return parts.readConfig(store, configKey({ kind: 'write', key: source }), this.#simulation.time.nowMs);
  }

  /** The conversions that an event with this name should make. */
  targets({ integrations }: SourceConfig, name: string): Target[] {
    const { parts } = this.#around;
    const event = { type: 'track' as const, event: name, properties: {}, traits: {}, context: {} };
    return integrations
      .filter(({ enabled }) => enabled)
      .flatMap(({ id, config }) => {
        const work = new parts.EventWork({ mappings: config.mappings?.length ?? 0 });
        const { fired } = parts.askTriggers(event, config, 'nothing', work);
        return fired.map(({ ruleId }) => ({ integrationId: id, ruleId }));
      });
  }

  /**
   * Hands a request's events over: first to the outbox, then to the tally.
   *
   * @param reached Called when the outbox has them.
   */
  async collect(source: string, receipts: readonly AcceptedEvent[], reached: () => void): Promise<boolean> {
    const { outbox, tally } = this.#around.parts.forTally(receipts);
    if (outbox.length > 0 && !(await this.#simulation.enqueue(source, outbox, reached))) return false;
    return tally.length === 0 || this.#simulation.count(source, tally);
  }
}
