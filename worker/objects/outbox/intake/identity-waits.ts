import type { Introduced } from '../../../domain/collect/accepted-event.ts';
import type { NamedTags } from '../../../domain/identity/person-tags.ts';
import { likeness } from '../../../domain/identity/same-person.ts';
import type { PersonIds } from '../../../domain/identity/same-person.ts';
import { identifiedFacts } from '../../event-store/event-facts.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryStates } from '../delivery-states.ts';
import type { AcceptedEvent, DeliveryKey } from '../delivery-types.ts';
import type { Written } from '../keys/payload-keys.ts';

/** The identity of a visitor, for their conversions that wait for it. */
export type Introduction = Introduced & {
  /** A `LateIdentity` as JSON text, sealed. */
  sealed: string;
};

type Row = { lane_id: number; event_id: string; event_seq: number; person: string };

const KINDS = ['emailSha256', 'userId', 'anonymousId'] as const;

/**
 * An `identify` may arrive before the conversion that was made before it. It is remembered for this time, in memory
 * only.
 */
const OVERTAKING_MS = 60_000;

/** The maximum of `hold_for_identity_minutes`. A longer wait was written while the clock was wrong. */
const MAX_HOLD_MS = 24 * 60 * 60_000;
const MAX_OVERTAKING = 1_000;

/**
 * The number of waiting conversions that one identity completes. No real person has more. Further ones are sent without
 * it after their wait.
 */
const MAX_COMPLETED = 200;

/** Per delivery. A person has a few tags. An identity that would add more is ignored. */
const MAX_TAGS = 24;

/** The number of deliveries released in one turn. The next run continues. */
const MAX_RELEASED = 1_000;

/**
 * Holds conversions until the form sends the visitor's e-mail a moment later.
 *
 * Such a delivery has the state `waiting`, so nothing sends it, and `identity_waits` finds it by its person's tags.
 * After its wait it is `pending` like any other. It keeps `waits_until_ms`, which tells the batch that its element must
 * still be built.
 */
export class IdentityWaits {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;
  readonly #remember: (written: readonly Written[]) => void;
  #overtaking: { introduction: Introduction; atMs: number }[] = [];

  /**
   * @param parts.remember Called with every completed payload, so that an erasure finds it by the tags of the
   * conversion and of the identity.
   */
  constructor(
    sql: Sql,
    { states, remember }: { states: DeliveryStates; remember: (written: readonly Written[]) => void },
  ) {
    this.#sql = sql;
    this.#states = states;
    this.#remember = remember;
  }

  /** Starts a wait: from now on, the delivery is found by its person's tags. */
  begin(
    delivery: DeliveryKey,
    { person, said = {}, receivedAtMs: nowMs }: Pick<AcceptedEvent, 'person' | 'said' | 'receivedAtMs'>,
  ): void {
    for (const tag of person)
      this.#find(delivery, { tag, kind: KINDS.find((kind) => said[kind]?.includes(tag) === true) });
    this.#forgetOldOvertaking(nowMs);
    const theirs = this.#overtaking
      .map(({ introduction }) => introduction)
      .filter((introduction) => introduction.tags.some((tag) => person.includes(tag)));
    this.#completeAll(lastWords(theirs), { nowMs, only: delivery });
  }

  /**
   * Adds the visitors' identities to their waiting deliveries, and makes those with an e-mail pending.
   *
   * @param introductions Of one request, in their order.
   */
  introduce(introductions: readonly Introduction[], nowMs: number): void {
    this.#completeAll(lastWords(introductions), { nowMs });
    this.#forgetOldOvertaking(nowMs);
    const news = introductions.map((introduction) => ({ introduction, atMs: nowMs }));
    this.#overtaking = [...this.#overtaking, ...news].slice(-MAX_OVERTAKING);
  }

