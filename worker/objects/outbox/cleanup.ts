import { MAX_EVENT_AGE_MS } from '../../domain/collect/event-time.ts';
import { ledgerDay } from '../../domain/reports/report-days.ts';
import { Consents } from '../event-store/consents.ts';
import { LintCounts } from '../event-store/lint-counts.ts';
import { TriggerSets } from '../event-store/trigger-sets.ts';
import type { Deliveries } from './deliveries.ts';
import type { IdentityWaits } from './intake/identity-waits.ts';
import { Memberships } from './intake/memberships.ts';
import { Resealing } from './keys/resealing.ts';
import { SealedTexts } from './keys/sealed-texts.ts';
import type { Ports, Room } from './ports.ts';
import { Ledger } from './reports/ledger.ts';
import type { ElementWaits } from './sending/element-waits.ts';

const EVERY_MS = 60 * 60 * 1000;
const EVENTS_AT_ONCE = 500;

/**
 * The number of slices in a run. A slice reads about thirty rows for each event, and other calls get their turn between
 * two slices.
 */
const SLICES_A_RUN = 6;

/**
 * Even if a database is nearly full, events that ended well are kept for this time, to recognise events that are sent
 * again.
 */
const RECENT_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Pending deliveries are kept until LinkedIn's deadline, whatever the retention. One day more, because sets are dated
 * by day.
 */
const LONGEST_WAIT_MS = MAX_EVENT_AGE_MS + 24 * 60 * 60 * 1000;

/** Deletes data that is no longer needed: old events with their counts, and the keys of people who were erased. */
export class Cleanup {
  readonly #ports: Ports;
  readonly #room: Pick<Room, 'sheddingBytes'>;
  readonly #deliveries: Deliveries;
  readonly #elementWaits: ElementWaits;
  readonly #resealing: Resealing;
  readonly #isSendingDue: () => boolean;
  readonly #consents: Consents;
  readonly #ledger: Ledger;
  readonly #lintCounts: LintCounts;
  readonly #memberships: Memberships;
  readonly #triggerSets: TriggerSets;
  /** The stored value, once it has been read. */
  #ranAtMs: number | undefined;
  /** The position up to which old events have been examined, in this round and when making room. */
  readonly #lookedAt = { old: 0, shed: 0 };

  constructor(parts: {
    ports: Ports;
    room: Pick<Room, 'sheddingBytes'>;
    deliveries: Deliveries;
    elementWaits: ElementWaits;
    waits: IdentityWaits;
    isSendingDue: () => boolean;
  }) {
    this.#ports = parts.ports;
    this.#room = parts.room;
    this.#deliveries = parts.deliveries;
    this.#elementWaits = parts.elementWaits;
    this.#isSendingDue = parts.isSendingDue;
    const { ports, deliveries, waits } = parts;
    const { sql } = ports.database;
    this.#resealing = new Resealing({ ports, deliveries, sealedTexts: new SealedTexts(sql, deliveries.states), waits });
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
      await this.#shed();
    } catch (error) {
      this.#ports.log('outbox.purge', error);
    }
  }

  async #forgetOld(): Promise<void> {
    const nowMs = this.#ports.now();
    this.#ranAtMs ??= this.#storedRun();
    if (Math.abs(nowMs - this.#ranAtMs) < EVERY_MS) return;
    const { eventsMs, deadLettersMs } = await this.#ports.retention();
    let isDone = await this.#forgetEvents('old', {
      receivedBeforeMs: nowMs - eventsMs,
      except: ['pending', 'waiting'],
    });
    await this.#ports.sleep(0);
    this.#ports.database.transaction(() => {
      this.#ledger.forgetHours(nowMs);
      isDone = this.#deliveries.removeAttempts({ endedBeforeMs: nowMs - eventsMs }) && isDone;
      isDone = this.#deliveries.states.emptyDeadLetters({ doneBeforeMs: nowMs - deadLettersMs }) && isDone;
      this.#memberships.forgetOld(nowMs);
      this.#elementWaits.forgetEnded();
      this.#lintCounts.remove({ beforeMs: nowMs - eventsMs });
      this.#consents.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
      this.#triggerSets.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
      // Otherwise the next run continues.
      if (isDone) this.#ports.database.sql.exec('UPDATE cleaned SET at_ms = ?', nowMs);
    });
    if (isDone) this.#ranAtMs = nowMs;
  }

  /**
   * Makes room when the database is nearly full, so that conversions are refused as late as possible. Events that were
   * delivered, skipped or expired are deleted before the end of their retention, the oldest first; the ledger keeps
   * their counts. Events that wait or have failed stay, because a person can still fix the cause.
   */
  async #shed(): Promise<void> {
    if (this.#ports.databaseBytes() <= this.#room.sheddingBytes) return;
    await this.#forgetEvents('shed', {
      receivedBeforeMs: this.#ports.now() - RECENT_MS,
      except: ['pending', 'waiting', 'dead'],
    });
  }

  /** Deletes events in slices. Returns whether all of them have been examined. Otherwise the next call continues. */
  async #forgetEvents(
    what: 'old' | 'shed',
    which: Pick<Parameters<Deliveries['old']>[0], 'receivedBeforeMs' | 'except'>,
  ): Promise<boolean> {
    for (let slice = 0; slice < SLICES_A_RUN; slice += 1) {
      if (slice > 0) await this.#ports.sleep(0);
      const { due, next } = this.#deliveries.old({ ...which, afterSeq: this.#lookedAt[what], atMost: EVENTS_AT_ONCE });
      this.#ports.database.transaction(() => {
        this.#ledger.close(due.map(({ seq }) => seq));
        this.#deliveries.remove(due);
      });
      this.#lookedAt[what] = next ?? 0;
      if (next === undefined) return true;
    }
    return false;
  }

  /**
   * The position is stored, because an object leaves memory after ten quiet seconds, and reading thousands of rows
   * again would cost money.
   */
  #storedRun(): number {
    const [run] = this.#ports.database.sql.exec<{ at_ms: number }>('SELECT at_ms FROM cleaned').toArray();
    return run?.at_ms ?? 0;
  }

  /**
   * Deletes keys. This is not done for each erasure, so that a hundred erasures cost one round. Due deliveries come
   * first.
   */
  async #letKeysGo(): Promise<void> {
    try {
      await this.#resealing.visit(() => !this.#isSendingDue());
    } catch (error) {
      // KV is unreachable: the next visit continues.
      this.#ports.log('outbox.keys', error);
    }
  }
}
