import type { Introduced } from '../../../domain/collect/accepted-event.ts';
import type { NamedTags } from '../../../domain/identity/person-tags.ts';
import { likeness } from '../../../domain/identity/same-person.ts';
import type { PersonIds } from '../../../domain/identity/same-person.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryStates } from '../delivery-states.ts';
import type { AcceptedEvent, DeliveryKey } from '../delivery.ts';
import type { Written } from '../keys/payload-keys.ts';
import { identifiedFacts } from '../reports/event-facts.ts';

/** Who a visitor turned out to be, for their conversions that wait for it. */
export type Introduction = Introduced & {
  /** A `LateIdentity` as JSON text, sealed. */
  sealed: string;
};

type Row = { lane_id: number; event_id: string; event_seq: number; person: string };

const KINDS = ['emailSha256', 'userId', 'anonymousId'] as const;

/** An `identify` may overtake the conversion before it on its way here: it is remembered this long, in memory only. */
const OVERTAKING_MS = 60_000;

/** The most that `hold_for_identity_minutes` may be. What waits longer has its time from a clock that was wrong. */
const MAX_HOLD_MS = 24 * 60 * 60_000;
const MAX_OVERTAKING = 1_000;

/** Nobody has more conversions that wait at once; what is beyond waits its time and goes as it is. */
const MAX_COMPLETED = 200;

/** Of a delivery. A person has a few; where there are more, what they turned out to be is not taken. */
const MAX_TAGS = 24;

/** Released in one turn; the next run goes on. */
const MAX_RELEASED = 1_000;

/**
 * Conversions that wait for the e-mail which the form gives a moment later.
 *
 * Such a delivery is `waiting` in the table, which nothing sends, and found by its person's tags in `identity_waits`. When
 * its time is over it is `pending` like any other, and keeps `waits_until_ms`, by which the batch knows that its element
 * is still to be built.
 */
export class IdentityWaits {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;
  readonly #remember: (written: readonly Written[]) => void;
  #overtaking: { introduction: Introduction; atMs: number }[] = [];

  /** @param parts.remember Is told of what is joined, so that either is found by the tags of both when somebody is erased. */
  constructor(
    sql: Sql,
    { states, remember }: { states: DeliveryStates; remember: (written: readonly Written[]) => void },
  ) {
    this.#sql = sql;
    this.#states = states;
    this.#remember = remember;
  }

  /** Something new waits: found from now on by its person's tags. */
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
   * What waits for these visitors gets to know who they are, and goes if there is an e-mail.
   *
   * @param introductions Of one request, in their order.
   */
  introduce(introductions: readonly Introduction[], nowMs: number): void {
    this.#completeAll(lastWords(introductions), { nowMs });
    this.#forgetOldOvertaking(nowMs);
    const news = introductions.map((introduction) => ({ introduction, atMs: nowMs }));
    this.#overtaking = [...this.#overtaking, ...news].slice(-MAX_OVERTAKING);
  }

