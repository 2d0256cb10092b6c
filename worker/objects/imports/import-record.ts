import type { DecimalSign } from '../../domain/imports/decimal-sign.ts';
import { columnNames } from '../../domain/imports/file-reader.ts';
import type { FileFacts } from '../../domain/imports/file-reader.ts';
import type { ImportRow, RowProblem } from '../../domain/imports/import-row.ts';
import type { DateOrder } from '../../domain/imports/read-time.ts';
import { withoutPeople } from '../../domain/privacy/masked-names.ts';
import { sumByCurrency } from '../../domain/value/value-sums.ts';
import type { LawfulBasis } from '../../schema/imports/import-options.ts';
import type {
  ImportProblem,
  ImportSample,
  ImportState,
  ImportView,
  RowOutcome,
} from '../../schema/imports/import-view.ts';
import { problemSentence } from '../../schema/imports/row-problem.ts';

const MAX_PROBLEMS = 100;
const MAX_SAMPLES = 10;

/** The result for a row, as it is stored: its number, its outcome, and the reason. */
export type RowResult = [row: number, outcome: RowOutcome, problems: RowProblem[]];

/** An import as it is stored. */
export type ImportRecord = {
  id: string;
  name: string | undefined;
  state: ImportState;
  createdAtMs: number;
  finishedAtMs?: number;
  lawfulBasis?: LawfulBasis | undefined;
  event: string | undefined;
  events: Readonly<Record<string, string>>;
  dateOrder: DateOrder | undefined;
  /** Imports of earlier releases have none. */
  decimal?: DecimalSign | undefined;
  /** Set once the whole file has been read. */
  file?: FileFacts;
  counts: ImportCounts;
  waitsFor?: 'storage' | 'configuration' | undefined;
};

export type ImportCounts = {
  rows: number;
  checked: number;
  outcomes: Partial<Record<RowOutcome, number>>;
  skipped: Record<string, number>;
  problems: Record<string, number>;
  first: FirstProblem[];
  value: Record<string, string>;
  samples: ImportSample[];
  /** Imports of earlier releases have none. */
  withdrawals?: number;
};

type FirstProblem = { row: number; code: string } & Pick<RowProblem, 'field' | 'place' | 'linesBelow'>;

export const NO_COUNTS: ImportCounts = {
  rows: 0,
  checked: 0,
  outcomes: {},
  skipped: {},
  problems: {},
  first: [],
  value: {},
  samples: [],
};

/** A checked row, with the content of its event. */
export type CheckedRow = { row: ImportRow; result: RowResult; event: string | undefined; atMs: number | undefined };

/** Adds checked rows to the counts. */
export function counted(counts: ImportCounts, checked: readonly CheckedRow[]): ImportCounts {
  const next = structuredClone(counts);
  const values = Object.entries(next.value).map(([currency, amount]) => ({ currency, amount }));
  for (const { row, result, event, atMs } of checked) {
    const [number, outcome, problems] = result;
    next.checked += 1;
    next.outcomes[outcome] = (next.outcomes[outcome] ?? 0) + 1;
    if (outcome === 'skipped') count(next.skipped, problems[0]?.code ?? 'no_mapping');
    for (const code of new Set(problems.map((problem) => problem.code))) count(next.problems, code);
    for (const problem of problems) noteProblem(next.first, { row: number, ...problem });
    if ((outcome === 'skipped' || outcome === 'refused') && row.consent === false)
      next.withdrawals = (next.withdrawals ?? 0) + 1;
    if (outcome === 'sendable') values.push(...valueOf(row));
    if (next.samples.length < MAX_SAMPLES) next.samples.push(sampleOf(row, { outcome, event, atMs }));
  }
  next.value = Object.fromEntries(sumByCurrency(values).map(({ currency, amount }) => [currency, amount]));
  return next;
}

