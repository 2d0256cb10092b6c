import * as v from 'valibot';

import { PayloadShape } from '../../../domain/delivery/payload-shape.ts';
import type { SentWith } from '../../../domain/rules/readiness.ts';
import type { Sql } from '../../sql.ts';

/**
 * The number of rows that are read for each rule, in the order of the events' IDs, which does not depend on their time.
 */
const SAMPLE = 1_000;

/** Reads the identifiers with which the conversions of each rule were sent, from a sample. */
export function ruleIdentifiers(sql: Sql, integrationId: string): Record<string, SentWith[]> {
  const queues = sql
    .exec<{ id: number; rule_id: string }>('SELECT id, rule_id FROM lanes WHERE integration_id = ?', integrationId)
    .toArray();
  return Object.fromEntries(
    queues.map(({ id, rule_id: ruleId }) => [
      ruleId,
      sql
        .exec<{ shape: string; conversions: number }>(
          `SELECT json_remove(shape, '$.at') AS shape, count(*) AS conversions
           FROM (SELECT state, shape FROM deliveries WHERE lane_id = ? LIMIT ${SAMPLE})
           WHERE state = 'delivered' AND shape IS NOT NULL GROUP BY 1`,
          id,
        )
        .toArray()
        .map((row) => {
          const { ids, info = [], lead } = v.parse(Shape, JSON.parse(row.shape));
          const hasNames = info.some((name) => /first/i.test(name)) && info.some((name) => /last/i.test(name));
          return { ids, hasNames, isLead: lead === true, conversions: row.conversions };
        }),
    ]),
  );
}

const Shape = v.omit(PayloadShape, ['at']);
