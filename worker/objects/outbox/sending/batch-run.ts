import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { nextProbe } from '../../../domain/delivery/poison-search.ts';
import { NEWEST_KNOWN_VERSION } from '../../../linkedin/versions.ts';
import type { HoldReason } from '../../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { ResponseApplier } from './apply-response.ts';
import type { ApplyParts } from './apply-response.ts';
import { BatchAssembly } from './assemble-batch.ts';
import type { RuleQueue } from './rule-queues.ts';
import { BatchSender, integrationOf, SWITCHED_OFF_PROBE_MS } from './send-batch.ts';
import type { Route, Search } from './send-batch.ts';
import { VersionTrials } from './version-trials.ts';

/**
 * Sends one batch of one rule queue, and continues until each of its deliveries is done or has to wait.
 *
 * Every response is stored in the transaction that acts on it. So a crash in between loses no delivery, and at most one
 * batch is sent again.
 */
export class BatchRun {
  readonly #queue: RuleQueue;
  readonly #parts: ApplyParts;
  readonly #trials: VersionTrials;

  constructor(queue: RuleQueue, parts: ApplyParts) {
    this.#queue = queue;
    this.#parts = parts;
    this.#trials = new VersionTrials(parts.ports.database.sql);
  }

  async run(): Promise<void> {
    const { ports } = this.#parts;
    const integration = await integrationOf(this.#queue, ports);
    if (integration === undefined) return this.#hold('integration_missing');
    if (!integration.enabled) return this.#hold('integration_disabled');
    const assembly = new BatchAssembly(this.#queue, this.#parts);
    if (integration.config.test_mode === true) return assembly.skipForTest();
    const { batch, readAt } = await assembly.assemble(integration);
    const sender = new BatchSender(this.#queue, this.#parts, readAt);
    const applier = new ResponseApplier(this.#queue, this.#parts);
    const limits = limitsOf(integration.config);
    const tried = batch.length > 0 ? this.#beginTrial(integration) : undefined;
    let route: Route = {
      integration,
      limits,
      version: tried ?? this.#version(integration),
      isTrial: tried !== undefined,
    };
    let search: Search = { suspects: [], unknown: batch };
    try {
      while (nextProbe(search).length > 0) {
        const attempted = await sender.request(search, route);
        if (attempted === undefined) return;
        const applied = route;
        const next = ports.database.transaction(() => applier.apply(attempted, applied));
        if (next === undefined) return;
        search = next;
        if (route.isTrial === true) route = { integration, limits, version: this.#version(integration) };
      }
    } finally {
      if (tried !== undefined) this.#trials.end(integration.id);
    }
  }

  /**
   * Returns a newer version for this batch to try, which the alerts have asked for (`domain/delivery/next-version.ts`).
   * A rule queue that has another problem doesn't try a version.
   */
  #beginTrial({ id, config }: Integration): string | undefined {
    const { failures, probeFor } = this.#queue;
    if (probeFor === undefined ? failures > 0 : probeFor !== 'version_sunset') return undefined;
    const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    return this.#trials.begin(id, configured);
  }

  /**
   * Returns the configured version, or the one that was found to work in its place. While a retired version holds the
   * integration, the newest is tried.
   */
  #version({ id, config }: Integration): string {
    const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (this.#queue.probeFor === 'version_sunset') return NEWEST_KNOWN_VERSION;
    return this.#parts.learned.workingVersion(id, configured);
  }

  /** Holds a disabled or deleted integration. It is checked now and then, in case nobody reports that it is back. */
  #hold(reason: HoldReason): void {
    const { ports, queues } = this.#parts;
    queues.holdIntegration(this.#queue, { reason, nowMs: ports.now(), probeAfterMs: SWITCHED_OFF_PROBE_MS });
  }
}