/** Moves rows from one outcome to another. */
export function moved(counts: ImportCounts, from: RowOutcome, to: RowOutcome, rows: number): ImportCounts {
  const { outcomes } = counts;
  return {
    ...counts,
    outcomes: { ...outcomes, [from]: (outcomes[from] ?? 0) - rows, [to]: (outcomes[to] ?? 0) + rows },
  };
}

/** A problem that refuses more than its row is shown even if there were many others before. */
function noteProblem(first: FirstProblem[], problem: FirstProblem): void {
  const other = first.length < MAX_PROBLEMS ? undefined : first.findLastIndex(({ linesBelow = 0 }) => linesBelow === 0);
  if (other !== undefined && (other < 0 || problem.linesBelow === undefined)) return;
  if (other !== undefined) first.splice(other, 1);
  first.push(problem);
}

/** Moves sendable rows whose people were erased, and their value. */
export function withErased(counts: ImportCounts, rows: readonly ImportRow[]): ImportCounts {
  const before = Object.entries(counts.value).map(([currency, amount]) => ({ currency, amount }));
  const erased = rows.flatMap(valueOf).map((value) => ({ ...value, times: -1 }));
  const value = sumByCurrency([...before, ...erased]).filter(({ amount }) => amount !== '0');
  return {
    ...moved(counts, 'sendable', 'erased', rows.length),
    ...(erased.length > 0 && { value: Object.fromEntries(value.map(({ currency, amount }) => [currency, amount])) }),
  };
}

