import type { MemberTags } from '../../../domain/identity/member-tags.ts';
import type { Sql } from '../../sql.ts';
import type { KnownEvent, SealedEvent } from '../delivery.ts';

/** Forgotten after as long without a word of it; who is named again afterwards is new. */
const FORGOTTEN_AFTER_MS = 400 * 24 * 60 * 60 * 1000;

/** How late a membership's last mention may be written down: a sync every hour is not a write for each member. */
const SEEN_EVERY_MS = 24 * 60 * 60 * 1000;

type Row = { tag: string; is_member: number; changed_at_ms: number; seen_at_ms: number };

/**
 * Who is in an audience, by mapping: so that a person makes one conversion at each change from not-member to member,
 * however often they are named.
 *
 * People are keyed hashes here (domain/identity/person-tags.ts), as they are beside what waits for them.
 */
export class Memberships {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Ends the memberships that an event ends, and takes out of it the deliveries of those that go on.
   *
   * It is called in the transaction that keeps the event, so that a membership begins when its delivery is on disk.
   *
   * @returns The event as it is to be kept.
   */
  apply(event: SealedEvent): SealedEvent {
    const { member, deliveries, membershipsLeft } = event;
    // Without ENCRYPTION_KEY nobody has a name here, and nothing is known of anybody.
    if (member === undefined || member.tags.length === 0) return event;
    const happenedAtMs = this.#firstHappenedAtMs(event);
    for (const mappingId of membershipsLeft) this.#leave(mappingId, member.known.flat(), happenedAtMs);
    const begun = new Map<string, boolean>();
    const left = deliveries.filter((delivery) => {
      const { mappingId } = delivery;
      // A delivery that is there already is a client's retry, which joins nothing.
      if (mappingId === undefined || this.#isThere(delivery)) return true;
      const isNew = begun.get(mappingId) ?? this.#join(mappingId, { ...event, happenedAtMs }, member);
      begun.set(mappingId, isNew);
      return isNew;
    });
    const isUnchanged = deliveries.length > 0 && left.length === 0;
    return { ...event, deliveries: left, skipReason: isUnchanged ? 'membership_unchanged' : event.skipReason };
  }

  /** Forgets a person by their tags: as the source knows them, in any browser, and whoever it was in theirs. */
  erase(tags: readonly string[]): void {
    const named = JSON.stringify(tags);
    this.#sql.exec('DELETE FROM memberships WHERE tag IN (SELECT value FROM json_each(?))', named);
    this.#sql.exec(
      `DELETE FROM memberships WHERE (tag, mapping_id) IN (
         SELECT memberships.tag, mapping_id FROM json_each(?) AS name CROSS JOIN memberships
         WHERE memberships.tag > name.value || '.' AND memberships.tag < name.value || '/')`,
      named,
    );
    this.#sql.exec(
      `DELETE FROM memberships
       WHERE instr(tag, '.') > 0 AND substr(tag, instr(tag, '.') + 1) IN (SELECT value FROM json_each(?))`,
      named,
    );
  }

  /** Forgets what nobody has said anything of for long. */
  forgetOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM memberships WHERE seen_at_ms < ?', nowMs - FORGOTTEN_AFTER_MS);
  }

  /**
   * When an event happened: a moment before it first came, if it came before. So a client's retry turns nothing round that
   * happened since, and an event that only has the id of another one still counts.
   */
  #firstHappenedAtMs({ messageId, type, happenedAtMs }: KnownEvent): number {
    const [row] = this.#sql
      .exec<{ first: number | null }>(
        `SELECT min(happened_at_ms) AS first FROM (
           SELECT happened_at_ms FROM events WHERE message_id = ?1 AND type = ?2
           UNION ALL SELECT happened_at_ms FROM events WHERE repeat_of = ?1 AND type = ?2)`,
        messageId,
        type,
      )
      .toArray();
    const first = row?.first ?? undefined;
    return first === undefined ? happenedAtMs : Math.min(first - 1, happenedAtMs);
  }

  #isThere({ integrationId, ruleId, eventId }: SealedEvent['deliveries'][number]): boolean {
    const rows = this.#sql.exec(
      `SELECT 1 FROM deliveries
       WHERE lane_id = (SELECT id FROM lanes WHERE integration_id = ? AND rule_id = ?) AND event_id = ?`,
      integrationId,
      ruleId,
      eventId,
    );
    return rows.toArray().length > 0;
  }

  /** Returns whether the person was none before. What comes late does not turn round what happened after it. */
  #join(
    mappingId: string,
    { happenedAtMs, receivedAtMs }: KnownEvent,
    { tags, known, elsewhere = [] }: MemberTags,
  ): boolean {
    const names = [...known, elsewhere];
    const rows = this.#sql
      .exec<Row>(
        `SELECT tag, is_member, changed_at_ms, seen_at_ms FROM memberships
         WHERE mapping_id = ? AND tag IN (SELECT value FROM json_each(?))`,
        mappingId,
        JSON.stringify(names.flat()),
      )
      .toArray();
    // The best name decides: an identify that ends a membership may have left the others out.
    const telling =
      names.map((name) => rows.filter(({ tag }) => name.includes(tag))).find((own) => own.length > 0) ?? [];
    const isMember = telling.some((row) => row.is_member === 1);
    if (!isMember && telling.some((row) => row.changed_at_ms > happenedAtMs)) return false;
    const fresh = new Set(
      rows.filter((row) => row.is_member === 1 && row.seen_at_ms > receivedAtMs - SEEN_EVERY_MS).map(({ tag }) => tag),
    );
    for (const tag of tags) {
      if (fresh.has(tag)) continue;
      this.#sql.exec(
        `INSERT INTO memberships (tag, mapping_id, is_member, changed_at_ms, seen_at_ms) VALUES (?, ?, 1, ?, ?)
         ON CONFLICT DO UPDATE SET changed_at_ms = iif(is_member, changed_at_ms, excluded.changed_at_ms),
           is_member = 1, seen_at_ms = excluded.seen_at_ms`,
        tag,
        mappingId,
        happenedAtMs,
        receivedAtMs,
      );
    }
    return !isMember;
  }

  #leave(mappingId: string, tags: readonly string[], atMs: number): void {
    this.#sql.exec(
      `UPDATE memberships SET is_member = 0, changed_at_ms = ?
       WHERE mapping_id = ? AND is_member = 1 AND changed_at_ms <= ? AND tag IN (SELECT value FROM json_each(?))`,
      atMs,
      mappingId,
      atMs,
      JSON.stringify(tags),
    );
  }
}