  /** A visitor is forgotten: nothing that comes later is to be completed with them. */
  forget(tags: readonly string[]): void {
    this.#overtaking = this.#overtaking.filter(
      ({ introduction }) => ![...introduction.tags, ...introduction.person].some((tag) => tags.includes(tag)),
    );
  }

  /** What came before its conversion, and is sealed in a certain way. */
  overtaking(isMeant: (sealed: string) => boolean): Introduction[] {
    return this.#overtaking.map(({ introduction }) => introduction).filter(({ sealed }) => isMeant(sealed));
  }

  sealAnew(introduction: Introduction, sealed: string): void {
    this.#overtaking = this.#overtaking.map((known) =>
      known.introduction === introduction ? { ...known, introduction: { ...introduction, sealed } } : known,
    );
  }

  /** What has waited long enough goes as it is. */
  release(nowMs: number): void {
    this.end(this.#states.release({ nowMs, farAtMs: nowMs + MAX_HOLD_MS, atMost: MAX_RELEASED }));
  }

  /** They wait no longer: nothing is to be found of them by a tag. */
  end(deliveries: readonly (DeliveryKey & { person: string })[]): void {
    for (const { queueId, eventId, person } of deliveries)
      this.#sql.exec(
        'DELETE FROM identity_waits WHERE lane_id = ? AND event_id = ? AND tag IN (SELECT value FROM json_each(?))',
        queueId,
        eventId,
        JSON.stringify(person.split(' ')),
      );
  }

  /** The integration was deleted: nothing waits for it any more. */
  endOf(integrationId: string): void {
    this.#sql.exec(
      'DELETE FROM identity_waits WHERE lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)',
      integrationId,
    );
  }

  /** When the first of them has waited long enough; undefined when none waits. */
  nextReleaseAtMs(nowMs: number): number | undefined {
    const [row] = this.#sql
      .exec<{ next: number | null }>(
        `SELECT min((SELECT min(waits_until_ms) FROM deliveries WHERE lane_id = lanes.id AND state = 'waiting')) AS next
         FROM lanes`,
      )
      .toArray();
    const nextMs = row?.next ?? undefined;
    // Looked at now and then, so that a clock that was wrong keeps nothing.
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
   * Each delivery is written at most twice, however often people say who they are in one request: by somebody without an
   * e-mail, and by somebody with one.
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

  /** Returns false where it is somebody else's. */
  #complete(introduction: Introduction, row: Row, nowMs: number): boolean {
    const { person, sealed, hasEmail, hasNames, said = {} } = introduction;
    const delivery = { queueId: row.lane_id, eventId: row.event_id };
    const named = this.#named(delivery, row.person);
    const tags = [...new Set([...row.person.split(' '), ...person])];
    if (tags.length > MAX_TAGS || likeness(named, asNamedBy(named, said)) === 'somebody_else') return false;
    const payload = this.#states.identify(delivery, { late: sealed, hasEmail, person: tags.join(' '), nowMs });
    if (payload !== undefined) this.#remember([payload, sealed].map((text) => ({ tags, sealed: text })));
    // Whoever comes next must not contradict them either.
    if (!hasEmail)
      for (const kind of KINDS) {
        const tag = said[kind]?.find((one) => person.includes(one));
        if (named[kind] === undefined && tag !== undefined) this.#find(delivery, { tag, kind });
      }
    if (hasEmail) this.end([{ ...delivery, person: tags.join(' ') }]);
    this.#tell(row.event_seq, { hasEmail, hasNames });
    return true;
  }

  /** The event's receipt says what it is sent with. */
  #tell(seq: number, known: { hasEmail: boolean; hasNames: boolean }): void {
    const [event] = this.#sql.exec<{ facts: string }>('SELECT facts FROM events WHERE seq = ?', seq).toArray();
    if (event === undefined) return;
    const facts = identifiedFacts(event.facts, known);
    if (facts !== event.facts) this.#sql.exec('UPDATE events SET facts = ? WHERE seq = ?', facts, seq);
  }

  /** What somebody may complete: all that waits, or one delivery if it does. */
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

/** Somebody's tags, each under the key that the other's is under, so that the two can be compared. */
function asNamedBy(other: PersonIds, said: NamedTags): PersonIds {
  const named = KINDS.map((kind) => [kind, said[kind]?.find((tag) => tag === other[kind]) ?? said[kind]?.[0]] as const);
  return Object.fromEntries(named.filter(([, tag]) => tag !== undefined));
}

/** Each person once, where they first spoke, with their last word. */
function lastWords(introductions: readonly Introduction[]): Introduction[] {
  const lastOf = new Map(
    introductions.map((introduction) => [
      [introduction.tags, introduction.person, introduction.integrationIds, [introduction.hasEmail]].join('|'),
      introduction,
    ]),
  );
  return [...lastOf.values()];
}
