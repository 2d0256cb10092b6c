import type { Sql } from '../sql.ts';
import { LogPage, readPage } from './log-page.ts';
import type { LogEntry } from './log-page.ts';

/** The size of the log, in characters and pages. Older pages are deleted, once they are counted. */
export type LogRoom = { chars: number; pages: number };

export const LOG_ROOM: LogRoom = { chars: 20_000_000, pages: 6_000 };

/** How many of the oldest pages a commit deletes. It adds fewer on average. */
const DELETED_AT_ONCE = 8;

type PageRow = { seq: number; chars: number };

/** The pages that a commit writes, and their effect. It counts only when the commit has succeeded. */
type Appended = { pages: readonly LogPage[]; added: LogRoom; deleted: readonly PageRow[] };

/**
 * The latest events of a source that no rule asks for, whole and in the order of arrival. A commit of any size writes a
 * row or two.
 */
export class TallyLog {
  readonly #sql: Sql;
  readonly #room: LogRoom;
  /** The newest page, if it can take more. */
  #tail: LogPage | undefined;
  #pages: number;
  #chars: number;

  constructor(sql: Sql, room: LogRoom) {
    this.#sql = sql;
    this.#room = room;
    const [size] = sql
      .exec<{ pages: number; chars: number | null }>('SELECT count(*) AS pages, sum(chars) AS chars FROM log_pages')
      .toArray();
    this.#pages = size?.pages ?? 0;
    this.#chars = size?.chars ?? 0;
  }

  get isEmpty(): boolean {
    return this.#pages === 0;
  }

  /** Returns the number of the newest entry; 0 when there is none. */
  newestSeq(): number {
    const [page] = this.#sql
      .exec<{ last_seq: number }>('SELECT last_seq FROM log_pages ORDER BY seq DESC LIMIT 1')
      .toArray();
    return page?.last_seq ?? 0;
  }

  /**
   * Writes entries. Called in a transaction. When it is committed, `committed` must follow.
   *
   * @param countedSeq The newest entry that is in the tables of counts. Pages after it are not deleted.
   */
  append(entries: readonly LogEntry[], countedSeq: number): Appended {
    const pages = this.#pagesFor(entries);
    for (const page of pages)
      this.#sql.exec(
        `INSERT INTO log_pages (seq, last_seq, last_at_ms, chars, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, last_at_ms = excluded.last_at_ms,
           chars = excluded.chars, body = excluded.body`,
        page.seq,
        page.lastSeq,
        page.lastAtMs,
        page.chars,
        page.toText(),
      );
    const continued = pages.find(({ seq }) => seq === this.#tail?.seq) === undefined ? undefined : this.#tail;
    const added = {
      chars: pages.reduce((sum, page) => sum + page.chars, 0) - (continued?.chars ?? 0),
      pages: pages.length - (continued === undefined ? 0 : 1),
    };
    return { pages, added, deleted: this.#deleteOldest(added, { countedSeq, before: pages[0]?.seq ?? 0 }) };
  }

  committed({ pages, added, deleted }: Appended): void {
    this.#pages += added.pages - deleted.length;
    this.#chars += added.chars - deleted.reduce((sum, { chars }) => sum + chars, 0);
    this.#tail = pages.at(-1) ?? this.#tail;
  }

  #pagesFor(entries: readonly LogEntry[]): LogPage[] {
    if (entries.length === 0) return [];
    const pages: LogPage[] = [];
    let page = this.#tail === undefined || this.#tail.isFull ? undefined : this.#tail.copy();
    if (page !== undefined) pages.push(page);
    for (const entry of entries) {
      if (page === undefined || page.isVeryFull) {
        page = new LogPage(entry.seq);
        pages.push(page);
      }
      page.add(entry);
    }
    return pages;
  }

  #deleteOldest(added: LogRoom, { countedSeq, before }: { countedSeq: number; before: number }): PageRow[] {
    const isTooLarge = this.#chars + added.chars > this.#room.chars || this.#pages + added.pages > this.#room.pages;
    if (!isTooLarge) return [];
    return this.#sql
      .exec<PageRow>(
        `DELETE FROM log_pages
         WHERE last_seq <= ? AND seq < ? AND seq IN (SELECT seq FROM log_pages ORDER BY seq LIMIT ?)
         RETURNING seq, chars`,
        countedSeq,
        before,
        DELETED_AT_ONCE,
      )
      .toArray();
  }

  /** Deletes pages whose newest entry is older than this, if they are counted. */
  forgetOld({ beforeMs, countedSeq }: { beforeMs: number; countedSeq: number }): void {
    const deleted = this.#sql
      .exec<PageRow>(
        'DELETE FROM log_pages WHERE last_at_ms < ? AND last_seq <= ? RETURNING seq, chars',
        beforeMs,
        countedSeq,
      )
      .toArray();
    for (const { seq, chars } of deleted) {
      this.#pages -= 1;
      this.#chars -= chars;
      if (this.#tail?.seq === seq) this.#tail = undefined;
    }
  }

  /** Returns the entries after one, page by page, the oldest first. */
  *after(seq: number): Generator<LogEntry[]> {
    for (let from = this.#pageOf(seq + 1); from !== undefined; from = this.#nextPage(from)) {
      const entries = this.#read(from).filter((entry) => entry.seq > seq);
      if (entries.length > 0) yield entries;
    }
  }

  /** Returns the entries before one, page by page, the newest first. */
  *before(seq: number): Generator<LogEntry[]> {
    for (let from = this.#pageBefore(seq); from !== undefined; from = this.#pageBefore(from)) {
      const entries = this.#read(from).filter((entry) => entry.seq < seq);
      if (entries.length > 0) yield entries.toReversed();
    }
  }

  /** Returns the entry with this number. */
  at(seq: number): LogEntry | undefined {
    const page = this.#pageOf(seq);
    return page === undefined ? undefined : this.#read(page).find((entry) => entry.seq === seq);
  }

  /** Returns the entries whose event has this ID, the newest first. */
  withId(messageId: string, atMost: number): LogEntry[] {
    const rows = this.#sql
      .exec<{ body: string }>(
        'SELECT body FROM log_pages WHERE instr(body, ?) > 0 ORDER BY seq DESC LIMIT ?',
        JSON.stringify(messageId),
        atMost,
      )
      .toArray();
    return rows
      .flatMap(({ body }) => readPage(body).toReversed())
      .filter(({ event }) => event?.messageId === messageId)
      .slice(0, atMost);
  }

  #read(page: number): LogEntry[] {
    const [row] = this.#sql.exec<{ body: string }>('SELECT body FROM log_pages WHERE seq = ?', page).toArray();
    return row === undefined ? [] : readPage(row.body);
  }

  /** Returns the page that has this entry, or else the oldest one. */
  #pageOf(seq: number): number | undefined {
    return (
      this.#first('SELECT seq FROM log_pages WHERE seq <= ? ORDER BY seq DESC LIMIT 1', seq) ??
      this.#first('SELECT seq FROM log_pages WHERE seq > ? ORDER BY seq LIMIT 1', seq)
    );
  }

  #nextPage(page: number): number | undefined {
    return this.#first('SELECT seq FROM log_pages WHERE seq > ? ORDER BY seq LIMIT 1', page);
  }

  #pageBefore(seq: number): number | undefined {
    return this.#first('SELECT seq FROM log_pages WHERE seq < ? ORDER BY seq DESC LIMIT 1', seq);
  }

  #first(query: string, binding: number): number | undefined {
    const [row] = this.#sql.exec<{ seq: number }>(query, binding).toArray();
    return row?.seq;
  }
}
