import { lagClass } from '../../domain/rules/readiness.ts';
import type { Sql } from '../sql.ts';

/** Lags are stored as long as the deals of a hook. */
const KEEP_MS = 400 * 24 * 60 * 60 * 1000;

/** A new conversion, and when its person clicked the ad or became a lead. */
export type LaggedDelivery = { integrationId: string; ruleId: string; happenedAtMs: number; clickedAtMs: number };

/**
 * Stores the number of conversions by integration, rule and class of lag, and when each lead of LinkedIn's forms
 * arrived.
 */
export class LagTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param key A keyed hash of the lead. */
  noteLead(key: string, atMs: number): void {
    this.#sql.exec('INSERT OR IGNORE INTO leads (key, at_ms) VALUES (?, ?)', key, atMs);
  }

  leadAt(key: string): number | undefined {
    return this.#sql.exec<{ at_ms: number }>('SELECT at_ms FROM leads WHERE key = ?', key).toArray()[0]?.at_ms;
  }

  add({ integrationId, ruleId, happenedAtMs, clickedAtMs }: LaggedDelivery): void {
    const lag = lagClass(happenedAtMs - clickedAtMs);
    if (lag === undefined) return;
    this.#sql.exec(
      `INSERT INTO lags (integration_id, rule_id, month, lag, conversions) VALUES (?, ?, ?, ?, 1)
       ON CONFLICT DO UPDATE SET conversions = conversions + 1`,
      integrationId,
      ruleId,
      monthOf(happenedAtMs),
      lag,
    );
  }

  of(integrationId: string): { ruleId: string; lag: number; conversions: number }[] {
    return this.#sql
      .exec<{ ruleId: string; lag: number; conversions: number }>(
        `SELECT rule_id AS ruleId, lag, sum(conversions) AS conversions FROM lags WHERE integration_id = ?
         GROUP BY rule_id, lag`,
        integrationId,
      )
      .toArray();
  }

  removeOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM leads WHERE at_ms < ?', nowMs - KEEP_MS);
    this.#sql.exec('DELETE FROM lags WHERE month < ?', monthOf(nowMs - KEEP_MS));
  }
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}
