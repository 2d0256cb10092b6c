import type { FileFacts } from '../../domain/imports/file-reader.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import { withoutPeople } from '../../domain/privacy/masked-names.ts';
import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { ImportTemplate, LawfulBasis } from '../../schema/imports/import-options.ts';
import type { ImportView } from '../../schema/imports/import-view.ts';
import { logFault } from '../log-fault.ts';
import { placed } from '../placement.ts';
import { migrate } from '../sql.ts';
import { dateOrderOf, decimalOf, importView, NO_COUNTS, reportedResults, reportLines } from './import-record.ts';
import type { ImportRecord } from './import-record.ts';
import { ImportTables } from './import-tables.ts';
import { ImportsEngine } from './imports-engine.ts';
import { IMPORTS_MIGRATIONS } from './imports-schema.ts';
import { countRejected, storeRows } from './store-rows.ts';

/** An alarm works for this time, and then another one continues. */
const ALARM_MS = 10_000;
const RETRY_MS = 60_000;
/** After this time, the rows of a preview that nobody has started, or of an interrupted upload, are deleted. */
const UNSTARTED_MS = 60 * 60 * 1000;
const KEEP_REPORTS_MS = 90 * 24 * 60 * 60 * 1000;
const MAX_TEMPLATES = 50;
const MAX_OPEN = 20;
const REPORT_SLICES = 50;

export type NewImport = Pick<
  ImportRecord,
  'id' | 'name' | 'event' | 'events' | 'dateOrder' | 'decimal' | 'lawfulBasis'
>;
/** Whether an import was started, or why not. */
export type Started = 'started' | 'not_found' | 'not_ready' | 'ambiguous_dates' | 'ambiguous_amounts';

/** The operations of an Imports object. `imports.ts` is the Durable Object. */
export class ImportsKeeper {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  #tables: ImportTables;
  /** The step that is under way. An erasure waits for it. */
  #step: Promise<unknown> = Promise.resolve();
  /** When each running import that has to wait is tried again. The others continue at once. */
  readonly #againAtMs = new Map<string, number>();

  constructor(ctx: DurableObjectState, env: Env) {
    this.ctx = ctx;
    this.env = placed(env);
    this.#tables = this.#migrated();
    // In case an alarm was lost.
    void this.#wakeNext().catch((error: unknown) => logFault('imports.wake', error));
  }

  /**
   * Begins to read a file. If there are too many open imports, the oldest preview is deleted. @returns Whether there is
   * room for one more.
   */
  async begin(settings: NewImport): Promise<boolean> {
    const nowMs = Date.now();
    const open = this.#tables.open();
    if (open.length >= MAX_OPEN) {
      const oldest = open.find(({ state }) => state === 'previewed');
      if (oldest === undefined) return false;
      this.cancel(oldest.id);
    }
    this.#tables.remove(nowMs - KEEP_REPORTS_MS);
    this.#tables.add({ ...settings, state: 'reading', createdAtMs: nowMs, counts: NO_COUNTS });
    await this.#wakeNext();
    return true;
  }

  /** Adds rows of the file. @returns False when the import was cancelled. */
  add(id: string, rows: readonly ImportRow[]): Promise<boolean> {
    return this.#engine().add(id, rows);
  }

  /** Called when the whole file has been read. */
  finish(id: string, file: FileFacts): void {
    const record = this.#tables.one(id);
    if (record?.state === 'reading') this.#tables.save({ ...record, file });
  }

