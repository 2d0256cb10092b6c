import { arrivedFrom } from '../../event-store/arrival-order.ts';
import { OTHER_NAMES } from '../../event-store/ledger-names.ts';
import { BY_RULE, DAY, NAME, OUTCOME } from './ledger-outcomes.ts';

const HOUR = `strftime('%Y-%m-%dT%H', events.received_at_ms / 1000, 'unixepoch')`;

/** The number of names per day in a report; other events are counted as `(other)`. */
const MOST_NAMES = 1_000;

/** The maximum size of a report. An answer between objects may have 32 MiB, and people read only the first page. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The maximum size of a row in an answer: a control character takes six bytes. */
const ROW_BYTES = '500 + 6 * length(name)';

/** Whether events with this name became deliveries. Such names are included first. */
const IS_WANTED = `max(outcome NOT IN ('received', 'rejected') AND outcome NOT LIKE 'skipped:%')`;

/** By day and event: ?1 and ?2 are the days, ?3 and ?4 the instants of their start and end. */
export const LEDGER_BY_DAY = `WITH
counted AS MATERIALIZED (
  SELECT ${DAY} AS day, ${NAME} AS name, ${OUTCOME} AS outcome, count(*) AS events FROM events
  WHERE ${arrivedFrom('?3')} AND events.received_at_ms >= ?3 AND events.received_at_ms < ?4 GROUP BY 1, 2, 3
  UNION ALL SELECT day, name, outcome, events FROM counts WHERE day >= ?1 AND day <= ?2),
named AS (
  SELECT day, name, row_number() OVER names AS place, sum(${ROW_BYTES}) OVER names AS bytes
  FROM (SELECT day, name, ${IS_WANTED} AS is_wanted, sum(events) AS events FROM counted GROUP BY 1, 2)
  WINDOW names AS (PARTITION BY day ORDER BY is_wanted DESC, events DESC, name ROWS UNBOUNDED PRECEDING)),
kept AS MATERIALIZED (
  SELECT day, name FROM named
  WHERE place <= ${MOST_NAMES} AND bytes <= ${MOST_BYTES} / (SELECT count(DISTINCT day) FROM counted))
SELECT counted.day, ifnull(kept.name, '${OTHER_NAMES}') AS name, counted.outcome, sum(counted.events) AS events
FROM counted LEFT JOIN kept ON kept.day = counted.day AND kept.name = counted.name GROUP BY 1, 2, 3`;

/** By hour and event, from an instant (?1), which is the start of an hour (?2). */
export const LEDGER_BY_HOUR = `WITH
counted AS MATERIALIZED (
  SELECT ${HOUR} AS hour, ${NAME} AS name, ${OUTCOME} AS outcome, count(*) AS events FROM events
  WHERE ${arrivedFrom('?1')} AND events.received_at_ms >= ?1 GROUP BY 1, 2, 3
  UNION ALL SELECT hour, name, outcome, events FROM rowless_counts WHERE hour >= ?2),
named AS (
  SELECT name, row_number() OVER names AS place, sum(${ROW_BYTES}) OVER names AS bytes
  FROM (SELECT name, ${IS_WANTED} AS is_wanted, sum(events) AS events FROM counted GROUP BY name)
  WINDOW names AS (ORDER BY is_wanted DESC, events DESC, name ROWS UNBOUNDED PRECEDING)),
kept AS MATERIALIZED (
  SELECT name FROM named
  WHERE place <= ${MOST_NAMES} AND bytes <= ${MOST_BYTES} / (SELECT count(DISTINCT hour) FROM counted))
SELECT counted.hour, ifnull(kept.name, '${OTHER_NAMES}') AS name, counted.outcome, sum(counted.events) AS events
FROM counted LEFT JOIN kept ON kept.name = counted.name GROUP BY 1, 2, 3`;

/** By day, event and conversion rule. The bindings are those of `LEDGER_BY_DAY`. */
export const LEDGER_BY_RULE = `WITH
counted AS MATERIALIZED (
  ${BY_RULE} WHERE ${arrivedFrom('?3')} AND events.received_at_ms >= ?3 AND events.received_at_ms < ?4 GROUP BY 1, 2, 3, 4, 5
  UNION ALL SELECT day, name, integration_id, rule_id, outcome, deliveries FROM rule_counts
  WHERE day >= ?1 AND day <= ?2),
named AS (
  SELECT day, name, integration_id, rule_id, sum(deliveries) AS deliveries FROM counted GROUP BY 1, 2, 3, 4),
kept AS MATERIALIZED (SELECT *, sum(${ROW_BYTES}) OVER (
    ORDER BY deliveries DESC, day DESC, name, integration_id, rule_id ROWS UNBOUNDED PRECEDING) AS bytes FROM named)
SELECT counted.day, iif(kept.bytes <= ${MOST_BYTES}, counted.name, '${OTHER_NAMES}') AS name,
  counted.integration_id, counted.rule_id, counted.outcome, sum(counted.deliveries) AS deliveries
FROM counted JOIN kept USING (day, name, integration_id, rule_id) GROUP BY 1, 2, 3, 4, 5`;
