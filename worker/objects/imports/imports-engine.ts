import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import { withConsentColumn, withDecimal } from '../../domain/imports/import-row.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import { open, seal, IV_BYTES } from '../../domain/sealing/sealed-box.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { TakenChanges } from '../../schema/settings/hook.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { Rejected } from '../outbox/delivery-types.ts';
import type { Database } from '../sql.ts';
import { checkedRow } from './checked-row.ts';
import { decideRows } from './decide-rows.ts';
import { takeChanges } from './hook-intake.ts';
import { counted, dateOrderOf, decimalOf, moved, withErased } from './import-record.ts';
import type { CheckedRow, ImportRecord, RowResult } from './import-record.ts';
import type { ImportTables, Slice } from './import-tables.ts';
import { LagTables } from './lag-tables.ts';
import { newLags } from './new-lags.ts';
import { deliveryKeys, keysToRemember } from './sent-keys.ts';
import type { DeliveryKeys } from './sent-keys.ts';
import { withDeletedLeads } from './unused-leads.ts';
import { withoutRefusing } from './without-refusing.ts';

/** Everything that the engine needs from outside. */
export type ImportPorts = {
  sourceId: string;
  database: Database;
  now(): number;
  keyRing(): readonly Uint8Array[];
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
  pause(): Promise<void>;
  /** Undefined when the source was deleted. */
  config(): Promise<SourceConfig | undefined>;
  /** Returns which deliveries exist already. */
  known(deliveries: readonly DeliveryIdentity[]): Promise<boolean[]>;
  /** Counts rows that are refused in the source's ledger. Throws when the tally can't be reached. */
  reject(rejected: readonly Rejected[]): Promise<'kept' | 'source_deleted'>;
  /**
   * Stores events in the outbox and the tally, and ends what waits for people who withdraw consent. Throws when they can't
   * be reached.
   *
   * @param ownId The import that the events are from, if they are from one.
   */
  store(decisions: RowDecisions, ownId?: string): Promise<'kept' | 'full' | 'source_deleted'>;
  /**
   * Ends what waits in open imports and in the outbox for people, found by their tags. Throws when the outbox can't be
   * reached.
   */
  erase(tags: readonly string[], reason: EraseReason): Promise<unknown>;
};

type DeliveryIdentity = { integrationId: string; ruleId: string; eventId: string };

/** Creates an ID that is always the same for the same text. */
export type RowIds = (identity: string) => Promise<string>;

/** The result of a step. `wait`: try again later. */
export type Step = 'more' | 'done' | 'wait';

/** Checks and stores the rows of imports, slice by slice. Each step is durable: after a crash, the next one continues. */
export class ImportsEngine {
  readonly #tables: ImportTables;
  readonly #lags: LagTables;
  readonly #ports: ImportPorts;

  constructor(tables: ImportTables, ports: ImportPorts) {
    this.#tables = tables;
    this.#lags = new LagTables(ports.database.sql);
    this.#ports = ports;
  }

