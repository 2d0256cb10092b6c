import type { Sql } from '../sql.ts';

/** An alert that is due or was sent. */
export type AlertRow = {
  seq: number;
  id: string;
  channel_id: string;
  subject: string;
  revision: number;
  type: string;
  state: 'waiting' | 'sent' | 'failed' | 'dropped';
  made_at_ms: number;
  due_at_ms: number;
  attempts: number;
  done_at_ms: number | null;
  note: string | null;
};

type NewAlert = Pick<AlertRow, 'id' | 'channel_id' | 'subject' | 'revision' | 'type'> & {
  nowMs: number;
  dueMs: number;
};

/** How long an alert is listed after it was sent. */
const LISTED_MS = 90 * 86_400_000;

/** After this time, an alert is given up if no attempt has delivered it. */
const GIVE_UP_MS = 3 * 86_400_000;

/** A later state of an incident waits until the earlier one is sent, so that a channel gets them in order. */
const IS_FIRST = `state = 'waiting' AND NOT EXISTS (
  SELECT 1 FROM alerts AS earlier WHERE earlier.channel_id = alerts.channel_id
    AND earlier.subject = alerts.subject AND earlier.state = 'waiting' AND earlier.seq < alerts.seq)`;

const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 60 * 60_000;

/**
 * The alerts that are waiting, and those that were sent.
 *
 * An alert is stored in the transaction that changes its incident, and waits until its receiver has confirmed it. A
 * channel gets each state of an incident once: the row is unique. If the process dies after the receiver's answer but
 * before `sent`, the alert is sent again with the same ID, by which receivers recognise it.
 */
export class AlertOutbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add({ id, channel_id, subject, revision, type, nowMs, dueMs }: NewAlert): void {
    this.#sql.exec(
      `INSERT INTO alerts (id, channel_id, subject, revision, type, state, made_at_ms, due_at_ms)
       VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (channel_id, subject, revision) DO NOTHING`,
      id,
      channel_id,
      subject,
      revision,
      type,
      nowMs,
      dueMs,
    );
  }

  /** Whether a channel got an alert about an incident, or will get one. */
  isTold(channelId: string, subject: string): boolean {
    return this.#has(`channel_id = ? AND subject = ? AND state <> 'dropped'`, channelId, subject);
  }

  /**
   * Drops the waiting alerts of a channel about an incident that is over, if none of its alerts was sent. Returns
   * whether it did.
   */
  dropUntold(channelId: string, subject: string, nowMs: number): boolean {
    if (this.#has('channel_id = ? AND subject = ? AND attempts > 0', channelId, subject)) return false;
    this.#sql.exec(
      `UPDATE alerts SET state = 'dropped', done_at_ms = ?, note = 'The incident ended before this alert was sent.'
       WHERE channel_id = ? AND subject = ? AND state = 'waiting'`,
      nowMs,
      channelId,
      subject,
    );
    return true;
  }

  /** Returns the alerts that are due. */
  due(nowMs: number, atMost: number): AlertRow[] {
    return this.#rows(`due_at_ms <= ? AND ${IS_FIRST} ORDER BY due_at_ms LIMIT ?`, nowMs, atMost);
  }

  /** Records an attempt before it is made, so that the next attempt follows if this process dies. */
  begin({ seq, attempts }: AlertRow, nowMs: number): void {
    const waitMs = Math.min(FIRST_WAIT_MS * 3 ** attempts, MAX_WAIT_MS);
    this.#sql.exec('UPDATE alerts SET attempts = attempts + 1, due_at_ms = ? WHERE seq = ?', nowMs + waitMs, seq);
  }

  end({ seq, made_at_ms: madeAtMs }: AlertRow, note: string | undefined, nowMs: number): void {
    const state = note === undefined ? 'sent' : nowMs - madeAtMs > GIVE_UP_MS ? 'failed' : 'waiting';
    this.#sql.exec(
      'UPDATE alerts SET state = ?, note = ?, done_at_ms = ? WHERE seq = ?',
      state,
      note ?? null,
      state === 'waiting' ? null : nowMs,
      seq,
    );
  }

  /** Drops the waiting alerts of a deleted channel. */
  dropOf(channelId: string, nowMs: number): void {
    this.#sql.exec(
      `UPDATE alerts SET state = 'dropped', done_at_ms = ?, note = 'The channel was deleted.'
       WHERE channel_id = ? AND state = 'waiting'`,
      nowMs,
      channelId,
    );
  }

  /** Records a test, which is sent immediately. */
  addTest(alert: NewAlert, note: string | undefined): void {
    this.add(alert);
    this.#sql.exec(
      'UPDATE alerts SET state = ?, note = ?, attempts = 1, done_at_ms = ? WHERE id = ?',
      note === undefined ? 'sent' : 'failed',
      note ?? null,
      alert.nowMs,
      alert.id,
    );
  }

  of(subject: string, atMost: number): AlertRow[] {
    return this.#rows('subject = ? ORDER BY seq DESC LIMIT ?', subject, atMost);
  }

  /** Returns the latest alert that was sent to a channel, or that was attempted. */
  latestOf(channelId: string): AlertRow | undefined {
    return this.#rows('channel_id = ? AND attempts > 0 ORDER BY seq DESC LIMIT 1', channelId)[0];
  }

  nextMs(): number | undefined {
    const [row] = this.#sql
      .exec<{ at: number | null }>(`SELECT min(due_at_ms) AS at FROM alerts WHERE ${IS_FIRST}`)
      .toArray();
    return row?.at ?? undefined;
  }

  forgetOld(nowMs: number): void {
    this.#sql.exec(`DELETE FROM alerts WHERE state <> 'waiting' AND made_at_ms < ?`, nowMs - LISTED_MS);
  }

  #has(where: string, ...bindings: string[]): boolean {
    return this.#sql.exec(`SELECT 1 FROM alerts WHERE ${where} LIMIT 1`, ...bindings).toArray().length > 0;
  }

  #rows(where: string, ...bindings: (string | number)[]): AlertRow[] {
    return this.#sql.exec<AlertRow>(`SELECT * FROM alerts WHERE ${where}`, ...bindings).toArray();
  }
}
