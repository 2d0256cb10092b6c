import type { MemberTags } from '../../../domain/identity/member-tags.ts';
import type { Sql } from '../../sql.ts';
import type { KnownEvent, SealedEvent } from '../delivery-types.ts';

/**
 * A membership is deleted if no event mentions it for this time. If the person is named after that, they count as new.
 */
const FORGOTTEN_AFTER_MS = 400 * 24 * 60 * 60 * 1000;

/**
 * The last mention of a membership is stored at most this often, so that an hourly sync does not write a row per
 * member.
 */
const SEEN_EVERY_MS = 24 * 60 * 60 * 1000;

type Row = { tag: string; is_member: number; changed_at_ms: number; seen_at_ms: number };

/**
 * Stores who is in an audience, by mapping. A person makes one conversion each time they become a member, however often
 * they are named.
 *
 * People are stored as keyed hashes (domain/identity/person-tags.ts), like the persons of pending deliveries.
 */
export class Memberships {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Ends the memberships that an event ends, and removes its deliveries for memberships that already exist.
   *
   * Called in the transaction that stores the event, so that a membership and its delivery are stored together.
   *
   * @returns The event as it must be stored.
   */
  apply(event: SealedEvent): SealedEvent {
    const { member, deliveries, membershipsLeft } = event;
    // Without ENCRYPTION_KEY there are no tags, so no memberships are known.
    if (member === undefined || member.tags.length === 0) return event;
    const happenedAtMs = this.#firstHappenedAtMs(event);
    for (const mappingId of membershipsLeft) this.#leave(mappingId, member.known.flat(), happenedAtMs);
    const begun = new Map<string, boolean>();
    const left = deliveries.filter((delivery) => {
      const { mappingId } = delivery;
      // A delivery that already exists is a client's retry, which starts no membership.
      if (mappingId === undefined || this.#isThere(delivery)) return true;
      const isNew = begun.get(mappingId) ?? this.#join(mappingId, { ...event, happenedAtMs }, member);
      begun.set(mappingId, isNew);
      return isNew;
    });
    const isUnchanged = deliveries.length > 0 && left.length === 0;
    return { ...event, deliveries: left, skipReason: isUnchanged ? 'membership_unchanged' : event.skipReason };
  }

  /** Deletes a person's memberships by their tags: those of the whole source, and those within any browser. */
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

  /** Deletes memberships that were not mentioned for a long time. */
  forgetOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM memberships WHERE seen_at_ms < ?', nowMs - FORGOTTEN_AFTER_MS);
  }

  /**
   * Returns when an event happened. If its ID came before, that is just before it first arrived. So a client's retry
   * reverses nothing that happened since, and an event that only shares its ID with another one still counts.
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

  /**
   * Adds a person. Returns whether they were not a member before. A late event does not reverse one that happened after
   * it.
   */
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
    // The most reliable identifier decides, because an `identify` that ends a membership may have left out the others.
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
