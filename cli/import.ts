import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ImportView } from '../worker/schema/imports/import-view.ts';
import { CommandError, EXIT } from './instance.ts';
import type { Instance } from './instance.ts';

export type ImportFlags = {
  source: string;
  preview?: true;
  lawfulBasis?: string;
  event?: string;
  events?: string;
  columns?: string;
  dateOrder?: string;
  decimal?: string;
  timeZone?: string;
  currency?: string;
  template?: string;
  saveTemplate?: string;
  report?: string;
};

const POLL_MS = 500;

/** What shells expect after Ctrl-C: 128 and the signal's number. */
const INTERRUPTED = 130;

/**
 * Imports a file: sends it part by part, so that its size doesn't matter, and waits until all of its rows are stored.
 *
 * @param note Told about the progress.
 * @throws CommandError
 */
export async function importFile(
  instance: Instance,
  path: string,
  { flags, note }: { flags: ImportFlags; note: (text: string) => void },
): Promise<ImportView> {
  await mustBeFile(path);
  const imports = `/sources/${encodeURIComponent(flags.source)}/imports`;
  const query = queryOf(path, flags);
  const type = /\.(?:nd)?jsonl?$/i.test(path) ? 'application/x-ndjson' : 'text/csv';
  const interruption = new Interruption(flags, instance.url);
  process.on('SIGINT', interruption.listener);
  let view: ImportView;
  try {
    const parts = interruption.untilSent(createReadStream(path));
    view = await instance.upload<ImportView>(`${imports}?${query.toString()}`, parts, type);
    interruption.answered(view);
    // A person who reads this may press Ctrl-C at once.
    if (view.state === 'running') note(`Import ${view.id}`);
    let shown = -1;
    while (view.state === 'running') {
      if (view.checked !== shown) note(`${view.checked} of ${view.rows} rows`);
      shown = view.checked;
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
      view = await instance.call<ImportView>('GET', `${imports}/${view.id}`);
    }
  } finally {
    process.off('SIGINT', interruption.listener);
  }
  if (flags.report !== undefined) {
    const report = await instance.download(`${imports}/${view.id}/report`);
    await pipeline(Readable.from(report), createWriteStream(flags.report));
  }
  return view;
}

/** Says at Ctrl-C what is true at that moment, and how to see or cancel the import. */
class Interruption {
  readonly #flags: Pick<ImportFlags, 'source' | 'preview'>;
  readonly #url: string;
  #isSent = false;
  #isAsked = false;
  #view: ImportView | undefined;

  constructor(flags: Pick<ImportFlags, 'source' | 'preview'>, url: string) {
    this.#flags = flags;
    this.#url = url;
  }

