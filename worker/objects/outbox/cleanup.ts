import { MAX_EVENT_AGE_MS } from '../../domain/collect/event-time.ts';
import { ledgerDay } from '../../domain/reports/report-days.ts';
import { Consents } from '../event-store/consents.ts';
import { LintCounts } from '../event-store/lint-counts.ts';
import { TriggerSets } from '../event-store/trigger-sets.ts';
import type { Deliveries } from './deliveries.ts';
import { Memberships } from './intake/memberships.ts';
import type { Resealing } from './keys/resealing.ts';
import type { Ports } from './ports.ts';
import { Ledger } from './reports/ledger.ts';
import type { ElementWaits } from './sending/element-waits.ts';

const EVERY_MS = 60 * 60 * 1000;
const EVENTS_AT_ONCE = 1_000;

/**
 * Pending deliveries are kept until LinkedIn's deadline, whatever the retention. One day more, because sets are dated
 * by day.
 */
const LONGEST_WAIT_MS = MAX_EVENT_AGE_MS + 24 * 60 * 60 * 1000;

/** Deletes data that is no longer needed: old events with their counts, and the keys of people who were erased. */
export class Cleanup {
  readonly #ports: Ports;
  readonly #deliveries: Deliveries;
  readonly #elementWaits: ElementWaits;
  readonly #resealing: Resealing;
  readonly #isSendingDue: () => boolean;
  readonly #consents: Consents;
  readonly #ledger: Ledger;
  readonly #lintCounts: LintCounts;
  readonly #memberships: Memberships;
  readonly #triggerSets: TriggerSets;
  #ranAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: {
    ports: Ports;
    deliveries: Deliveries;
    elementWaits: ElementWaits;
    resealing: Resealing;
    isSendingDue: () => boolean;
  }) {
    this.#ports = parts.ports;
    this.#deliveries = parts.deliveries;
    this.#elementWaits = parts.elementWaits;
    this.#resealing = parts.resealing;
    this.#isSendingDue = parts.isSendingDue;
    const { sql } = parts.ports.database;
    this.#consents = new Consents(sql);
    this.#ledger = new Ledger(sql);
    this.#lintCounts = new LintCounts(sql);
    this.#memberships = new Memberships(sql);
    this.#triggerSets = new TriggerSets(sql);
  }

  /**
   * Does part of the work that is due. Also called when nothing is sent, so that a source without traffic does not keep
   * its data for ever. Never throws, because sending must not depend on it; the next visit continues.
   */
  async run(): Promise<void> {
    try {
      await this.#letKeysGo();
      await this.#forgetOld();
    } catch (error) {
      this.#ports.log('outbox.purge', error);
    }
  }

  async #forgetOld(): Promise<void> {
    const nowMs = this.#ports.now();
    if (Math.abs(nowMs - this.#ranAtMs) < EVERY_MS) return;
    const { eventsMs, deadLettersMs } = await this.#ports.retention();
    const old = this.#deliveries.old({ receivedBeforeMs: nowMs - eventsMs, atMost: EVENTS_AT_ONCE });
    this.#ports.database.transaction(() => {
      this.#ledger.close(old.map(({ seq }) => seq));
      this.#ledger.forgetHours(nowMs);
      this.#deliveries.remove(old);
      this.#deliveries.removeAttempts({ endedBeforeMs: nowMs - eventsMs });
      this.#deliveries.states.emptyDeadLetters({ doneBeforeMs: nowMs - deadLettersMs });
      this.#memberships.forgetOld(nowMs);
      this.#elementWaits.forgetEnded();
      this.#lintCounts.remove({ beforeMs: nowMs - eventsMs });
      this.#consents.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
      this.#triggerSets.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
    });
    // A full page may not be the last one: the next run continues.
    if (old.length < EVENTS_AT_ONCE) this.#ranAtMs = nowMs;
  }

  /** Deletes keys, but not with each erasure, so that a hundred erasures cost one round. Due deliveries go first. */
  async #letKeysGo(): Promise<void> {
    try {
      await this.#resealing.visit(() => !this.#isSendingDue());
    } catch (error) {
      // KV is unreachable: the next visit continues.
      this.#ports.log('outbox.keys', error);
    }
  }
}
