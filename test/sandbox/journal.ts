import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One line of the journal: the kind of entry, and its value. */
export type Entry = { readonly kind: string; readonly value: unknown };

/**
 * Stores the data that must survive the process in a file of JSON lines.
 *
 * A line is handed to the operating system before the client gets its answer, so kill -9 loses no accepted data. A line
 * that kill -9 truncated is skipped when reading. Without a path nothing is stored.
 */
export class Journal {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  append(entries: readonly Entry[]): void {
    if (this.#path === undefined || entries.length === 0) return;
    appendFileSync(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  read(): Entry[] {
    if (this.#path === undefined || !existsSync(this.#path)) return [];
    const text = readFileSync(this.#path, 'utf8');
    const entries = text.split('\n').flatMap(parsed);
    // A half line left by a crash would swallow the next one that is appended.
    if (text !== '' && !text.endsWith('\n')) this.#rewrite(entries);
    return entries;
  }

  /** Deletes every entry of these kinds. */
  drop(...kinds: readonly string[]): void {
    if (this.#path === undefined) return;
    this.#rewrite(this.read().filter((entry) => !kinds.includes(entry.kind)));
  }

  #rewrite(entries: readonly Entry[]): void {
    if (this.#path === undefined) return;
    const next = `${this.#path}.next`;
    writeFileSync(next, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    renameSync(next, this.#path);
  }
}

function parsed(line: string): Entry[] {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? [value] : [];
  } catch {
    // The process was killed while it wrote this line, so its client never got an answer.
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && 'value' in value
  );
}
