const HOLD = 'ifnull(hold.reason, lanes.hold_reason)';

const ITS_DELIVERIES = `
  json_each(events.deliveries) AS identity
  JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
  JOIN lanes ON lanes.id = deliveries.lane_id
  LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id`;

/**
 * The outcome of each event that still has a row: its skip reason, or the least finished state of its deliveries, like
 * `eventState`. The leading digit is for sorting and is cut off.
 */
export const OUTCOME = `
  CASE WHEN events.skip_reason IS NOT NULL THEN 'skipped:' || events.skip_reason
  ELSE ifnull(substr((
    SELECT min(CASE deliveries.state
      WHEN 'pending' THEN iif(${HOLD} IS NULL, '1pending', '0held')
      WHEN 'waiting' THEN '1pending'
      WHEN 'dead' THEN '2dead'
      WHEN 'expired' THEN '3expired'
      WHEN 'erased' THEN '4erased'
      WHEN 'delivered' THEN ifnull('4' || deliveries.reason, '5delivered')
      ELSE '6skipped:' || deliveries.reason END)
    FROM ${ITS_DELIVERIES}
  ), 2), 'skipped:duplicate') END`;

/** The outcome of one delivery. */
const DELIVERY_OUTCOME = `
  CASE deliveries.state
    WHEN 'pending' THEN iif(${HOLD} IS NULL, 'pending', 'held')
    WHEN 'waiting' THEN 'pending'
    WHEN 'skipped' THEN 'skipped:' || deliveries.reason
    WHEN 'delivered' THEN ifnull(deliveries.reason, 'delivered')
    ELSE deliveries.state END`;

export const DAY = `strftime('%Y-%m-%d', events.received_at_ms / 1000, 'unixepoch')`;
export const NAME = `ifnull(events.counted_as, iif(events.type = 'track', events.name, events.type))`;

export const BY_RULE = `
  SELECT ${DAY} AS day, ${NAME} AS name, lanes.integration_id, lanes.rule_id, ${DELIVERY_OUTCOME} AS outcome,
    count(*) AS events
  FROM events, ${ITS_DELIVERIES}`;
