import { parseBucket, bucketName } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import { TagFilter } from './tag-filter.ts';

/** A person's tags, and the bucket of a page under which their data was sealed. */
type SealedPerson = { tags: readonly string[]; bucket: number };

/** People are added to a row until it has this many characters, so that a page has few rows. */
const ROW_CHARS = 4_000;

/** The number of people in one row at most, if a single transaction brings them. SQLite accepts values of up to 2 MB. */
const PEOPLE_A_ROW = 1_000;

/** A row's ID is made of its page's number and its own place: the rows of a page are a range. */
const ROWS_A_PAGE = 2 ** 32;

/** The number of rows in memory at once. */
const ROWS_AT_ONCE = 500;

type Row = { id: number; body: string };

/**
 * Records under which buckets of a page of keys people's data was sealed, whether or not it is still there. The entries
 * of a transaction are one row, because each row costs money: `⏎07a1 <tag> <tag> ` for each person.
 *
 * Only an erasure searches them, and it reads all rows of the pages that still exist. A filter in memory recognises
 * people who are not in them, so a stranger's refusals cause no reads.
 */
export class SealedPeople {
  readonly #sql: Sql;
  /** Undefined until the first search. Tags that were deleted may still be in it. */
  #filter: TagFilter | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Records people whose data is stored in this turn. */
  add(page: number, people: readonly SealedPerson[]): void {
    const lines = new Set(people.filter(({ tags }) => tags.length > 0).map(lineOf));
    const all = [...lines];
    for (let first = 0; first < all.length; first += PEOPLE_A_ROW)
      this.#append(page, all.slice(first, first + PEOPLE_A_ROW).join(''));
    for (const { tags } of people) this.#filter?.add(tags);
    // With too many tags, the filter would recognise everybody.
    if (this.#filter?.isFull === true) this.#filter = undefined;
  }

  /** Returns the buckets of some pages that have data of anyone with one of these tags. */
  bucketsOf(tags: readonly string[], pages: readonly number[]): { page: number; bucket: number }[] {
    return this.#rowsOf(tags, pages).flatMap(({ page, row }) =>
      linesIn(row.body)
        .filter((line) => names(line, tags))
        .map((line) => ({ page, bucket: parseBucket(line.slice(0, 4)) })),
    );
  }

  /** Deletes the entries of anyone with one of these tags. */
  forget(tags: readonly string[], pages: readonly number[]): void {
    for (const { row } of this.#rowsOf(tags, pages)) {
      const left = linesIn(row.body).filter((line) => !names(line, tags));
      this.#sql.exec(
        'UPDATE sealed_people SET body = ? WHERE id = ?',
        left.map((line) => `\n${line}`).join(''),
        row.id,
      );
    }
  }

  #append(page: number, text: string): void {
    const [last] = this.#sql
      .exec<{ id: number | null }>('SELECT max(id) AS id FROM sealed_people WHERE id >= ? AND id < ?', ...rangeOf(page))
      .toArray();
    const lastId = last?.id ?? undefined;
    const isAdded =
      lastId !== undefined &&
      this.#sql
        .exec(
          `UPDATE sealed_people SET body = body || ? WHERE id = ? AND length(body) < ${ROW_CHARS} RETURNING 1`,
          text,
          lastId,
        )
        .toArray().length > 0;
    if (!isAdded)
      this.#sql.exec(
        'INSERT INTO sealed_people (id, body) VALUES (?, ?)',
        lastId === undefined ? page * ROWS_A_PAGE : lastId + 1,
        text,
      );
  }

  #rowsOf(tags: readonly string[], pages: readonly number[]): { page: number; row: Row }[] {
    if (!this.#mayHave(tags)) return [];
    return pages.flatMap((page) =>
      this.#sql
        .exec<Row>(
          `SELECT id, body FROM sealed_people WHERE id >= ? AND id < ?
           AND EXISTS (SELECT 1 FROM json_each(?) AS tag WHERE instr(body, ' ' || tag.value || ' ') > 0)`,
          ...rangeOf(page),
          JSON.stringify(tags),
        )
        .toArray()
        .map((row) => ({ page, row })),
    );
  }

  #mayHave(tags: readonly string[]): boolean {
    this.#filter ??= this.#readFilter();
    return this.#filter.mayHave(tags);
  }

  #readFilter(): TagFilter {
    const filter = new TagFilter();
    for (let after = -1; ;) {
      const rows = this.#sql
        .exec<Row>('SELECT id, body FROM sealed_people WHERE id > ? ORDER BY id LIMIT ?', after, ROWS_AT_ONCE)
        .toArray();
      for (const { body } of rows) for (const line of linesIn(body)) filter.add(line.split(' ').slice(1, -1));
      if (rows.length < ROWS_AT_ONCE) return filter;
      after = rows.at(-1)?.id ?? after;
    }
  }
}

/** Deletes at most this many rows of a page. Returns their number. */
export function deleteSealedPeople(sql: Sql, page: number, atMost: number): number {
  return sql
    .exec(
      `DELETE FROM sealed_people WHERE id IN (
         SELECT id FROM sealed_people WHERE id >= ? AND id < ? LIMIT ?) RETURNING 1`,
      ...rangeOf(page),
      atMost,
    )
    .toArray().length;
}

function rangeOf(page: number): [from: number, before: number] {
  return [page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE];
}

function lineOf({ tags, bucket }: SealedPerson): string {
  return `\n${bucketName(bucket)} ${tags.join(' ')} `;
}

function linesIn(body: string): string[] {
  return body.split('\n').slice(1);
}

function names(line: string, tags: readonly string[]): boolean {
  return tags.some((tag) => line.includes(` ${tag} `));
}
