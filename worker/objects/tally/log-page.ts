import type { ConsentFacts } from '../../domain/consent/consent.ts';
import { splitConsent, wholeConsent } from '../../domain/consent/split-consent.ts';
import type { CommonConsent, OwnConsent } from '../../domain/consent/split-consent.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';

/** An event as the log has it. */
export type LoggedEvent = {
  messageId: string;
  type: string;
  name: string | null;
  happenedAtMs: number;
  /** The text of `writeFacts`. */
  facts: string;
  consent: ConsentFacts;
  /** The part of the consent that came beside the batch. It is written once a page. */
  besideBatch: ConsentCategories;
};

/** An entry of the log: everything that is counted about an event and, unless it was a duplicate or refused, the event. */
export type LogEntry = {
  seq: number;
  receivedAtMs: number;
  /** The name under which it is counted. */
  countedAs: string;
  outcome: string;
  lint: readonly string[];
  /** The key under which the consent report counts it, as JSON text. */
  consentKind: string | undefined;
  event: LoggedEvent | undefined;
};

/** A page while it is being written takes further commits until it has this size: about one page of SQLite. */
const FULL_CHARS = 3_500;

/** A page of one commit may have this size. A row has a limit of 2 MB. */
const MAX_CHARS = 64 * 1_024;

/**
 * A page of the log, before it is written. Texts that many entries repeat, such as a consent, are in it once.
 *
 * Its text is `{"texts": [...], "entries": [[seq, receivedAtMs, countedAs, outcome, lint, kind, event?], ...]}`, where
 * `kind` is a place in `texts`, or -1, and an event is `[messageId, type, name, happenedAtMs, facts, consent, own?]`,
 * where `consent` is a place in `texts` and `own` what the event adds to it.
 */
export class LogPage {
  readonly seq: number;
  readonly #texts: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #entries: string[] = [];
  #chars = 0;
  lastSeq: number;
  lastAtMs = 0;

  /** @param seq The number of its first entry. */
  constructor(seq: number) {
    this.seq = seq;
    this.lastSeq = seq;
  }

  get chars(): number {
    return this.#chars;
  }

  /** Whether the next commit should begin another page. */
  get isFull(): boolean {
    return this.#chars >= FULL_CHARS;
  }

  get isVeryFull(): boolean {
    return this.#chars >= MAX_CHARS;
  }

  add({ seq, receivedAtMs, countedAs, outcome, lint, consentKind, event }: LogEntry): void {
    const head = [
      seq,
      receivedAtMs,
      countedAs,
      outcome,
      lint,
      consentKind === undefined ? -1 : this.#place(consentKind),
    ];
    const own = event === undefined ? '' : `,${this.#eventText(event)}`;
    const text = `${JSON.stringify(head).slice(0, -1)}${own}]`;
    this.#entries.push(text);
    this.#chars += text.length + 1;
    this.lastSeq = seq;
    this.lastAtMs = Math.max(this.lastAtMs, receivedAtMs);
  }

  #eventText({ messageId, type, name, happenedAtMs, facts, consent, besideBatch }: LoggedEvent): string {
    const { common, own } = splitConsent(consent, besideBatch);
    const head = JSON.stringify([messageId, type, name, happenedAtMs]).slice(0, -1);
    const ownText = Object.keys(own).length === 0 ? '' : `,${JSON.stringify(own)}`;
    return `${head},${facts},${this.#place(JSON.stringify(common))}${ownText}]`;
  }

  toText(): string {
    return `{"texts":[${this.#texts.join()}],"entries":[${this.#entries.join()}]}`;
  }

  /** Returns a copy, because the page of a commit that fails must not be used. */
  copy(): LogPage {
    const copy = new LogPage(this.seq);
    copy.#texts.push(...this.#texts);
    for (const [text, place] of this.#places) copy.#places.set(text, place);
    copy.#entries.push(...this.#entries);
    copy.#chars = this.#chars;
    copy.lastSeq = this.lastSeq;
    copy.lastAtMs = this.lastAtMs;
    return copy;
  }

  /** @param text JSON. */
  #place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#texts.push(text) - 1;
    this.#places.set(text, place);
    this.#chars += text.length + 1;
    return place;
  }
}

type StoredEntry = [
  seq: number,
  receivedAtMs: number,
  countedAs: string,
  outcome: string,
  lint: string[],
  kind: number,
  event?: [
    messageId: string,
    type: string,
    name: string | null,
    happenedAtMs: number,
    facts: object,
    consent: number,
    own?: OwnConsent,
  ],
];

/** Reads the entries of a page, the oldest first. */
export function readPage(body: string): LogEntry[] {
  // `LogPage` wrote it. JSON.parse drops what is undefined, such as an unknown country.
  const { texts, entries }: { texts: object[]; entries: StoredEntry[] } = JSON.parse(body);
  return entries.map(([seq, receivedAtMs, countedAs, outcome, lint, kind, event]) => ({
    seq,
    receivedAtMs,
    countedAs,
    outcome,
    lint,
    consentKind: kind === -1 ? undefined : JSON.stringify(texts[kind]),
    event: event && {
      messageId: event[0],
      type: event[1],
      name: event[2],
      happenedAtMs: event[3],
      facts: JSON.stringify(event[4]),
      consent: wholeConsent(commonIn(texts[event[5]]), event[6] ?? {}),
      besideBatch: {},
    },
  }));
}

function commonIn(text: object | undefined): CommonConsent {
  if (text === undefined || !isCommon(text)) throw new Error('Cannot read a page of the log: an event has no consent');
  return text;
}

function isCommon(text: object): text is CommonConsent {
  return Object.hasOwn(text, 'categories') && Object.hasOwn(text, 'policy');
}
