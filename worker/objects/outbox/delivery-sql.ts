import { conversionRuleId } from '../../domain/rules/conversion-rule.ts';
import type { DeliveryFilter } from '../../schema/reports/replay.ts';
import { ITS_IMPORT } from '../event-store/event-facts.ts';

/** The state that is shown. A pending delivery is shown as held when its rule queue or its integration is held. */
export const SHOWN_STATE = `CASE deliveries.state
  WHEN 'pending' THEN iif(ifnull(hold.reason, lanes.hold_reason) IS NULL, 'pending', 'held')
  WHEN 'waiting' THEN 'pending'
  ELSE deliveries.state END`;

/** The reason for that state. */
export const SHOWN_REASON = `CASE deliveries.state
  WHEN 'waiting' THEN 'waiting_for_identity'
  ELSE ifnull(deliveries.reason, ifnull(hold.reason, lanes.hold_reason)) END`;

/**
 * Turns a filter of deliveries into SQL, over the tables `deliveries`, `events`, `lanes` and `integration_holds
 * AS hold`.
 *
 * Values are bound, never written into the text.
 */
export function deliveryConditions({
  state,
  event,
  conversion_rule_id: rule,
  reason,
  import: importId,
  from,
  to,
}: DeliveryFilter): {
  where: string;
  bindings: (string | number)[];
} {
  const all: { where: string; value: string | number | undefined }[] = [
    { where: `${SHOWN_STATE} = ?`, value: state },
    { where: `iif(events.type = 'track', events.name, events.type) = ?`, value: event },
    { where: 'lanes.rule_id = ?', value: rule === undefined ? undefined : conversionRuleId(rule) },
    { where: `instr(${SHOWN_REASON}, ?) > 0`, value: reason },
    { where: `${ITS_IMPORT} = ?`, value: importId },
    { where: 'events.received_at_ms >= ?', value: from === undefined ? undefined : Date.parse(from) },
    { where: 'events.received_at_ms < ?', value: to === undefined ? undefined : Date.parse(to) + 86_400_000 },
  ];
  const given = all.flatMap(({ where, value }) => (value === undefined ? [] : [{ where, value }]));
  return {
    where: ['TRUE', ...given.map(({ where }) => where)].join(' AND '),
    bindings: given.map(({ value }) => value),
  };
}