  readonly listener = (): void => {
    if (this.#flags.preview === true) leave('The preview was interrupted. A preview imports nothing.');
    // The server starts an import only after the end of the file.
    if (!this.#isSent) leave('The file was not sent completely, so nothing is imported.');
    if (this.#view !== undefined) this.#leaveAfterAnswer(this.#view);
    if (this.#isAsked)
      leave(
        `The import may be running on the server. To see or cancel it, open the page Import of the console: ${this.#url}/console`,
      );
    this.#isAsked = true;
    console.error(
      'The file was sent, so the import may be running. Waiting for its ID, to tell you how to cancel it. To leave at once, press Ctrl-C again.',
    );
  };

  /** Passes the parts of the file on, and notices its end. */
  async *untilSent(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* file;
    this.#isSent = true;
  }

  /** Must be called when the server has answered. */
  answered(view: ImportView): void {
    this.#view = view;
    if (this.#isAsked) this.#leaveAfterAnswer(view);
  }

  #leaveAfterAnswer({ id, state }: ImportView): void {
    const { source } = this.#flags;
    if (state === 'running')
      leave(`The import continues on the server. To cancel it: directflight import cancel ${id} --source ${source}`);
    leave(`The import is ${state}: ${id}`);
  }
}

/** Says it also with `--json`, whose output is on stdout. */
function leave(sentence: string): never {
  console.error(sentence);
  process.exit(INTERRUPTED);
}

/** Cancels an import. Rows that are on their way by then are sent. */
export async function cancelImport(instance: Instance, id: string, source: string): Promise<ImportView> {
  const path = `/sources/${encodeURIComponent(source)}/imports/${encodeURIComponent(id)}`;
  return instance.call<ImportView>('DELETE', path);
}

/** Returns 0 when every row is sent or was sent before. */
export function exitCodeOf(view: ImportView): number {
  return view.sendable + view.duplicates === view.rows ? EXIT.good : EXIT.found;
}

/** Why rows are skipped, in a few words. */
const SKIPS: Readonly<Record<string, string>> = {
  too_old: 'too old for LinkedIn',
  no_identity: 'without identity',
  no_consent: 'without consent',
  no_mapping: 'no mapping for the event',
};

/** Explains an import to people. */
export function toText(view: ImportView): string {
  const values = Object.entries(view.value).map(([currency, amount]) => `${amount} ${currency}`);
  const isCounted = view.state === 'done' || view.state === 'cancelled' || view.state === 'previewed';
  const skipped = Object.entries(view.skipped).map(([reason, count]): [string, number] => [
    `Skipped: ${SKIPS[reason] ?? reason.replaceAll('_', ' ')}`,
    count,
  ]);
  const rare: [string, number][] = [
    ['Erased while the import was running', view.erased],
    ['Cancelled', view.cancelled],
    ['Not checked yet', isCounted ? 0 : view.rows - view.checked],
    ['Refuse consent: these people’s waiting conversions are erased', view.withdrawals],
  ];
  const lines: [string, string | number][] = [
    ['Import', view.id],
    ['Rows', view.rows],
    [view.state === 'previewed' ? 'Would be sent' : 'On their way to LinkedIn', view.sendable],
    ['Sent before, or twice in the file', view.duplicates],
    ...skipped,
    ['Refused', view.refused],
    ...rare.filter(([, count]) => count > 0),
    ['Value', values.length === 0 ? 'none' : values.join(', ')],
  ];
  const columns = Object.entries(view.columns).map(([field, column]) => `  ${field.padEnd(14)} ${column}`);
  const ignored = view.ignored_columns.map((each) => `  ${otherColumn(each, view)}`);
  const problems = view.problems.slice(0, 20).map(({ row, detail, column }) => {
    const where = column === undefined ? '' : `, ${column}`;
    return `  row ${row}${where}: ${detail}`;
  });
  const more = Object.values(view.problem_counts).reduce((sum, count) => sum + count, 0) - problems.length;
  return [
    ...lines.map(([name, value]) => `${name.padEnd(48)} ${value}`),
    '',
    'Columns:',
    ...columns,
    ...ignored,
    ...(problems.length > 0 ? ['', 'Problems:', ...problems] : []),
    ...(more > 0 ? [`  and ${more} more: --report <file> writes all of them`] : []),
    ...(view.date_order === 'ambiguous'
      ? ['', 'Dates such as 08/11/2026 may be in two orders: choose --date-order dmy or mdy.']
      : []),
    ...(view.decimal === 'ambiguous'
      ? ['', 'Amounts such as 1.234 may be thousands or have three decimals: choose --decimal , or --decimal .']
      : []),
  ].join('\n');
}

function otherColumn(
  { column, field, is_used: isUsed }: ImportView['ignored_columns'][number],
  { columns }: ImportView,
): string {
  const chosen = columns[field];
  const refuses = { consent: 'a no', opt_out: 'a refusal' }[field];
  if (refuses !== undefined)
    return isUsed
      ? `“${column}” is also read as ${field}: ${refuses} in any of these columns counts.`
      : `“${column}” is not used for ${field}, as you chose.`;
  if (chosen === undefined)
    return `“${column}” is not used, because its name doesn’t clearly say that it has the ${field}. To use it: --columns ${quotedForShell(JSON.stringify({ [field]: column }))}`;
  return isUsed
    ? `“${column}” is used where “${chosen}” is empty.`
    : `“${column}” is ignored, because “${chosen}” is the ${field}.`;
}

/** In single quotes, a POSIX shell changes nothing. An apostrophe ends them, so it is escaped outside of them. */
function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function mustBeFile(path: string): Promise<void> {
  try {
    if ((await stat(path)).isFile()) return;
  } catch {
    // Said below.
  }
  throw new CommandError(`Cannot read ${path}: there is no such file.`, EXIT.wrongUse);
}

function queryOf(path: string, flags: ImportFlags): URLSearchParams {
  const given: Record<string, string | undefined> = {
    // The server refuses longer names, and control characters.
    name: basename(path)
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, 200),
    preview: flags.preview === true ? 'true' : undefined,
    lawful_basis: flags.lawfulBasis,
    event: flags.event,
    events: flags.events,
    columns: flags.columns,
    date_order: flags.dateOrder,
    decimal: flags.decimal,
    time_zone: flags.timeZone,
    default_currency: flags.currency,
    template: flags.template,
    save_template: flags.saveTemplate,
  };
  const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(set);
}