/** Returns the value of a row, if its currency is known. */
function valueOf({ value: { amount, currency } = { amount: '' } }: ImportRow): { amount: string; currency: string }[] {
  return currency === undefined ? [] : [{ amount, currency }];
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Shows which identifiers a row has, and never their values. */
function sampleOf(
  row: ImportRow,
  { outcome, event, atMs }: { outcome: RowOutcome; event: string | undefined; atMs: number | undefined },
): ImportSample {
  const has = {
    email: row.emailSha256,
    names: row.firstName,
    click_id: row.clickId,
    lead_id: row.leadUrn,
    user_id: row.userId,
  };
  return {
    row: row.row,
    outcome,
    // A column that was used for the event may contain anything.
    event: event === undefined ? null : withoutPeople(event),
    time: atMs === undefined ? null : new Date(atMs).toISOString(),
    value: valueOf(row)[0] ?? null,
    identifiers: (['email', 'names', 'click_id', 'lead_id', 'user_id'] as const).filter(
      (name) => has[name] !== undefined,
    ),
  };
}

/** Returns the order of the file's dates: the chosen one, the only one that fits, or that of LinkedIn's template. */
export function dateOrderOf({
  dateOrder,
  file,
}: Pick<ImportRecord, 'dateOrder' | 'file'>): DateOrder | 'ambiguous' | undefined {
  if (dateOrder !== undefined || file === undefined || file.ambiguous === 0) return dateOrder;
  const { dmy, mdy } = file.shows;
  if (dmy > 0 && mdy > 0) return 'ambiguous';
  if (dmy + mdy > 0) return dmy > 0 ? 'dmy' : 'mdy';
  return file.isTemplate ? 'mdy' : 'ambiguous';
}

/** Returns the decimal sign: the chosen one, or the only one that fits the whole column. */
export function decimalOf({
  decimal,
  file,
}: Pick<ImportRecord, 'decimal' | 'file'>): DecimalSign | 'ambiguous' | undefined {
  if (decimal !== undefined || file?.openAmounts === undefined || file.openAmounts === 0) return decimal;
  const { '.': dots = 0, ',': commas = 0 } = file.decimals ?? {};
  if (dots > 0 === commas > 0) return 'ambiguous';
  return dots > 0 ? '.' : ',';
}

/** Returns the name of each field's column in the file. */
function columnsOf({ file }: Pick<ImportRecord, 'file'>): ImportView['columns'] {
  return file === undefined ? {} : columnNames(file);
}

export function importView(record: ImportRecord): ImportView {
  const { id, name, state, createdAtMs, finishedAtMs, lawfulBasis, file, counts, waitsFor } = record;
  const { outcomes, skipped } = counts;
  const columns = columnsOf(record);
  const accepted = outcomes.accepted ?? 0;
  // Rows that have no other outcome by then were cancelled.
  const ended = (['accepted', 'duplicate', 'skipped', 'refused', 'erased'] as const).reduce(
    (sum, outcome) => sum + (outcomes[outcome] ?? 0),
    0,
  );
  const isCancelled = state === 'cancelled';
  return {
    id,
    name: name ?? null,
    state,
    created_at: new Date(createdAtMs).toISOString(),
    finished_at: finishedAtMs === undefined ? null : new Date(finishedAtMs).toISOString(),
    lawful_basis: lawfulBasis ?? null,
    rows: counts.rows,
    checked: counts.checked,
    sendable: isCancelled ? accepted : (outcomes.sendable ?? 0) + accepted,
    accepted,
    duplicates: outcomes.duplicate ?? 0,
    too_old: skipped['too_old'] ?? 0,
    without_identity: skipped['no_identity'] ?? 0,
    refused: outcomes.refused ?? 0,
    erased: outcomes.erased ?? 0,
    cancelled: isCancelled ? counts.rows - ended : 0,
    withdrawals: counts.withdrawals ?? 0,
    skipped,
    problems: counts.first.map((problem) => problemView(problem, record)),
    problem_counts: counts.problems,
    value: counts.value,
    samples: counts.samples,
    header: [...(file?.header ?? [])],
    columns,
    ignored_columns: (file?.ignored ?? []).map(({ place, field, isSpare }) => ({
      column: file?.header[place] ?? '',
      field,
      is_used: isSpare,
    })),
    encoding: file?.encoding ?? null,
    delimiter: file?.delimiter ?? null,
    date_order: dateOrderOf(record) ?? null,
    decimal: decimalOf(record) ?? null,
    waits_for: waitsFor ?? null,
  };
}

function problemView(problem: FirstProblem, record: Pick<ImportRecord, 'file'>): ImportProblem {
  const { row, code, linesBelow } = problem;
  const column = columnOf(problem, record);
  return { row, code, ...(column !== undefined && { column }), detail: problemSentence(code, linesBelow) };
}

/** Returns the name of the column whose cell has a problem. */
function columnOf(
  { field, place }: Pick<RowProblem, 'field' | 'place'>,
  { file }: Pick<ImportRecord, 'file'>,
): string | undefined {
  const at = place ?? (field && file?.columns[field]);
  return at === undefined ? undefined : file?.header[at];
}

/** Returns the results of a slice. The rows that a cancelled import didn't send are cancelled. */
export function reportedResults(
  { results, unchecked }: { results?: readonly RowResult[]; unchecked: readonly number[] },
  { state }: Pick<ImportRecord, 'state'>,
): RowResult[] {
  const known = results ?? [];
  if (state !== 'cancelled') return [...known];
  return [
    ...known.map(([row, outcome, problems]): RowResult => [
      row,
      outcome === 'sendable' ? 'cancelled' : outcome,
      problems,
    ]),
    ...unchecked.map((row): RowResult => [row, 'cancelled', []]),
  ];
}

/** The lines of the report for some rows: row, outcome, reason, column, detail. */
export function reportLines(results: readonly RowResult[], record: Pick<ImportRecord, 'file'>): string {
  return results
    .flatMap(([row, outcome, problems]) =>
      (problems.length === 0 ? [undefined] : problems).map((problem) => {
        const detail = problem === undefined ? '' : problemSentence(problem.code, problem.linesBelow);
        const column = problem === undefined ? '' : (columnOf(problem, record) ?? problem.field ?? '');
        return [String(row), outcome, problem?.code ?? '', column, detail].map(cell).join(',');
      }),
    )
    .map((line) => `${line}\r\n`)
    .join('');
}

export const REPORT_HEADER = 'row,outcome,reason,column,detail\r\n';

/** Quotes a cell. A name that a spreadsheet would run as a formula begins with an apostrophe. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
