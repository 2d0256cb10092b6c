import { conditionsOf, verdictOf } from '../../../worker/domain/fql/conditions.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { looksOf } from '../../../worker/domain/fql/values-seen.ts';
import { ownBudget } from '../../../worker/domain/fql/work-budget.ts';

/** A mapping, or an entry by event name with the trigger that it stands for. The rule is a number, not a URN. */
type Mapped = { id: string; trigger: string; ruleId: string };

/** A row of the ledger: the deliveries of one event name to one rule. */
type Counted = { event: string; conversion_rule_id: string; deliveries: number };

/**
 * The deliveries of a mapping. `least` are of events that no other mapping of its rule accepts. `most` has those too that
 * another mapping may have made instead.
 */
export type OwnDeliveries = { least: number; most: number };

/**
 * Counts each mapping's own deliveries from those of its rule, by the names of the events. The ledger doesn't know which
 * mapping made a delivery, and several may have the same rule.
 *
 * @returns By the mapping's ID.
 */
export function ownDeliveries(mapped: readonly Mapped[], rows: readonly Counted[]): ReadonlyMap<string, OwnDeliveries> {
  const counts = new Map(mapped.map(({ id }) => [id, { least: 0, most: 0 }]));
  for (const { event, conversion_rule_id: rule, deliveries } of rows) {
    const possible = mapped.filter(({ ruleId, trigger }) => ruleId === rule && mayAccept(trigger, event));
    for (const { id } of possible) {
      const count = counts.get(id) ?? { least: 0, most: 0 };
      counts.set(id, {
        least: count.least + (possible.length === 1 ? deliveries : 0),
        most: count.most + deliveries,
      });
    }
  }
  return counts;
}

/** The ledger's names for events that have none: their types. */
const TYPES: readonly string[] = ['track', 'page', 'identify', 'screen', 'group', 'alias'];

/** The ledger's name for events with rare names. */
const OTHER_NAMES = '(other)';

/** Whether some event with this name in the ledger could meet a trigger, whatever its other fields are. */
function mayAccept(trigger: string, name: string): boolean {
  const expression = parse(trigger);
  const event = TYPES.includes(name) ? { type: name } : { type: 'track', event: name };
  const held = conditionsOf(expression).map(({ condition, holds }) => {
    const isKnown = name !== OTHER_NAMES && looksOf(condition).every(({ path }) => isNameOrType(path));
    // Conditions about other fields may hold. Those under a "not" are negated already.
    return !isKnown || holds(event, ownBudget()) ? '1' : '0';
  });
  return verdictOf(expression)(held.join(''));
}

function isNameOrType(path: readonly (string | number)[]): boolean {
  return path.length === 1 && (path[0] === 'type' || path[0] === 'event');
}
