import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One line of the journal: what it is about, and the thing itself. */
export type Entry = { readonly kind: string; readonly value: unknown };

/**
 * Keeps what must outlive the process in a file of JSON lines.
 *
 * A line is handed to the operating system before the client has its answer, so kill -9 loses nothing that was
 * accepted; a line that was cut short by it is left out when reading. Without a path it keeps nothing.
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

  /** Forgets every entry of these kinds. */
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
    // The process was killed while it wrote this line, so its client never had an answer.
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && 'value' in value
  );
}
