import { BY_RULE, DAY, NAME, OUTCOME } from './ledger-outcomes.ts';

const HOUR = `strftime('%Y-%m-%dT%H', events.received_at_ms / 1000, 'unixepoch')`;

/** A part of the events: ?1 and ?2 are its numbers, ?3 and ?4 the start and the end of the report. */
const IN_PART = 'events.seq > ?1 AND events.seq <= ?2 AND events.received_at_ms >= ?3 AND events.received_at_ms < ?4';

export const EVENTS_BY_DAY = `SELECT ${DAY} AS day, ${NAME} AS name, ${OUTCOME} AS outcome, count(*) AS events
  FROM events WHERE ${IN_PART} GROUP BY 1, 2, 3`;

export const EVENTS_BY_HOUR = `SELECT ${HOUR} AS hour, ${NAME} AS name, ${OUTCOME} AS outcome, count(*) AS events
  FROM events WHERE ${IN_PART} GROUP BY 1, 2, 3`;

export const DELIVERIES_BY_RULE = `${BY_RULE} WHERE ${IN_PART} GROUP BY 1, 2, 3, 4, 5`;

/** The counts of a day: received events, and the outcomes of events whose rows are deleted. */
export const COUNTS_OF_DAY = 'SELECT day, name, outcome, events FROM counts WHERE day = ?';

/** The outcomes of a day's deliveries whose rows are deleted. */
export const RULE_COUNTS_OF_DAY =
  'SELECT day, name, integration_id, rule_id, outcome, deliveries AS events FROM rule_counts WHERE day = ?';

/** The counts of the hours from a given one on, for events without rows. */
export const ROWLESS_COUNTS = 'SELECT hour, name, outcome, events FROM rowless_counts WHERE hour >= ?';

/** The next earlier day that has counts. */
export const DAY_BEFORE = {
  counts: 'SELECT max(day) AS day FROM counts WHERE day < ?',
  rule_counts: 'SELECT max(day) AS day FROM rule_counts WHERE day < ?',
} as const;
