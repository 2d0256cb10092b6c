import * as v from 'valibot';

import { utf8Bytes } from '../../../domain/collect/storage-budget.ts';
import type { ConsentFacts } from '../../../domain/consent/consent.ts';
import { fingerprint } from '../../../domain/fingerprint.ts';
import type { ConsentCategories } from '../../../schema/events/event.ts';
import type { Sql } from '../../sql.ts';

/** What an event's facts say of consent: rows of `consents`, and what it says itself. */
export type ConsentReference = {
  /** What stands beside its batch, and how it was read. */
  said: number;
  own?: ConsentCategories;
  from?: string;
  said_at?: string;
  /** What integrations asked for. */
  asked?: number;
};

type Common = Pick<ConsentFacts, 'categories' | 'policy' | 'country'>;
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
  // Older rows have all of it themselves.
  consent: v.optional(v.unknown()),
  consent_asked: v.optional(AskedCategories, {}),
});

/** Purged before its event, which is possible only where nothing is sent any more. */
const FORGOTTEN: Common = { categories: {}, policy: 'denied', country: undefined };

/** What was read in one call. */
const MAX_REMEMBERED = 200;

/**
 * What was said about consent, once for all events that say the same: a batch may say it for hundreds, and whoever knows
 * the write key may make it long.
 */
export class Consents {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Refers to what an event says, as part of a request. */
  keeper(besideBatch: ConsentCategories, day: string): ConsentKeeper {
    return new ConsentKeeper(this.#sql, { besideBatch, day });
  }

  /** Reads what events say, in one turn. */
  reader(): (factsText: string) => KeptConsent {
    const commons = new Map<number, ConsentFacts>();
    const askeds = new Map<number, Asked>();
    return (factsText) => {
      const { said, own, from, said_at, asked, consent, consent_asked } = v.parse(
        StoredReference,
        JSON.parse(factsText),
      );
      if (consent !== undefined) return { consent: asConsent(consent), asked: consent_asked };
      // Rows are written by `ConsentKeeper` from values of these types.
      const common: ConsentFacts = said === undefined ? FORGOTTEN : this.#body(said, commons, FORGOTTEN);
      const isCommon = own === undefined && from === undefined && said_at === undefined;
      return {
        // Many events share it, so it is made once.
        consent: isCommon
          ? common
          : {
              ...common,
              categories: own === undefined ? common.categories : { ...common.categories, ...own },
              source: from,
              said_at,
            },
        asked: asked === undefined ? {} : this.#body(asked, askeds, {}),
      };
    };
  }

  /** Forgets what no event refers to any more. */
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

/** Keeps what the events of one request say. */
export class ConsentKeeper {
  readonly #sql: Sql;
  readonly #besideBatch: ConsentCategories;
  readonly #day: string;
  readonly #known = new Map<string, number>();

  constructor(sql: Sql, { besideBatch, day }: { besideBatch: ConsentCategories; day: string }) {
    this.#sql = sql;
    this.#besideBatch = besideBatch;
    this.#day = day;
  }

  /** @returns Also how many bytes it was the first to need. */
  refer(
    { categories, policy, country, source, said_at }: ConsentFacts,
    asked: Asked,
  ): { reference: ConsentReference; bytes: number } {
    const isAllSaid = Object.keys(this.#besideBatch).every((name) => Object.hasOwn(categories, name));
    const base = isAllSaid ? this.#besideBatch : {};
    const own = Object.fromEntries(
      Object.entries(categories).filter(([name, isGiven]) => !Object.hasOwn(base, name) || base[name] !== isGiven),
    );
    const common: Common = { categories: base, policy, country };
    const said = this.#keep(JSON.stringify(common));
    const wasAsked = Object.keys(asked).length > 0 ? this.#keep(JSON.stringify(asked)) : undefined;
    return {
      reference: {
        said: said.id,
        ...(Object.keys(own).length > 0 && { own }),
        ...(source !== undefined && { from: source }),
        ...(said_at !== undefined && { said_at }),
        ...(wasAsked && { asked: wasAsked.id }),
      },
      // What integrations ask for is the owner's.
      bytes: said.bytes,
    };
  }

  #keep(body: string): { id: number; bytes: number } {
    const known = this.#known.get(body);
    if (known !== undefined) return { id: known, bytes: 0 };
    const kept = this.#idOf(body);
    this.#known.set(body, kept.id);
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
