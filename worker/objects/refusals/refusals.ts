import { DurableObject } from 'cloudflare:workers';

import type { NamedCount } from '../../domain/privacy/frequent-names.ts';
import { mergedCounts } from '../../domain/refusals/refusal-count.ts';
import type { RefusalCount } from '../../domain/refusals/refusal-count.ts';
import { hourOf } from '../../domain/reports/report-days.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import { isRefusalReason, REFUSAL_HOURS } from '../../schema/events/refusal.ts';
import type { RefusalReason } from '../../schema/events/refusal.ts';
import { newCopiedObject } from '../copy/copied-in-backups.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { CopiedObject } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { migrate } from '../sql.ts';
import { tellWatchers, watched } from '../watchers.ts';
import { REFUSALS_MIGRATIONS } from './refusals-schema.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** The refusals of one hour with the same reason. */
export type RefusedHour = RefusalCount & { hour: string; lastAtMs: number };

type Row = { hour: string; reason: string; requests: number; events: number; names: string; last_at_ms: number };

/**
 * Counts what the collector refused for one source. It is separate from the source's Outbox: it works when the outbox
 * is full or unreachable, and conversions do not wait behind a flood of refused requests.
 *
 * It has one row per hour and reason, for seven days. So its size is bounded, whatever strangers send.
 */
export class Refusals extends DurableObject<Env> implements CopiedInBackups {
  readonly #sql: SqlStorage;
  #copiedObject: Promise<CopiedObject> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#migrate();
  }

  #copied(): Promise<CopiedObject> {
    const { storage, id } = this.ctx;
    return (this.#copiedObject ??= newCopiedObject({
      database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
      migrations: REFUSALS_MIGRATIONS,
      owner: id.toString(),
    }));
  }

  async backup(): Promise<ReadableStream<Uint8Array>> {
    return (await this.#copied()).stream();
  }

  async restore(record: BackupRecord): Promise<Unfit | undefined> {
    return (await this.#copied()).take(record);
  }

  async finishRestore(): Promise<void> {
    (await this.#copied()).finish();
    this.#migrate();
    await this.ctx.storage.setAlarm(Date.now() + DAY_MS);
  }

  undoRestore(): Promise<void> {
    return this.erase();
  }

  /** Adds counts to the current hour. They may arrive some seconds after the refusals. */
  async add(counts: readonly RefusalCount[]): Promise<void> {
    const nowMs = Date.now();
    const hour = hourOf(nowMs);
    this.ctx.storage.transactionSync(() => {
      for (const count of mergedCounts(counts, this.#rows(hour, hour))) {
        const { reason, requests, events, names } = count;
        if (!counts.some((added) => added.reason === reason)) continue;
        this.#sql.exec(
          `INSERT INTO refusals (hour, reason, requests, events, names, last_at_ms) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET requests = excluded.requests, events = excluded.events, names = excluded.names,
             last_at_ms = excluded.last_at_ms`,
          hour,
          reason,
          requests,
          events,
          JSON.stringify(names),
          nowMs,
        );
      }
      this.#forgetHours(nowMs);
    });
    tellWatchers(this.ctx);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(nowMs + DAY_MS);
  }

  /** Notifies a viewer of each refusal. */
  override fetch(): Promise<Response> {
    return watched(this.ctx);
  }

  /** Returns the current hour and those before it, the newest first. */
  lastHours(hours: number): RefusedHour[] {
    const nowMs = Date.now();
    return this.#rows(hourOf(nowMs - (hours - 1) * HOUR_MS), hourOf(nowMs));
  }

  /** Deletes everything, because the source was deleted. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#migrate();
  }

  /** Deletes old hours even when no refusal ever comes again. */
  override async alarm(): Promise<void> {
    this.#forgetHours(Date.now());
    const isEmpty = this.#sql.exec('SELECT 1 FROM refusals LIMIT 1').toArray().length === 0;
    if (!isEmpty) await this.ctx.storage.setAlarm(Date.now() + DAY_MS);
  }

  /**
   * Hours in the future were written while the clock was wrong. They would never become old, so they are deleted too.
   */
  #forgetHours(nowMs: number): void {
    this.#sql.exec(
      'DELETE FROM refusals WHERE hour <= ? OR hour > ?',
      hourOf(nowMs - REFUSAL_HOURS * HOUR_MS),
      // One hour of tolerance: a clock that is set back a little deletes nothing.
      hourOf(nowMs + HOUR_MS),
    );
  }

  #rows(from: string, to: string): RefusedHour[] {
    return this.#sql
      .exec<Row>('SELECT * FROM refusals WHERE hour >= ? AND hour <= ? ORDER BY hour DESC, reason', from, to)
      .toArray()
      .map(refusedHour);
  }

  #migrate(): void {
    const { storage } = this.ctx;
    migrate({ sql: storage.sql, transaction: (work) => storage.transactionSync(work) }, REFUSALS_MIGRATIONS);
  }
}

function refusedHour({ hour, reason, requests, events, names, last_at_ms: lastAtMs }: Row): RefusedHour {
  // This class wrote it from a value of this type. Older releases wrote no weights.
  const named: NamedCount[] = JSON.parse(names);
  return { hour, reason: knownReason(reason), requests, events, names: named, lastAtMs };
}

/** Maps reasons that this release does not know to `other`. A newer release may have written them before a rollback. */
function knownReason(reason: string): RefusalReason {
  return isRefusalReason(reason) ? reason : 'other';
}
