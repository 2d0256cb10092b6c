import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { ConditionView, TriggerView } from '../../../worker/schema/events/trigger-view.ts';
import { mapTooButton } from '../mapping/map-too.ts';
import { isAskedFor, type AskedTriggers } from '../mapping/missed-name.ts';
import { texts } from '../texts.ts';
import { countedName } from '../ui/event-name.ts';
import { h, type Child } from '../ui/h.ts';

const t = texts.live.story;

/** Up to this many mappings are all shown open. Above it, those that did not fire are folded. */
const FEW = 3;

/**
 * What a story knows besides the event's triggers.
 *
 * @property asked What the connections' mappings ask for now.
 * @property isMapped Whether the person has just mapped the event's name here.
 * @property onMapped Gets called when the person has mapped the event's name.
 */
export type Now = { asked: readonly AskedTriggers[]; isMapped: boolean; onMapped: () => void };

/** Lists each mapping: whether it fired, its conditions, and the values that they read. */
export function triggerList(triggers: readonly TriggerView[]): Child[] {
  if (triggers.length === 0) return [h('p', { class: 'hint' }, t.noTriggers)];
  const isUnkept = triggers.some(({ conditions }) => conditions.length > 0 && conditions.every(isBlind));
  return [
    isUnkept && h('p', { class: 'hint' }, t.notKept),
    ...triggers.toSorted(nearestFirst).map((trigger) => triggerPart(trigger, triggers.length <= FEW)),
  ];
}

/** Whether a mapping missed an event only because of the spelling of its name. */
export function isNearMiss(triggers: readonly TriggerView[]): boolean {
  return triggers.some((shown) => missedName(shown) !== undefined);
}

/**
 * Names the mappings that an event misses only because of the spelling of its name, each with a button that fixes it:
 * the only one for it in the story. If the connection asks for the name by now, it says that instead, and why the event
 * was skipped.
 */
export function nearMiss(triggers: readonly TriggerView[], now: Now): Child {
  const missed = triggers.flatMap((shown) => {
    const miss = missedName(shown);
    return miss === undefined ? [] : [{ shown, miss }];
  });
  const solved = missed.find(({ shown, miss }) => now.isMapped || isSolved(miss.name, shown, now));
  if (solved !== undefined) return nameMapped(solved.miss.name, t.nearMissThen(...told(solved.shown, solved.miss)));
  const open = missed.filter(({ shown }) => !shown.changed_since);
  return (
    open.length > 0 &&
    h(
      'div',
      { class: 'notice warn' },
      ...open.flatMap(({ shown, miss }) => [
        h('p', {}, t.nearMiss(...told(shown, miss))),
        buttonOf(miss.name, shown, { onMapped: now.onMapped, isOnlyOne: open.length === 1 }),
      ]),
    )
  );
}

/** Whether a mapping missed an event only because of the spelling of its name, and the connection asks for it by now. */
export function isMappedSince(triggers: readonly TriggerView[], now: Now): boolean {
  return triggers.some((shown) => {
    const miss = missedName(shown);
    return miss !== undefined && (now.isMapped || isSolved(miss.name, shown, now));
  });
}

function told(
  { name: mapping }: TriggerView,
  { name, asked }: { name: string; asked: string },
): Parameters<typeof t.nearMissThen> {
  return [mapping ?? '', markedSpaces(asked), differenceOf(name, asked)];
}

/** Says that an event's name is mapped by now, and why the event was skipped. */
function nameMapped(name: string, why: string): HTMLElement {
  return h(
    'div',
    { class: 'notice good', role: 'status' },
    h('p', {}, why),
    h('p', {}, texts.mapToo.done(markedSpaces(name))),
  );
}

function isSolved(name: string, { integration_id: id }: TriggerView, { asked }: Now): boolean {
  return asked.some((one) => one.integrationId === id && isAskedFor(name, one));
}

const OUTCOMES: readonly TriggerView['outcome'][] = ['fired', 'rule_taken', 'too_costly', 'not_fired', 'not_asked'];

