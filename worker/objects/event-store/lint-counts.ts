import type { RuleLint } from '../../domain/collect/decide-for.ts';
import { ledgerDay } from '../../domain/reports/report-days.ts';
import type { Sql } from '../sql.ts';

/** An event's findings. */
type Linted = { receivedAtMs: number; lint: readonly string[]; ruleLint?: readonly RuleLint[] };

/** Adds up the findings of events that are counted together. */
export class LintSums {
  readonly #sums = new Map<string, number>();

  add({ receivedAtMs, lint, ruleLint = [] }: Linted): void {
    if (lint.length === 0 && ruleLint.length === 0) return;
    const found = [{ integrationId: '', ruleId: '', codes: lint }, ...ruleLint];
    for (const { integrationId, ruleId, codes } of found) {
      for (const code of codes) {
        const key = JSON.stringify([ledgerDay(receivedAtMs), code, integrationId, ruleId]);
        this.#sums.set(key, (this.#sums.get(key) ?? 0) + 1);
      }
    }
  }

  addAll(other: LintSums): void {
    for (const [key, events] of other.#sums) this.#sums.set(key, (this.#sums.get(key) ?? 0) + events);
  }

  /** Returns the sums as a JSON list of `[day, code, integration, rule, events]`. */
  toJson(): string {
    return `[${[...this.#sums].map(([key, events]) => `${key.slice(0, -1)},${events}]`).join()}]`;
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }
}

/**
 * Counts the findings of each linter rule by UTC day. A finding without a conversion rule is about the event itself.
 */
export class LintCounts {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Counts the findings in events that were stored together. */
  count(events: readonly Linted[]): void {
    const sums = new LintSums();
    for (const event of events) sums.add(event);
    this.add(sums);
  }

  add(sums: LintSums): void {
    if (sums.isEmpty) return;
    this.#sql.exec(
      `INSERT INTO lint_counts (day, code, integration_id, rule_id, events)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET events = lint_counts.events + excluded.events`,
      sums.toJson(),
    );
  }

  remove({ beforeMs }: { beforeMs: number }): void {
    this.#sql.exec('DELETE FROM lint_counts WHERE day < ?', ledgerDay(beforeMs));
  }
}
