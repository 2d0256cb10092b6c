import { hourOf, ledgerDay } from '../../domain/reports/report-days.ts';
import { LintSums } from '../event-store/lint-counts.ts';
import type { LogEntry } from './log-page.ts';

/** Adds up entries of the log, so that thousands of them become a few rows. */
export class TallySums {
  /** Events by hour, outcome and name. */
  readonly #byHour = new Map<string, number>();
  readonly #byConsent = new Map<string, number>();
  readonly lint = new LintSums();
  entries = 0;

  add(entry: LogEntry): void {
    const { receivedAtMs, countedAs, outcome, consentKind, lint } = entry;
    this.entries += 1;
    const hour = hourOf(receivedAtMs);
    for (const counted of ['received', outcome]) increase(this.#byHour, JSON.stringify([hour, countedAs, counted]), 1);
    if (consentKind !== undefined) increase(this.#byConsent, JSON.stringify([ledgerDay(receivedAtMs), consentKind]), 1);
    this.lint.add({ receivedAtMs, lint });
  }

  addAll(other: TallySums): void {
    this.entries += other.entries;
    for (const [key, events] of other.#byHour) increase(this.#byHour, key, events);
    for (const [key, events] of other.#byConsent) increase(this.#byConsent, key, events);
    this.lint.addAll(other.lint);
  }

  /** Returns a JSON list of `[hour, name, outcome, events]`. */
  byHour(): string {
    return asJson(this.#byHour);
  }

  /** Returns a JSON list of `[day, kind, events]`. */
  byConsent(): string {
    return asJson(this.#byConsent);
  }

  /** Returns the names of a UTC day. */
  namesOf(day: string): Set<string> {
    return new Set(pairsOf(this.#byHour).flatMap(([hour, name]) => (hour.startsWith(day) ? [name] : [])));
  }

  /** Returns the kinds of consent of a UTC day. */
  kindsOf(day: string): Set<string> {
    return new Set(pairsOf(this.#byConsent).flatMap(([at, kind]) => (at === day ? [kind] : [])));
  }
}

function increase(sums: Map<string, number>, key: string, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}

function asJson(sums: ReadonlyMap<string, number>): string {
  return `[${[...sums].map(([key, events]) => `${key.slice(0, -1)},${events}]`).join()}]`;
}

/** Returns the first two parts of each key. */
function pairsOf(sums: ReadonlyMap<string, number>): [string, string][] {
  // `add` wrote them.
  return [...sums.keys()].map((key): [string, string] => JSON.parse(key));
}
