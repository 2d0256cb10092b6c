import { utf8Bytes } from '../../domain/collect/storage-budget.ts';
import type { TalliedEvent } from '../../domain/collect/tallied-event.ts';
import { ledgerName } from '../../domain/reports/ledger-name.ts';
import { ledgerDay } from '../../domain/reports/report-days.ts';
import type { TriggerSet } from '../../domain/rules/ready-mappings.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import { ArrivalOrder } from '../event-store/arrival-order.ts';
import { writeFacts } from '../event-store/event-facts.ts';
import { LedgerNames } from '../event-store/ledger-names.ts';
import { RowMemory } from '../event-store/row-memory.ts';
import { TriggerSets } from '../event-store/trigger-sets.ts';
import type { Rejected } from '../outbox/delivery-types.ts';
import type { Database } from '../sql.ts';
import type { LogEntry } from './log-page.ts';
import { noteEntry, RecentIds, sameEvent } from './recent-ids.ts';
import type { TallyCounts } from './tally-counts.ts';
import type { TallyLog } from './tally-log.ts';
import { TallySums } from './tally-sums.ts';

/** The entries that are counted only from the log. It bounds the work at a start, and the memory of the sums. */
export const MOST_UNCOUNTED = 2_000;

/** The latest entries that are read at a start even if they are counted, to recognise them when they come again. */
const MOST_READ_AGAIN = 500;

/** A request to store. */
export type TallyRequest = {
  events: readonly TalliedEvent[];
  rejected: readonly Rejected[];
  /** The sets that the events name. */
  triggerSets: readonly TriggerSet[];
  /** The consent categories that the source's integrations require. */
  asked: readonly string[];
  /** The consent of the whole batch. */
  consent: ConsentCategories;
};

/**
 * Stores requests as entries of the log. Every few thousand entries, their sums go to the tables of counts: so an event
 * alone costs one row, and events in batches cost almost none.
 */
export class TallyWriter {
  readonly #database: Database;
  readonly #log: TallyLog;
  readonly #counts: TallyCounts;
  readonly #names: LedgerNames;
  readonly #triggerSets: TriggerSets;
  readonly #memory = new RowMemory();
  readonly #order: ArrivalOrder;
  readonly #mostUncounted: number;
  readonly #ids = new RecentIds();
  #countedSeq: number;

  constructor(parts: { database: Database; log: TallyLog; counts: TallyCounts; mostUncounted: number }) {
    const { database, log, counts } = parts;
    const { sql } = database;
    this.#database = database;
    this.#log = log;
    this.#counts = counts;
    this.#mostUncounted = parts.mostUncounted;
    this.#names = new LedgerNames(sql, (day) => counts.uncounted.namesOf(day));
    this.#triggerSets = new TriggerSets(sql, this.#memory);
    this.#order = new ArrivalOrder('tally', log.newestSeq());
    const [counted] = sql.exec<{ last_seq: number }>('SELECT last_seq FROM counted').toArray();
    this.#countedSeq = counted?.last_seq ?? 0;
    this.#countAgain();
  }

  get countedSeq(): number {
    return this.#countedSeq;
  }

