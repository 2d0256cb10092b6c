import { spellingKey } from '../../../worker/domain/fql/near-misses.ts';
import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import { ApiProblem } from '../app/api.ts';
import { ruleTrouble, type KnownRules } from '../connection/rule-picker.ts';

/**
 * Returns the conversion rule that has an event's name, perhaps spelled with other case, spaces or punctuation. Undefined
 * if none has it, if LinkedIn couldn't be asked, or if several have it equally: then the person has to choose. Only a rule
 * that can receive events counts.
 *
 * @param name Null for events without a name, such as page views, which no rule's name means.
 */
export function ruleNamedAs(
  name: string | null,
  rules: KnownRules,
): { rule: ConversionRule; isExact: boolean } | undefined {
  if (name === null || rules instanceof ApiProblem) return undefined;
  const similar = rules.filter(
    (rule) => ruleTrouble(rule) === undefined && spellingKey(rule.name) === spellingKey(name),
  );
  const exact = similar.filter((rule) => rule.name === name);
  const [rule, ...others] = exact.length > 0 ? exact : similar;
  return rule === undefined || others.length > 0 ? undefined : { rule, isExact: exact.length > 0 };
}