/** Lists the mappings that fired at the top, then those that nearly fired, because people look for these most often. */
function nearestFirst(one: TriggerView, other: TriggerView): number {
  return OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome) || heldShare(other) - heldShare(one);
}

function heldShare({ conditions }: TriggerView): number {
  return conditions.length === 0 ? 0 : conditions.filter(({ held }) => held).length / conditions.length;
}

function triggerPart(
  { mapping_id: id, name, trigger, outcome, conditions, changed_since: isChanged }: TriggerView,
  isOpen: boolean,
): HTMLElement {
  // An entry by event name has no mapping ID.
  const called = id === null && name !== null ? countedName(name) : (name ?? t.deletedMapping);
  const why = t.whyNot[outcome];
  return h(
    'details',
    { class: 'trigger-story', open: isOpen || outcome === 'fired' || outcome === 'rule_taken' },
    h(
      'summary',
      {},
      h('span', { class: outcome === 'fired' ? 'yes' : 'no' }, t.outcomes[outcome](called)),
      id === null && h('span', { class: 'hint' }, ` ${t.byName}`),
    ),
    why !== '' && h('p', { class: 'hint' }, why),
    isChanged && name !== null && h('p', { class: 'hint' }, t.changedSince),
    conditions.length > 0 && h('ul', { class: 'parts' }, ...conditions.map(conditionItem)),
    // If the conditions are not simply joined by `and`, the list alone does not show how they combine.
    conditions.map(({ text }) => text).join(' and ') !== trigger && h('p', { class: 'hint' }, h('code', {}, trigger)),
  );
}

function conditionItem({ text, held, saw }: ConditionView): HTMLElement {
  return h(
    'li',
    { class: held ? 'holds' : 'fails' },
    h('span', { class: 'unseen' }, held ? texts.yes : texts.no, ': '),
    h('code', {}, text),
    saw.length > 0 && h('span', { class: 'hint' }, ` ${saw.map(wordsOf).join('; ')}`),
  );
}

function wordsOf({ field, type, value, almost }: ConditionView['saw'][number]): string {
  if (almost !== undefined)
    return typeof value === 'string'
      ? t.saw.almost(field, markedSpaces(value), differenceOf(value, almost))
      : t.saw.almostUnkept(field, markedSpaces(almost));
  if (value !== undefined)
    return t.saw.is(field, typeof value === 'string' ? `“${markedSpaces(value)}”` : String(value));
  return type === 'null' ? t.saw.missing(field) : t.saw.unkept(field, type);
}

function differenceOf(value: string, almost: string): 'case' | 'spaces' | 'both' {
  if (value.trim() === almost.trim()) return 'spaces';
  return value.toLowerCase() === almost.toLowerCase() ? 'case' : 'both';
}

/**
 * Returns the event's name and the mapping's, if the mapping did not fire because they were spelled differently. The
 * mapping may have changed since.
 */
function missedName({ outcome, name, conditions }: TriggerView): { name: string; asked: string } | undefined {
  if (outcome !== 'not_fired' || name === null) return undefined;
  return conditions
    .filter(({ held }) => !held)
    .flatMap(({ saw }) => saw)
    .flatMap(({ field, value, almost }) =>
      field === 'event' && almost !== undefined && typeof value === 'string' ? [{ name: value, asked: almost }] : [],
    )[0];
}

function buttonOf(
  name: string,
  { mapping_id: id, name: mapping, integration_id: integrationId, conversion_rule_id: rule }: TriggerView,
  { onMapped, isOnlyOne }: Pick<Now, 'onMapped'> & { isOnlyOne: boolean },
): HTMLElement {
  const missed = { name, mappingId: id ?? undefined, ruleId: rule ?? undefined, integrationId };
  return mapTooButton(missed, {
    label: isOnlyOne || mapping === null ? t.mapToo : t.mapTooFor(markedSpaces(mapping)),
    onMapped,
  });
}

function isBlind({ saw }: ConditionView): boolean {
  return saw.length === 0;
}