  /** Seals rows and stores them, before anything is decided about them. */
  async add(id: string, rows: readonly ImportRow[]): Promise<boolean> {
    const sealed = await this.#sealed(id, JSON.stringify(rows));
    return this.#ports.database.transaction(() => {
      const record = this.#tables.one(id);
      if (record?.state !== 'reading') return false;
      const hasRefusals = rows.some(({ consent }) => consent === false);
      this.#tables.addSlice(id, { numbers: rows.map(({ row }) => row), sealed, hasRefusals });
      const { counts } = record;
      this.#tables.save({ ...record, counts: { ...counts, rows: counts.rows + rows.length } });
      return true;
    });
  }

  /** Checks the next slice of a preview. */
  async check(id: string): Promise<Step> {
    const record = this.#tables.one(id);
    const slice = record && this.#tables.nextSlice(id, 'unchecked');
    if (record === undefined || slice === undefined) return 'done';
    const config = await this.#ports.config();
    if (config === undefined) return 'wait';
    if (await this.#notesRefusals(record, config)) return 'more';
    const { checked } = await this.#decided(record, slice, config);
    this.#saveChecked(id, slice.n, checked, 'reading');
    return 'more';
  }

  /** Checks the next slice of a running import, and stores its events. */
  async step(id: string): Promise<Step> {
    const record = this.#tables.one(id);
    if (record?.state !== 'running') return 'done';
    const slice = this.#tables.nextSlice(id, 'unstored');
    if (slice === undefined) return this.#finish(record);
    const config = await this.#ports.config();
    if (config === undefined) return this.#waits(record, 'configuration');
    for (const each of this.#running()) if (await this.#notesRefusals(each, config)) return 'more';
    const { checked, decisions, sentKeys } = await this.#decided(record, slice, config);
    const order = dateOrderOf(record);
    // Decisions from before a crash stay, because some of the events may be in the outbox already.
    const results = slice.outcomes ?? this.#saveChecked(id, slice.n, checked, 'running');
    if (results === undefined) return 'done';
    const chosen = this.#withoutErased(id, results, decisions);
    const stored = await this.#ports.store(chosen.decisions, id);
    if (stored === 'full') return this.#waits(record, 'storage');
    if (stored === 'source_deleted') return 'done';
    const sent = checked.map(({ row }, at) => ({
      row,
      decision: chosen.results[at]?.[1] === 'accepted' ? decisions.rows[at] : undefined,
    }));
    const noteLags = await newLags(sent, {
      lags: this.#lags,
      idOf: await this.#rowIds(),
      isLeadForm: false,
      dateOrder: order === 'ambiguous' ? undefined : order,
    });
    this.#ports.database.transaction(() => {
      const now = this.#tables.one(id);
      noteLags();
      this.#tables.saveOutcomes(id, slice.n, chosen.results);
      this.#tables.noteStored(id, slice.n);
      chosen.results.forEach(([, outcome], at) => {
        this.#tables.noteSent(id, keysToRemember(outcome, sentKeys[at] ?? []));
      });
      if (now === undefined) return;
      const accepted = chosen.results.filter(([, outcome]) => outcome === 'accepted').length;
      const erased = checked.flatMap(({ row }, at) => (chosen.results[at]?.[1] === 'erased' ? [row] : []));
      const counts = withErased(moved(now.counts, 'sendable', 'accepted', accepted), erased);
      this.#tables.save({ ...now, counts, waitsFor: undefined });
    });
    return 'more';
  }

  /**
   * @returns The results, including those of rows that repeat an earlier one. Undefined when the import was cancelled.
   */
  #saveChecked(
    id: string,
    n: number,
    checked: readonly CheckedRow[],
    wanted: ImportRecord['state'],
  ): RowResult[] | undefined {
    return this.#ports.database.transaction(() => {
      const record = this.#tables.one(id);
      if (record?.state !== wanted) return undefined;
      const own = checked.map((row) => this.#firstInFile(id, row));
      const results = own.map(({ result }) => result);
      this.#tables.saveOutcomes(id, n, results);
      this.#tables.save({ ...record, counts: counted(record.counts, own) });
      return results;
    });
  }

  /** Only the first of several rows with the same deliveries, or the same event of the same deal, is sent. */
  #firstInFile(
    id: string,
    { deliveries = [], ...row }: CheckedRow & { deliveries?: readonly (readonly string[])[] },
  ): CheckedRow {
    const [number, outcome, problems] = row.result;
    if (outcome !== 'sendable') return row;
    const isFirst = deliveries
      .map((keys) => keys.map((key) => this.#tables.isFirst(id, key)).every(Boolean))
      .includes(true);
    if (isFirst) return row;
    return { ...row, result: [number, 'duplicate', [...problems, { code: 'duplicate_in_file' }]] };
  }

  async #decided(
    record: ImportRecord,
    slice: Slice,
    config: SourceConfig,
  ): Promise<{ checked: CheckedRow[]; decisions: RowDecisions; sentKeys: DeliveryKeys[][] }> {
    const idOf = await this.#rowIds();
    const decide = (some: readonly ImportRow[]): Promise<RowDecisions> =>
      decideRows(some, { record, config, idOf, ports: this.#ports });
    const all = await this.#rowsOf(record, slice, idOf);
    const { rows, decisions } = await withoutRefusing(all, {
      decisions: await decide(all),
      isRefusing: (person) => this.#tables.isRefusing(record.id, person),
      decide,
    });
    const sentKeys = await deliveryKeys(rows, decisions.rows, idOf);
    const known = await this.#ports.known(sentKeys.flat().map(({ delivery }) => delivery));
    let next = 0;
    const checked = rows.map((row, index) => {
      const from = next;
      const keys = sentKeys[index] ?? [];
      next += keys.length;
      const isSent = ({ own, cells, deal }: DeliveryKeys, at: number): boolean =>
        known[from + at] === true ||
        [own, cells ?? own, deal ?? own].some((key) => this.#tables.wasSent(key)) ||
        (deal !== undefined && this.#tables.wasReported(deal));
      return checkedRow(row, decisions.rows[index], {
        isKnown: keys.length > 0 && keys.every(isSent),
        deliveries: keys.map(({ own, deal }) => (deal === undefined ? [own] : [own, deal])),
      });
    });
    return { checked, decisions, sentKeys };
  }

  /** Returns the rows of a slice, as the whole file says how to read them. */
  async #rowsOf(record: ImportRecord, slice: Slice, idOf: RowIds): Promise<ImportRow[]> {
    const decimal = decimalOf(record);
    const opened = (await this.#opened(record.id, slice)).map((row) =>
      withConsentColumn(
        withDecimal(row, decimal === 'ambiguous' ? undefined : decimal),
        record.file?.columns.consent !== undefined,
      ),
    );
    return withDeletedLeads(opened, { ports: this.#ports, idOf });
  }

  /**
   * Notes the people of the next slice with rows that refuse consent. All of them must be known before the first row is
   * decided, because their other rows may be anywhere in the file. @returns False when there is no such slice left.
   */
  async #notesRefusals(record: ImportRecord, config: SourceConfig): Promise<boolean> {
    const slice = this.#tables.nextSlice(record.id, 'refusing');
    if (slice === undefined) return false;
    const idOf = await this.#rowIds();
    const rows = (await this.#rowsOf(record, slice, idOf)).filter(({ consent }) => consent === false);
    const { requests } = await decideRows(rows, { record, config, idOf, ports: this.#ports });
    const tags = requests.flatMap(({ erase }) => erase);
    this.#ports.database.transaction(() => {
      // The import may have been cancelled meanwhile.
      if (['reading', 'running'].includes(this.#tables.one(record.id)?.state ?? ''))
        this.#tables.noteRefusals(record.id, slice.n, tags);
    });
    return true;
  }

  /** Chooses what is stored: rows that are sent, and rows that are skipped for a reason. */
  #withoutErased(
    id: string,
    results: readonly RowResult[],
    decisions: RowDecisions,
  ): { results: RowResult[]; decisions: RowDecisions } {
    // A no in another import counts as soon as that one is started, although its rows may have to wait for this one.
    const others = this.#running().filter((each) => each.id !== id);
    const isStopped = (person: readonly string[]): boolean =>
      this.#tables.isErased(id, person) || others.some((each) => this.#tables.isRefusing(each.id, person));
    const own = results.map((result, index): RowResult => {
      const [row, outcome, problems] = result;
      const decision = decisions.rows[index];
      if (outcome !== 'sendable') return result;
      if (decision?.kind === 'accepted' && !isStopped(decision.accepted.person)) return [row, 'accepted', problems];
      return [row, 'erased', [{ code: 'erased' }]];
    });
    const isStored = (index: number): boolean => {
      const outcome = own[index]?.[1];
      return outcome === 'accepted' || outcome === 'skipped';
    };
    return { results: own, decisions: { ...decisions, rows: decisions.rows.filter((_, at) => isStored(at)) } };
  }

  #running(): ImportRecord[] {
    return this.#tables.open().filter(({ state }) => state === 'running');
  }

  #waits(record: ImportRecord, waitsFor: NonNullable<ImportRecord['waitsFor']>): Step {
    const now = this.#tables.one(record.id);
    if (now?.state === 'running') this.#tables.save({ ...now, waitsFor });
    return 'wait';
  }

  #finish({ id }: ImportRecord): Step {
    this.#ports.database.transaction(() => {
      const record = this.#tables.one(id);
      if (record?.state !== 'running') return;
      this.#tables.end(id);
      this.#tables.save({ ...record, state: 'done', finishedAtMs: this.#ports.now(), waitsFor: undefined });
    });
    return 'done';
  }

  /** Seals the rows of open imports with the first key. Can be repeated. Rows that no key opens stay as they are. */
  async reseal(): Promise<void> {
    for (const { id } of this.#tables.open())
      for (const { n, sealed } of this.#tables.sealedSlices(id)) {
        const text = await open(sealed, { keyRing: this.#ports.keyRing(), binding: this.#binding(id) });
        if (text !== undefined)
          this.#tables.replaceSealed(id, n, { before: sealed, after: await this.#sealed(id, text) });
      }
  }

  #sealed(id: string, text: string): Promise<string> {
    const iv = this.#ports.randomBytes(IV_BYTES);
    return seal(text, { keyRing: this.#ports.keyRing(), binding: this.#binding(id), iv });
  }

  async #opened(id: string, { sealed }: Slice): Promise<ImportRow[]> {
    const text = await open(sealed, { keyRing: this.#ports.keyRing(), binding: this.#binding(id) });
    if (text === undefined) throw new Error('Cannot open the rows of an import: their ENCRYPTION_KEY is gone');
    // `add` wrote it.
    return JSON.parse(text);
  }

  /** Handles the changes that a CRM reports. */
  async takeChanges(
    rows: readonly ImportRow[],
    hook: Parameters<typeof takeChanges>[1],
  ): Promise<TakenChanges | 'unavailable'> {
    return takeChanges(rows, hook, {
      tables: this.#tables,
      lags: this.#lags,
      ports: this.#ports,
      idOf: await this.#rowIds(),
    });
  }

  /** Returns the number of an integration's conversions by rule and class of lag. */
  lags(integrationId: string): ReturnType<LagTables['of']> {
    return this.#lags.of(integrationId);
  }

  /** The same row has the same ID in every file of the source, even after a change of ENCRYPTION_KEY. */
  async #rowIds(): Promise<RowIds> {
    const text = this.#tables.rowKey(() => this.#ports.randomBytes(32).toBase64());
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.fromBase64(text),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    return async (identity) => {
      const signed = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(identity));
      return `row-${new Uint8Array(signed).slice(0, 16).toHex()}`;
    };
  }

  #binding(id: string): { purpose: string; owner: string } {
    return { purpose: 'import-rows', owner: `${this.#ports.sourceId} ${id}` };
  }
}
