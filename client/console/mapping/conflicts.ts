/** The settings of a mapping, for a conflict between two people: each of LinkedIn's fields is a setting of its own. */
import type { MappingFields, MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { Setting, Values } from '../conflict/save-or-choose.ts';
import { asText, asYesNo } from '../conflict/settings.ts';
import { ruleName, ruleNumber, type KnownRules } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import { formatMoney } from '../ui/format.ts';
import { choicesOf, FIELD_NAMES, fieldsOf, type FieldChoice, type FieldChoices } from './field-choices.ts';

const t = texts.mappings;

/** The values that the editor saves. */
export type Draft = Pick<
  MappingView,
  'name' | 'enabled' | 'trigger' | 'conversion_rule_id' | 'fields' | 'default_value'
> & { once_per_membership?: boolean };

/** @param rules For the names of the conversion rules. */
export function mappingSettings(rules: KnownRules): readonly Setting[] {
  const nameOf = (ref: unknown): string => (typeof ref === 'string' ? (ruleName(rules, ref) ?? ref) : '');
  return [
    asText('name', t.name),
    asYesNo('enabled', t.enabled),
    asText('trigger', t.when),
    { key: 'conversion_rule_id', label: texts.rule.label, show: nameOf },
    {
      key: 'once_per_membership',
      label: t.once,
      show: (value) => t.onceChoices[value === true ? 'true' : value === false ? 'false' : ''],
    },
    { key: 'default_value', label: t.defaultAmount, show: shownValue },
    ...FIELD_NAMES.map((name) => ({ key: name, label: texts.fields.names[name], show: choiceInWords })),
    {
      key: 'fields',
      label: texts.fields.asJson,
      show: (value) => (value === null ? '' : JSON.stringify(value, undefined, 2)),
    },
  ];
}

/** Returns a mapping's values by setting. Fields that rows can't show are one setting. */
export function valuesOfMapping({ fields, ...mapping }: Draft): Values {
  const choices = choicesOf(fields);
  return {
    name: mapping.name,
    enabled: mapping.enabled,
    trigger: mapping.trigger,
    conversion_rule_id: ruleNumber(mapping.conversion_rule_id),
    once_per_membership: mapping.once_per_membership ?? null,
    default_value: valueText(mapping.default_value),
    ...choices,
    fields: choices === undefined ? fields : null,
  };
}

/** Returns the values to save, from the values by setting. */
export function draftOf(values: Values): Record<string, unknown> {
  const [amount = '', currency] = String(values['default_value']).split(' ');
  const { once_per_membership: once } = values;
  return {
    name: values['name'],
    enabled: values['enabled'],
    trigger: values['trigger'],
    conversion_rule_id: values['conversion_rule_id'],
    fields: values['fields'] ?? fieldsOf(choicesIn(values)),
    default_value: amount === '' ? null : { amount, ...(currency !== undefined && { currency }) },
    ...(once !== null && { once_per_membership: once }),
  };
}

/** @param value What `valueText` returns: an amount, with its currency if it has one. */
function shownValue(value: unknown): string {
  const [amount = '', currency] = typeof value === 'string' ? value.split(' ') : [];
  return currency === undefined ? amount : formatMoney({ [currency]: amount });
}

function valueText(value: Draft['default_value']): string {
  if (value === null) return '';
  return value.currency === undefined ? String(value.amount) : `${value.amount} ${value.currency}`;
}

function choicesIn(values: Values): FieldChoices {
  const none: MappingFields = {};
  const defaults = choicesOf(none);
  if (defaults === undefined) throw new Error('A mapping without fields has rows');
  return {
    ...defaults,
    ...Object.fromEntries(FIELD_NAMES.flatMap((name) => (isChoice(values[name]) ? [[name, values[name]]] : []))),
  };
}

function isChoice(value: unknown): value is FieldChoice {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function choiceInWords(value: unknown): string {
  if (!isChoice(value)) return texts.fields.kinds.default;
  const kind = texts.fields.kinds[value.kind];
  return 'text' in value ? `${kind}: ${value.text}` : kind;
}