  /** Forgets a visitor, so that their identity completes no later conversion. */
  forget(tags: readonly string[]): void {
    this.#overtaking = this.#overtaking.filter(
      ({ introduction }) => ![...introduction.tags, ...introduction.person].some((tag) => tags.includes(tag)),
    );
  }

  /** Returns the identities that arrived before their conversion and whose sealed text matches a condition. */
  overtaking(isMeant: (sealed: string) => boolean): Introduction[] {
    return this.#overtaking.map(({ introduction }) => introduction).filter(({ sealed }) => isMeant(sealed));
  }

  sealAnew(introduction: Introduction, sealed: string): void {
    this.#overtaking = this.#overtaking.map((known) =>
      known.introduction === introduction ? { ...known, introduction: { ...introduction, sealed } } : known,
    );
  }

  /** Makes deliveries pending whose wait is over, without an identity. */
  release(nowMs: number): void {
    this.end(this.#states.release({ nowMs, farAtMs: nowMs + MAX_HOLD_MS, atMost: MAX_RELEASED }));
  }

  /** Removes deliveries that no longer wait, so that no tag finds them. */
  end(deliveries: readonly (DeliveryKey & { person: string })[]): void {
    for (const { queueId, eventId, person } of deliveries)
      this.#sql.exec(
        'DELETE FROM identity_waits WHERE lane_id = ? AND event_id = ? AND tag IN (SELECT value FROM json_each(?))',
        queueId,
        eventId,
        JSON.stringify(person.split(' ')),
      );
  }

  /** Removes all waits of a deleted integration. */
  endOf(integrationId: string): void {
    this.#sql.exec(
      'DELETE FROM identity_waits WHERE lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)',
      integrationId,
    );
  }

  /** Returns when the next wait ends; undefined when nothing waits. */
  nextReleaseAtMs(nowMs: number): number | undefined {
    const [row] = this.#sql
      .exec<{ next: number | null }>(
        `SELECT min((SELECT min(waits_until_ms) FROM deliveries WHERE lane_id = lanes.id AND state = 'waiting')) AS next
         FROM lanes`,
      )
      .toArray();
    const nextMs = row?.next ?? undefined;
    // Limited, so that a time written by a wrong clock holds nothing back for ever.
    return nextMs === undefined ? undefined : Math.min(nextMs, nowMs + MAX_HOLD_MS);
  }

  #find({ queueId, eventId }: DeliveryKey, { tag, kind }: { tag: string; kind: keyof NamedTags | undefined }): void {
    this.#sql.exec(
      'INSERT INTO identity_waits (tag, lane_id, event_id, kind) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      tag,
      queueId,
      eventId,
      kind ?? null,
    );
  }

  /**
   * Completes waiting deliveries. Each is written at most twice, however often people identify themselves in one
   * request: once without an e-mail and once with one.
   */
  #completeAll(introductions: readonly Introduction[], { nowMs, only }: { nowMs: number; only?: DeliveryKey }): void {
    const met = new Set<string>();
    for (const introduction of introductions) {
      for (const row of this.#waitingFor(introduction, only)) {
        const key = `${row.lane_id} ${row.event_id}`;
        if (met.has(key) && !introduction.hasEmail) continue;
        if (this.#complete(introduction, row, nowMs)) met.add(key);
      }
    }
  }

  /** Returns false when the delivery belongs to another person. */
  #complete(introduction: Introduction, row: Row, nowMs: number): boolean {
    const { person, sealed, hasEmail, hasNames, said = {} } = introduction;
    const delivery = { queueId: row.lane_id, eventId: row.event_id };
    const named = this.#named(delivery, row.person);
    const tags = [...new Set([...row.person.split(' '), ...person])];
    if (tags.length > MAX_TAGS || likeness(named, asNamedBy(named, said)) === 'somebody_else') return false;
    const payload = this.#states.identify(delivery, { late: sealed, hasEmail, person: tags.join(' '), nowMs });
    if (payload !== undefined) this.#remember([payload, sealed].map((text) => ({ tags, sealed: text })));
    // The next identity must not contradict this one either.
    if (!hasEmail)
      for (const kind of KINDS) {
        const tag = said[kind]?.find((one) => person.includes(one));
        if (named[kind] === undefined && tag !== undefined) this.#find(delivery, { tag, kind });
      }
    if (hasEmail) this.end([{ ...delivery, person: tags.join(' ') }]);
    this.#tell(row.event_seq, { hasEmail, hasNames });
    return true;
  }

  /** Records in the event's facts which identifiers are sent with it. */
  #tell(seq: number, known: { hasEmail: boolean; hasNames: boolean }): void {
    const [event] = this.#sql.exec<{ facts: string }>('SELECT facts FROM events WHERE seq = ?', seq).toArray();
    if (event === undefined) return;
    const facts = identifiedFacts(event.facts, known);
    if (facts !== event.facts) this.#sql.exec('UPDATE events SET facts = ? WHERE seq = ?', facts, seq);
  }

  /** Returns the deliveries that an identity may complete: all that wait, or `only` that one if it waits. */
  #waitingFor({ tags, integrationIds }: Introduction, only: DeliveryKey | undefined): Row[] {
    return this.#sql
      .exec<Row>(
        `SELECT DISTINCT deliveries.lane_id, deliveries.event_id, deliveries.event_seq, deliveries.person
         FROM identity_waits JOIN deliveries USING (lane_id, event_id)
         WHERE identity_waits.tag IN (SELECT value FROM json_each(?)) AND deliveries.state = 'waiting'
           AND lane_id IN (SELECT id FROM lanes WHERE integration_id IN (SELECT value FROM json_each(?)))
           ${only === undefined ? '' : 'AND lane_id = ? AND event_id = ?'}
         LIMIT ${MAX_COMPLETED}`,
        JSON.stringify(tags),
        JSON.stringify(integrationIds),
        ...(only === undefined ? [] : [only.queueId, only.eventId]),
      )
      .toArray();
  }

  #named({ queueId, eventId }: DeliveryKey, person: string): PersonIds {
    const rows = this.#sql
      .exec<{ tag: string; kind: string }>(
        `SELECT tag, kind FROM identity_waits
         WHERE tag IN (SELECT value FROM json_each(?)) AND lane_id = ? AND event_id = ? AND kind IS NOT NULL`,
        JSON.stringify(person.split(' ')),
        queueId,
        eventId,
      )
      .toArray();
    return Object.fromEntries(rows.map(({ tag, kind }) => [kind, tag]));
  }

  #forgetOldOvertaking(nowMs: number): void {
    this.#overtaking = this.#overtaking.filter(({ atMs }) => Math.abs(nowMs - atMs) < OVERTAKING_MS);
  }
}

/** Returns a person's tags, each under the same key as the other's, so that the two can be compared. */
function asNamedBy(other: PersonIds, said: NamedTags): PersonIds {
  const named = KINDS.map((kind) => [kind, said[kind]?.find((tag) => tag === other[kind]) ?? said[kind]?.[0]] as const);
  return Object.fromEntries(named.filter(([, tag]) => tag !== undefined));
}

/** Returns each person once, at the position of their first identity, with their last one. */
function lastWords(introductions: readonly Introduction[]): Introduction[] {
  const lastOf = new Map(
    introductions.map((introduction) => [
      [introduction.tags, introduction.person, introduction.integrationIds, [introduction.hasEmail]].join('|'),
      introduction,
    ]),
  );
  return [...lastOf.values()];
}