  /** Checks some rows of a preview. @returns Whether there are more. */
  async check(id: string): Promise<boolean> {
    const engine = this.#engine();
    for (let slices = 0; slices < 5; slices += 1)
      if ((await this.#run(() => engine.check(id))) !== 'more') return false;
    return true;
  }

  /** All rows of a preview were checked. */
  previewed(id: string): void {
    const record = this.#tables.one(id);
    if (record?.state === 'reading') this.#tables.save({ ...record, state: 'previewed' });
  }

  /** Starts an import whose file has been read, and returns at once. */
  async start(id: string, lawfulBasis: LawfulBasis): Promise<Started> {
    const record = this.#tables.one(id);
    if (record === undefined) return 'not_found';
    if (record.file === undefined || !(record.state === 'previewed' || record.state === 'reading')) return 'not_ready';
    if (dateOrderOf(record) === 'ambiguous') return 'ambiguous_dates';
    if (decimalOf(record) === 'ambiguous') return 'ambiguous_amounts';
    // Much may have changed since the preview, so all rows are checked again.
    const counts = { ...NO_COUNTS, rows: record.counts.rows };
    const running: ImportRecord = { ...record, state: 'running', lawfulBasis, counts };
    this.ctx.storage.transactionSync(() => {
      this.#tables.uncheck(id);
      this.#tables.save(running);
    });
    await this.#wakeNext();
    return 'started';
  }

  /** Ends an import. Rows that are already in the outbox are sent; the others are deleted. */
  cancel(id: string): ImportView | undefined {
    const record = this.#tables.one(id);
    if (record === undefined || record.state === 'done' || record.state === 'cancelled')
      return record && importView(record);
    const cancelled: ImportRecord = { ...record, state: 'cancelled', finishedAtMs: Date.now() };
    this.ctx.storage.transactionSync(() => {
      this.#tables.end(id);
      this.#tables.save(cancelled);
    });
    return importView(cancelled);
  }

  view(id: string): ImportView | undefined {
    const record = this.#tables.one(id);
    return record && importView(record);
  }

  list(page: { limit: number; before: string | undefined }): ImportView[] {
    return this.#tables.list(page).map(importView);
  }

  /** Returns a part of the report, and where the next one begins. */
  report(id: string, after: number): { text: string; next: number | undefined } | undefined {
    const record = this.#tables.one(id);
    if (record === undefined) return undefined;
    const slices = this.#tables.results(id, after, REPORT_SLICES);
    const text = reportLines(
      slices.flatMap((slice) => reportedResults(slice, record)),
      record,
    );
    return { text, next: slices.length < REPORT_SLICES ? undefined : slices.at(-1)?.n };
  }

  /** Seals the rows of open imports with the first key, so that the older keys of a restored backup can be removed. */
  reseal(): Promise<void> {
    return this.#engine().reseal();
  }

  /** Returns the number of an integration's conversions by rule and class of lag. */
  lags(integrationId: string): ReturnType<ImportsEngine['lags']> {
    return this.#engine().lags(integrationId);
  }

  /**
   * Handles the changes that a CRM reports to a hook. One request at a time, because several may be about the same
   * deal.
   */
  takeChanges(
    rows: readonly ImportRow[],
    hook: Parameters<ImportsEngine['takeChanges']>[1],
  ): ReturnType<ImportsEngine['takeChanges']> {
    return this.#run(() => this.#engine().takeChanges(rows, hook));
  }

  template(name: string): ImportTemplate | undefined {
    // Earlier releases stored the name as it was given.
    return this.#tables.template(withoutPeople(name)) ?? this.#tables.template(name);
  }

  templates(): { name: string; body: ImportTemplate }[] {
    return this.#tables.templates().map(({ name, body }) => ({ name: withoutPeople(name), body }));
  }

  saveTemplate(name: string, template: ImportTemplate): boolean {
    return this.#tables.saveTemplate(withoutPeople(name), template, MAX_TEMPLATES);
  }

  /**
   * Called when a person asked to be erased, or withdrew consent. Their rows that are not in the outbox yet are not
   * sent.
   */
  async erase(tags: readonly string[]): Promise<void> {
    if (this.#tables.open().length === 0 || tags.length === 0) return;
    this.#stopRows(tags);
    // After this, all their remaining data is in the outbox, where the caller erases it next.
    await this.#step.catch(() => undefined);
  }

  /** @param ownId The import whose rows say so. It knows already which of its rows aren't sent. */
  #stopRows(tags: readonly string[], ownId?: string): void {
    this.ctx.storage.transactionSync(() => {
      for (const { id } of this.#tables.open()) if (id !== ownId) this.#tables.erase(id, tags);
    });
  }

  /** Deletes all data of a deleted source. */
  async eraseAll(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#tables = this.#migrated();
  }

  async alarm(): Promise<void> {
    const until = Date.now() + ALARM_MS;
    const engine = this.#engine();
    for (const { id, state, createdAtMs } of this.#tables.open()) {
      if (state === 'running') {
        let step = 'more';
        while (step === 'more' && Date.now() < until) {
          const startedAtMs = Date.now();
          step = await this.#carefully(() => engine.step(id));
          // The pause leaves the outbox to the site's own events for at least half of the time.
          await scheduler.wait(Math.min(200, Date.now() - startedAtMs));
        }
        if (step === 'more') this.#againAtMs.delete(id);
        // An import that is done may still be there, because its source is being deleted.
        else this.#againAtMs.set(id, Date.now() + RETRY_MS);
      } else if (createdAtMs + UNSTARTED_MS <= Date.now()) this.cancel(id);
    }
    await this.#wakeNext();
  }

  /** If the outbox can't be reached, it is tried again later. */
  async #carefully(step: () => Promise<string>): Promise<string> {
    try {
      return await this.#run(step);
    } catch (error) {
      logFault('imports.step', error);
      return 'wait';
    }
  }

  /** Runs one step at a time, even if a preview and an import run together. */
  #run<Result>(step: () => Promise<Result>): Promise<Result> {
    const next = this.#step.catch(() => undefined).then(step);
    this.#step = next;
    return next;
  }

  /**
   * Sets the alarm for whatever is due next. Nothing is awaited between looking and setting, so of simultaneous calls the
   * last one sets it, and it has seen everything.
   */
  async #wakeNext(): Promise<void> {
    const due = this.#tables
      .open()
      .map(({ id, state, createdAtMs }) =>
        state === 'running' ? (this.#againAtMs.get(id) ?? 0) : createdAtMs + UNSTARTED_MS,
      );
    if (due.length > 0) await this.ctx.storage.setAlarm(Math.max(Math.min(...due), Date.now()));
  }

  #migrated(): ImportTables {
    const { storage } = this.ctx;
    migrate({ sql: storage.sql, transaction: (work) => storage.transactionSync(work) }, IMPORTS_MIGRATIONS);
    return new ImportTables(storage.sql);
  }

  #engine(): ImportsEngine {
    const { env } = this;
    const { storage } = this.ctx;
    const sourceId = this.ctx.id.name ?? '';
    // This runs in a step, so it can't wait for one. No other step runs meanwhile.
    const erase = async (tags: readonly string[], reason: EraseReason, ownId?: string): Promise<void> => {
      this.#stopRows(tags, ownId);
      await env.OUTBOX.getByName(sourceId).erasePerson(tags, reason);
    };
    return new ImportsEngine(this.#tables, {
      sourceId,
      database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
      now: () => Date.now(),
      keyRing: () => parseKeyRing(env.ENCRYPTION_KEY ?? ''),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      pause: () => scheduler.wait(0),
      config: () => env.REGISTRY.getByName('registry').configOf(sourceId),
      known: async (deliveries) => (deliveries.length === 0 ? [] : env.OUTBOX.getByName(sourceId).known(deliveries)),
      reject: (rejected) => countRejected(rejected, { env, sourceId }),
      store: (decisions, ownId) =>
        storeRows(decisions, {
          env,
          sourceId,
          importId: ownId,
          erase: (tags, reason) => erase(tags, reason, ownId),
        }),
      erase,
    });
  }
}
