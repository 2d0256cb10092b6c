export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const NEWLINE = 0x0a;

/** Longer than any record that is read. */
const MAX_LINE_BYTES = 262_144;

/**
 * Decodes the bytes of a CSV file as they arrive: UTF-8, UTF-16 with or without a byte order mark, and Windows-1252,
 * which Excel writes.
 *
 * A line that isn't UTF-8 is read as Windows-1252, so that a file with both encodings can be read too. Separators and
 * line ends are the same in both.
 */
export class CsvDecoder {
  #encoding: Encoding | undefined;
  #wide: TextDecoder | undefined;
  /** The bytes after the last line end. */
  #rest: Uint8Array = new Uint8Array();

  /** The encoding so far: Windows-1252 when any line needed it. */
  get encoding(): Encoding {
    return this.#encoding ?? 'utf-8';
  }

  /** Returns the text that is complete. Some of the bytes may be returned by the next call. */
  push(bytes: Uint8Array): string {
    if (this.#encoding === undefined) {
      // The first four bytes show whether the file is UTF-16.
      const start = joined(this.#rest, bytes);
      if (start.byteLength < 4) {
        this.#rest = start;
        return '';
      }
      this.#rest = new Uint8Array();
      this.#encoding = encodingAt(start);
      if (this.#encoding !== 'utf-8') this.#wide = new TextDecoder(this.#encoding);
      return this.#decoded(start);
    }
    return this.#decoded(bytes);
  }

  /** Returns the rest of the text. */
  end(): string {
    if (this.#wide !== undefined) return this.#wide.decode();
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return this.#lines(rest);
  }

  #decoded(bytes: Uint8Array): string {
    if (this.#wide !== undefined) return this.#wide.decode(bytes, { stream: true });
    const all = joined(this.#rest, bytes);
    // Otherwise a line that never ends would be copied again with each part of the file.
    const end = all.lastIndexOf(NEWLINE) + 1 || (all.byteLength > MAX_LINE_BYTES ? lastAscii(all) : 0);
    this.#rest = all.slice(end);
    return this.#lines(all.subarray(0, end));
  }

  #lines(bytes: Uint8Array): string {
    const whole = utf8(bytes);
    if (whole !== undefined) return withoutMark(whole);
    let text = '';
    let from = 0;
    while (from < bytes.byteLength) {
      const end = bytes.indexOf(NEWLINE, from) + 1 || bytes.byteLength;
      const line = bytes.subarray(from, end);
      text += utf8(line) ?? this.#windows(line);
      from = end;
    }
    return withoutMark(text);
  }

  #windows(line: Uint8Array): string {
    this.#encoding = 'windows-1252';
    return new TextDecoder('windows-1252').decode(line);
  }
}

/** Returns the position after the last byte that is a complete character by itself, or the end. */
function lastAscii(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte < 0x80) + 1 || bytes.byteLength;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** If several files were joined, there are byte order marks in the middle too. */
function withoutMark(text: string): string {
  return text.replaceAll('\uFEFF', '');
}

function encodingAt([first = 0, second = 0, third = 0, fourth = 0]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && fourth === 0 && first !== 0) return 'utf-16le';
  return first === 0 && third === 0 && second !== 0 ? 'utf-16be' : 'utf-8';
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.byteLength === 0) return other;
  const both = new Uint8Array(one.byteLength + other.byteLength);
  both.set(one);
  both.set(other, one.byteLength);
  return both;
}