  /**
   * Reads from the log what this object had only in memory before it restarted: the sums, and the IDs of the latest
   * events.
   */
  #countAgain(): void {
    const sums = new TallySums();
    const latest: LogEntry[] = [];
    for (const entries of this.#log.before(Number.MAX_SAFE_INTEGER)) {
      const isCounted = (entries[0]?.seq ?? 0) <= this.#countedSeq;
      if (isCounted && latest.length >= MOST_READ_AGAIN) break;
      latest.push(...entries);
    }
    for (const entry of latest.toReversed()) {
      if (entry.seq > this.#countedSeq) sums.add(entry);
      noteEntry(this.#ids, entry);
    }
    this.#counts.add(sums);
  }

  /** Stores requests in one transaction. Returns how many events of each request were duplicates. */
  write(requests: readonly TallyRequest[], nowMs: number): number[] {
    const commit = { nowMs, ids: new RecentIds(this.#ids), sums: new TallySums() };
    const entries: LogEntry[] = [];
    const duplicates = requests.map((request) => {
      const own = this.#entriesOf(request, commit);
      entries.push(...own);
      return own.filter(({ outcome }) => outcome === DUPLICATE).length;
    });
    for (const entry of entries) commit.sums.add(entry);
    const isFull = this.#counts.uncounted.entries + entries.length >= this.#mostUncounted;
    const lastSeq = entries.at(-1)?.seq ?? this.#countedSeq;
    const triggerSets = requests.flatMap((request) => request.triggerSets);
    this.#memory.forgetUncommitted();
    const appended = this.#database.transaction(() => {
      if (isFull) this.#writeCounts([this.#counts.uncounted, commit.sums], lastSeq);
      this.#triggerSets.keep(triggerSets, ledgerDay(nowMs));
      return this.#log.append(entries, isFull ? lastSeq : this.#countedSeq);
    });
    this.#memory.keepCommitted();
    this.#log.committed(appended);
    this.#ids.addAll(commit.ids);
    if (isFull) this.#isCounted(lastSeq);
    else this.#counts.add(commit.sums);
    return duplicates;
  }

  /** Writes the sums of everything that is only in the log. */
  countAll(): void {
    const lastSeq = this.#log.newestSeq();
    if (this.#counts.uncounted.entries === 0) return;
    this.#database.transaction(() => this.#writeCounts([this.#counts.uncounted], lastSeq));
    this.#isCounted(lastSeq);
  }

  #writeCounts(sums: readonly TallySums[], lastSeq: number): void {
    this.#counts.write(sums);
    this.#database.sql.exec('DELETE FROM counted');
    this.#database.sql.exec('INSERT INTO counted (last_seq) VALUES (?)', lastSeq);
  }

  #isCounted(lastSeq: number): void {
    this.#countedSeq = lastSeq;
    this.#counts.forgetUncounted();
  }

  #entriesOf({ events, rejected, asked, consent }: TallyRequest, commit: Commit): LogEntry[] {
    const beside = { asked: new Set(asked), consent };
    return [
      ...events.map((event) => this.#entryOf(event, beside, commit)),
      ...rejected.map(({ name, atMs }) => ({
        seq: this.#order.next(commit.nowMs),
        receivedAtMs: atMs,
        countedAs: this.#names.countedAs(name, { day: ledgerDay(atMs), rank: 'unwanted' }),
        outcome: 'rejected',
        lint: [],
        consentKind: undefined,
        event: undefined,
      })),
    ];
  }

  #entryOf(
    event: TalliedEvent,
    beside: { asked: ReadonlySet<string>; consent: ConsentCategories },
    { nowMs, ids }: Commit,
  ): LogEntry {
    const { messageId, type, receivedAtMs, consent, nameRank: rank, sentBytes: sent } = event;
    const name = event.name ?? null;
    const day = ledgerDay(receivedAtMs);
    const outcome = `skipped:${event.skipReason}`;
    const common = {
      seq: this.#order.next(nowMs),
      receivedAtMs,
      countedAs: this.#names.countedAs(ledgerName(event), { day, rank }),
    };
    const same = sameEvent({ type, name, outcome });
    if (ids.isRepeat(messageId, same))
      return { ...common, outcome: DUPLICATE, lint: [], consentKind: undefined, event: undefined };
    ids.add(messageId, same);
    const facts = writeFacts(
      { ...event, lint: [] },
      {},
      {
        sent,
        name: utf8Bytes(name ?? ''),
        keys: [utf8Bytes(messageId)],
        consent: 0,
      },
    );
    return {
      ...common,
      outcome,
      lint: event.lint,
      consentKind: this.#counts.kindOf(consent, { asked: beside.asked, day }),
      event: { messageId, type, name, happenedAtMs: event.happenedAtMs, facts, consent, besideBatch: beside.consent },
    };
  }
}

const DUPLICATE = 'skipped:duplicate';

type Commit = { nowMs: number; ids: RecentIds; sums: TallySums };
