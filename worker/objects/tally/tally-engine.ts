import { ledgerDay } from '../../domain/reports/report-days.ts';
import { Changes } from '../event-store/changes.ts';
import { CommitGroup } from '../event-store/commit-group.ts';
import { SourceDeletion } from '../event-store/source-deletion.ts';
import { TriggerSets } from '../event-store/trigger-sets.ts';
import { migrate } from '../sql.ts';
import { TallyCounts } from './tally-counts.ts';
import { LOG_ROOM, TallyLog } from './tally-log.ts';
import type { TallyPorts } from './tally-ports.ts';
import { TALLY_MIGRATIONS } from './tally-schema.ts';
import { MOST_UNCOUNTED, TallyWriter } from './tally-writer.ts';
import type { TallyRequest } from './tally-writer.ts';

/** `source_deleted`: the collector's configuration, which may be a minute old, still has the source. */
export type Tallied = { kind: 'kept'; duplicates: number } | { kind: 'source_deleted' };

/** How often old events and counts are deleted, while there are any. */
const CLEANUP_EVERY_MS = 6 * 60 * 60 * 1000;

/**
 * Counts the events of a source that no conversion rule asks for, and keeps the latest ones whole. Page views are many
 * and conversions are few, so the first must not take room, time or money from the second (docs/decisions/0028).
 *
 * This is the whole Tally object without the platform, so that a simulation can run it.
 */
export class TallyEngine {
  readonly ports: TallyPorts;
  readonly log: TallyLog;
  readonly counts: TallyCounts;
  /** Notifies readers that wait for new events. */
  readonly changes: Changes;
  readonly #writer: TallyWriter;
  readonly #deletion: SourceDeletion;
  readonly #commits = new CommitGroup<TallyRequest, Tallied>((requests) => this.#commit(requests));
  #hasAlarm = false;

  constructor(ports: TallyPorts) {
    const { database, room } = ports;
    migrate(database, TALLY_MIGRATIONS);
    this.ports = ports;
    this.changes = new Changes(ports.viewers);
    this.log = new TallyLog(database.sql, { ...LOG_ROOM, ...room });
    this.counts = new TallyCounts(database.sql);
    this.#writer = new TallyWriter({
      database,
      log: this.log,
      counts: this.counts,
      mostUncounted: room?.uncounted ?? MOST_UNCOUNTED,
    });
    this.#deletion = new SourceDeletion(ports);
  }

  /** Stores a request: all of it, or nothing. Resolves when it is on disk. */
  async count(request: TallyRequest): Promise<Tallied> {
    if (this.#deletion.isDeleted() && !(await this.#deletion.isTakenBack())) return { kind: 'source_deleted' };
    return this.#commits.add(request);
  }

  /** Nothing is awaited in here, so that the rows and the alarm are written together. */
  #commit(requests: readonly TallyRequest[]): { results: readonly Tallied[]; isWritten: Promise<unknown> } {
    if (this.#deletion.isDeleted())
      return { results: requests.map(() => ({ kind: 'source_deleted' })), isWritten: Promise.resolve() };
    const nowMs = this.ports.now();
    const duplicates = this.#writer.write(requests, nowMs);
    this.changes.ring();
    return {
      results: duplicates.map((own) => ({ kind: 'kept', duplicates: own })),
      isWritten: Promise.all([this.#setAlarm(nowMs), this.ports.written()]),
    };
  }

  async #setAlarm(nowMs: number): Promise<void> {
    if (this.#hasAlarm) return;
    this.#hasAlarm = true;
    try {
      await this.ports.alarm.set(nowMs + CLEANUP_EVERY_MS);
    } catch (error) {
      this.#hasAlarm = false;
      throw error;
    }
  }

  /** Sets an alarm that was lost. */
  async repair(): Promise<void> {
    this.#hasAlarm = (await this.ports.alarm.get()) !== null;
    if (!this.log.isEmpty) await this.#setAlarm(this.ports.now());
  }

  /** Deletes old data. Never throws: the platform would give up on an alarm that does. */
  async alarm(): Promise<void> {
    this.#hasAlarm = false;
    try {
      await this.#setAlarm(this.ports.now());
      const beforeMs = this.ports.now() - (await this.ports.retentionMs());
      this.#forgetOld(beforeMs);
      if (this.log.isEmpty && this.counts.isEmptyButForTheLedger) await this.#clearAlarm();
    } catch (error) {
      this.ports.log('tally.cleanup', error);
    }
  }

  async #clearAlarm(): Promise<void> {
    this.#hasAlarm = false;
    await this.ports.alarm.clear();
  }

  #forgetOld(beforeMs: number): void {
    this.#writer.countAll();
    this.ports.database.transaction(() => {
      this.log.forgetOld({ beforeMs, countedSeq: this.#writer.countedSeq });
      this.counts.forgetOld({ nowMs: this.ports.now(), beforeMs });
      new TriggerSets(this.ports.database.sql).forget({ usedBeforeDay: ledgerDay(beforeMs) });
    });
  }

  /** Takes over from the tally of a deleted source. */
  noteDeletion(): void {
    this.#deletion.note();
  }
}
