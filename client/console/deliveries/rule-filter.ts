import { ApiProblem } from '../app/api.ts';
import { knownRules } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import { input, nextId } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';

type RuleFilter = {
  control: HTMLInputElement;
  /** The suggestions. They must be in the page too. */
  list: HTMLElement;
  /** Suggests the rules of an integration's ad account, and returns their names by number. */
  suggest: (integrationId: string, signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
};

/**
 * Makes a field for a conversion rule. Any number can be entered, because deliveries of a rule remain when nothing is
 * mapped to it any more, or when LinkedIn can't be asked.
 */
export function ruleFilter(chosen: string): RuleFilter {
  const list = h('datalist', { id: nextId('rules') });
  return {
    control: input({ value: chosen, inputmode: 'numeric', list: list.id, placeholder: texts.deliveries.allRules }),
    list,
    async suggest(integrationId, signal) {
      const rules = await knownRules(integrationId, signal);
      const names = rules instanceof ApiProblem ? [] : rules;
      fill(list, ...names.map(({ id, name }) => h('option', { value: id, label: name })));
      return new Map(names.map(({ id, name }) => [id, name]));
    },
  };
}
