import { IS_FROM_SERVER } from '../../event-store/event-facts.ts';
import type { Sql } from '../../sql.ts';
import { mayReplace } from '../intake/may-replace.ts';

/** The identity of a delivery, as other objects know it. */
export type DeliveryIdentity = { integrationId: string; ruleId: string; eventId: string };

/** Returns which deliveries exist, so that a server's event with the same identity would be a duplicate. */
export function standingDeliveries(sql: Sql, deliveries: readonly DeliveryIdentity[]): boolean[] {
  return deliveries.map(({ integrationId, ruleId, eventId }) => {
    const [standing] = sql
      .exec<{ state: string; reason: string | null; is_from_server: number | null }>(
        `SELECT deliveries.state, deliveries.reason, ${IS_FROM_SERVER} AS is_from_server
         FROM lanes JOIN deliveries ON deliveries.lane_id = lanes.id
         LEFT JOIN events ON events.seq = deliveries.event_seq
         WHERE lanes.integration_id = ? AND lanes.rule_id = ? AND deliveries.event_id = ?`,
        integrationId,
        ruleId,
        eventId,
      )
      .toArray();
    const wanted = { isIdentified: true, isTest: false };
    return standing !== undefined && !mayReplace(standing, wanted, { isFromServer: true });
  });
}
