import * as v from 'valibot';

import { utf8Bytes } from '../../domain/collect/storage-budget.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import { splitConsent, wholeConsent } from '../../domain/consent/split-consent.ts';
import type { CommonConsent, OwnConsent } from '../../domain/consent/split-consent.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import type { Sql } from '../sql.ts';
import { RowMemory } from './row-memory.ts';

/** The consent in an event's facts: references to rows of `consents`, and the event's own additions. */
export type ConsentReference = OwnConsent & {
  /** The consent of its batch, and how it was read. */
  said: number;
  /** The categories that integrations required. */
  asked?: number;
};

type Asked = Readonly<Record<string, readonly string[]>>;

export type KeptConsent = { consent: ConsentFacts; asked: Asked };

const Categories = v.record(v.string(), v.boolean());
const AskedCategories = v.record(v.string(), v.array(v.string()));

const StoredReference = v.object({
  said: v.optional(v.number()),
  own: v.optional(Categories),
  from: v.optional(v.string()),
  said_at: v.optional(v.string()),
  asked: v.optional(v.number()),
  // Older rows contain all of it themselves.
  consent: v.optional(v.unknown()),
  consent_asked: v.optional(AskedCategories, {}),
});

/** Used when a row was deleted before its event. This can happen only after the event's deliveries have ended. */
const FORGOTTEN: CommonConsent = { categories: {}, policy: 'denied', country: undefined };

/** The number of rows that one call caches. */
const MAX_REMEMBERED = 200;

/**
 * Stores consent answers, once for all events with the same answers. A batch may repeat them for hundreds of events,
 * and anybody with the public write key can make them long.
 */
export class Consents {
  readonly #sql: Sql;
  readonly #memory: RowMemory | undefined;

  /** @param memory Needed only by `keeper`, which stores answers. */
  constructor(sql: Sql, memory?: RowMemory) {
    this.#sql = sql;
    this.#memory = memory;
  }

  /** Returns a keeper that stores the consent of one request's events. */
  keeper(besideBatch: ConsentCategories, day: string): ConsentKeeper {
    return new ConsentKeeper(this.#sql, { besideBatch, day, memory: this.#memory ?? new RowMemory() });
  }

  /** Returns a function that reads the consent of events, to be used within one turn. */
  reader(): (factsText: string) => KeptConsent {
    const commons = new Map<number, CommonConsent>();
    const askeds = new Map<number, Asked>();
    return (factsText) => {
      const { said, own, from, said_at, asked, consent, consent_asked } = v.parse(
        StoredReference,
        JSON.parse(factsText),
      );
      if (consent !== undefined) return { consent: asConsent(consent), asked: consent_asked };
      // `ConsentKeeper` wrote the rows from values of these types.
      const common: CommonConsent = said === undefined ? FORGOTTEN : this.#body(said, commons, FORGOTTEN);
      return {
        consent: wholeConsent(common, {
          ...(own && { own }),
          ...(from !== undefined && { from }),
          ...(said_at !== undefined && { said_at }),
        }),
        asked: asked === undefined ? {} : this.#body(asked, askeds, {}),
      };
    };
  }

  /** Deletes rows that no event refers to any more. */
  forget({ usedBeforeDay }: { usedBeforeDay: string }): void {
    this.#sql.exec('DELETE FROM consents WHERE used_day < ?', usedBeforeDay);
  }

  #body<Body>(id: number, known: Map<number, Body>, ifForgotten: Body): Body {
    const found = known.get(id);
    if (found !== undefined) return found;
    const [row] = this.#sql.exec<{ body: string }>('SELECT body FROM consents WHERE id = ?', id).toArray();
    const body: Body = row === undefined ? ifForgotten : JSON.parse(row.body);
    if (known.size < MAX_REMEMBERED) known.set(id, body);
    return body;
  }
}

/** Stores the consent of one request's events. */
export class ConsentKeeper {
  readonly #sql: Sql;
  readonly #besideBatch: ConsentCategories;
  readonly #day: string;
  readonly #memory: RowMemory;

  constructor(
    sql: Sql,
    { besideBatch, day, memory }: { besideBatch: ConsentCategories; day: string; memory: RowMemory },
  ) {
    this.#sql = sql;
    this.#memory = memory;
    this.#besideBatch = besideBatch;
    this.#day = day;
  }

  /** @returns The reference, and the number of bytes that were stored because of this event. */
  refer(consent: ConsentFacts, asked: Asked): { reference: ConsentReference; bytes: number } {
    const { common, own } = splitConsent(consent, this.#besideBatch);
    const said = this.#keep(JSON.stringify(common));
    const wasAsked = Object.keys(asked).length > 0 ? this.#keep(JSON.stringify(asked)) : undefined;
    return {
      reference: { said: said.id, ...own, ...(wasAsked && { asked: wasAsked.id }) },
      // The owner decides what integrations require, so it does not count against the event.
      bytes: said.bytes,
    };
  }

  #keep(body: string): { id: number; bytes: number } {
    // Once a day the row is marked as used.
    const key = `consent ${this.#day} ${body}`;
    const known = this.#memory.get(key);
    if (known !== undefined) return { id: known, bytes: 0 };
    const kept = this.#idOf(body);
    this.#memory.set(key, kept.id);
    return kept;
  }

  #idOf(body: string): { id: number; bytes: number } {
    const hash = fingerprint(body);
    const [known] = this.#sql
      .exec<{ id: number; used_day: string }>(
        'SELECT id, used_day FROM consents WHERE hash = ? AND body = ?',
        hash,
        body,
      )
      .toArray();
    if (known !== undefined) {
      if (known.used_day < this.#day)
        this.#sql.exec('UPDATE consents SET used_day = ? WHERE id = ?', this.#day, known.id);
      return { id: known.id, bytes: 0 };
    }
    const [made] = this.#sql
      .exec<{ id: number }>(
        'INSERT INTO consents (hash, body, used_day) VALUES (?, ?, ?) RETURNING id',
        hash,
        body,
        this.#day,
      )
      .toArray();
    if (made === undefined) throw new Error('Cannot keep what was said about consent: SQLite gave no id');
    return { id: made.id, bytes: utf8Bytes(body) + ROW_AND_INDEX_BYTES };
  }
}

const ROW_AND_INDEX_BYTES = 80;

function asConsent(consent: unknown): ConsentFacts {
  const stored = v.parse(
    v.object({
      categories: v.optional(Categories, {}),
      policy: v.picklist(['by_region', 'granted', 'denied', 'gpc']),
      country: v.optional(v.string()),
      source: v.optional(v.string()),
      said_at: v.optional(v.string()),
    }),
    consent,
  );
  return { ...stored, country: stored.country };
}
