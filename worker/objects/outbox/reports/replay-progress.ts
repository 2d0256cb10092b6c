import type { ReplayProgress } from '../../../schema/reports/replay.ts';
import type { Sql } from '../../sql.ts';
import { SHOWN_STATE } from '../delivery-sql.ts';

const NONE = { pending: 0, held: 0, delivered: 0, dead: 0, expired: 0, erased: 0, skipped: 0 };

/**
 * Counts the deliveries of one replay by their present state. Undefined when there is no replay with this ID, or when
 * all its deliveries now belong to a later replay.
 */
export function replayProgress(sql: Sql, integrationId: string, id: string): ReplayProgress | undefined {
  const rows = sql
    .exec<{ state: keyof typeof NONE; deliveries: number }>(
      `SELECT ${SHOWN_STATE} AS state, count(*) AS deliveries
       FROM deliveries
       JOIN lanes ON lanes.id = deliveries.lane_id
       LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
       WHERE deliveries.replay_id = ? AND lanes.integration_id = ? GROUP BY 1`,
      id,
      integrationId,
    )
    .toArray();
  if (rows.length === 0) return undefined;
  const counted = Object.fromEntries(rows.map(({ state, deliveries }) => [state, deliveries]));
  return { id, total: rows.reduce((sum, { deliveries }) => sum + deliveries, 0), ...NONE, ...counted };
}
