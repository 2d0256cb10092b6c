import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { ApiProblem } from '../app/api.ts';
import { ruleNumber, ruleTrouble, type KnownRules } from '../connection/rule-picker.ts';
import { evaluateTrigger } from '../mapping/evaluate-trigger.ts';
import type { ShownIntegration } from '../ui/view.ts';
import { namesIn } from './asked-names.ts';

/** A connection with what decides for which rule an imported event counts. */
export type Connection = {
  integration: { config: Pick<ShownIntegration['config'], 'conversion_rule_id'> };
  mappings: readonly MappingView[];
  rules: KnownRules;
};

/** Finds the rules that an event leads to: by its name alone, or only if it meets a mapping's other conditions. */
export function rulesOfEvent(
  name: string,
  { integration: { config }, mappings }: Connection,
): { rule: string; isAlways: boolean }[] {
  const byName = config.conversion_rule_id ?? {};
  const short = Object.hasOwn(byName, name) ? byName[name] : undefined;
  const enabled = mappings.filter((mapping) => mapping.enabled);
  const event = { type: 'track', event: name, properties: {} };
  const first = enabled.find(({ trigger }) => evaluateTrigger(trigger, event).holds);
  const refs = [short, first?.conversion_rule_id].flat().filter((ref) => ref !== undefined);
  if (refs.length > 0) return refs.map((ref) => ({ rule: ruleNumber(ref), isAlways: true }));
  return enabled
    .filter(({ trigger }) => namesIn({ mappings: [{ trigger }] }).includes(name))
    .map(({ conversion_rule_id: rule }) => ({ rule: ruleNumber(rule), isAlways: false }));
}

/** Lists the rules that rows can count for: those that accept events, and those that a mapping has already. */
export function choosableRules({
  integration: { config },
  mappings,
  rules,
}: Connection): { id: string; name: string }[] {
  const known = rules instanceof ApiProblem ? [] : rules;
  const usable = known.filter((rule) => ruleTrouble(rule) === undefined);
  const mapped = [
    ...Object.values(config.conversion_rule_id ?? {}).flat(),
    ...mappings.filter(({ enabled }) => enabled).map(({ conversion_rule_id: ref }) => ref),
  ].map(ruleNumber);
  const ids = [...new Set([...mapped, ...usable.map(({ id }) => id)])];
  return ids.map((id) => ({ id, name: known.find((rule) => rule.id === id)?.name ?? id }));
}

/**
 * Returns the name of an event that leads to a rule: one that is mapped to it, or else a name that no mapping has yet,
 * made of the rule's own.
 */
export function eventOfRule(ruleId: string, connection: Connection): string {
  const leads = (name: string, isAlways: boolean): boolean =>
    rulesOfEvent(name, connection).some((one) => one.rule === ruleId && (one.isAlways || !isAlways));
  const names = namesIn(connection).filter((name) => name !== 'page');
  const mapped = names.find((name) => leads(name, true)) ?? names.find((name) => leads(name, false));
  if (mapped !== undefined) return mapped;
  const ruleName = choosableRules(connection).find(({ id }) => id === ruleId)?.name ?? ruleId;
  return rulesOfEvent(ruleName, connection).length === 0 ? ruleName : `${ruleName} ${ruleId}`;
}
