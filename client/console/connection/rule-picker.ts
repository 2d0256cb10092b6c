import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import { api, ApiProblem, whole } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { texts } from '../texts.ts';
import { input, nextId } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import { changeRule, chooseCampaigns, createRule, ruleFacts } from './rule-form.ts';
import { rememberRules } from './rule-memory.ts';

const t = texts.rule;
const CREATE = 'create';

/** The rules of an integration's ad account, or the problem if LinkedIn cannot be asked. */
export type KnownRules = ConversionRule[] | ApiProblem;

/** Asks LinkedIn for the rules of an integration's ad account, and remembers them for Home. */
export async function knownRules(integrationId: string, signal?: AbortSignal): Promise<KnownRules> {
  try {
    const rules = await whole(shapes.conversionRule, `/integrations/${integrationId}/conversion-rules`, signal);
    rememberRules(integrationId, rules);
    return rules;
  } catch (error) {
    // If LinkedIn is not connected, refuses or can't be reached, the person can still enter a number.
    if (error instanceof ApiProblem && error.status !== 401) return error;
    throw error;
  }
}

/** Returns the number from a rule's number or URN. */
export function ruleNumber(ref: string): string {
  return ref.replace(/^urn:lla:llaPartnerConversion:/, '');
}

export function ruleName(rules: KnownRules, ref: string): string | undefined {
  if (rules instanceof ApiProblem) return undefined;
  return rules.find(({ id }) => id === ruleNumber(ref))?.name;
}

/** Returns why a rule cannot receive events. Only enabled rules of the Conversions API can. */
export function ruleTrouble(rule: ConversionRule): string | undefined {
  if (rule.conversion_method !== 'CONVERSIONS_API') return t.wrongMethod;
  return rule.enabled ? undefined : t.isOff;
}

type Options = {
  integrationId: string;
  rules: KnownRules;
  chosen: string;
  /** Returns the suggested name of a new rule. */
  suggestedName: () => string;
  onChange: () => void;
  /** Leaves out the description below the picker, for a table. */
  isBrief?: boolean;
  noneLabel?: string;
};

/** Picks or creates a conversion rule. If LinkedIn cannot be asked, the person enters a number. */
export class RulePicker {
  readonly element = h('div', { class: 'rule-picker' });
  readonly control: HTMLSelectElement | HTMLInputElement;
  readonly #options: Options;
  readonly #details = h('div', { class: 'stack' });
  #rules: ConversionRule[];
  #before: string;

  constructor(options: Options) {
    this.#options = options;
    const { rules, chosen } = options;
    this.#before = ruleNumber(chosen);
    if (rules instanceof ApiProblem) {
      this.#rules = [];
      this.control = input({ value: ruleNumber(chosen), inputmode: 'numeric', class: 'mono' });
      this.control.addEventListener('input', () => options.onChange());
      fill(this.#details, h('p', { class: 'hint' }, t.typed(rules.message)));
    } else {
      this.#rules = rules;
      this.control = h('select', {});
      this.control.addEventListener('change', () => {
        inPart(this.element, () => this.#changed());
      });
      this.#draw(this.#before);
    }
    this.control.id = nextId('rule');
    this.element.append(this.control, this.#details);
  }

  get value(): string {
    return this.control.value === CREATE ? this.#before : this.control.value.trim();
  }

  /** The current rules, including those created here. */
  get rules(): readonly ConversionRule[] {
    return this.#rules;
  }

  async #changed(): Promise<void> {
    if (this.control.value === CREATE) {
      const made = await createRule(this.#options.integrationId, this.#options.suggestedName());
      if (made === undefined) {
        this.#draw(this.#before);
        this.control.focus();
        return;
      }
      this.#put(made);
      this.#draw(made.id);
      this.control.focus();
    } else this.#draw(this.control.value);
    this.#options.onChange();
  }

  #put(rule: ConversionRule): void {
    this.#rules = [rule, ...this.#rules.filter(({ id }) => id !== rule.id)];
  }

  #draw(chosen: string): void {
    const { noneLabel = t.choose, isBrief = false, integrationId } = this.#options;
    this.#before = chosen;
    const isKnown = chosen === '' || this.#rules.some(({ id }) => id === chosen);
    fill(
      this.control,
      h('option', { value: '' }, noneLabel),
      !isKnown && h('option', { value: chosen }, t.unknown(chosen)),
      ...this.#rules.map((rule) => {
        const trouble = ruleTrouble(rule);
        return h(
          'option',
          { value: rule.id, disabled: rule.conversion_method !== 'CONVERSIONS_API' && rule.id !== chosen },
          `${rule.name} (${rule.id})${trouble === undefined ? '' : `: ${trouble}`}`,
        );
      }),
      h('option', { value: CREATE, ...needs('editor') }, t.createOption),
    );
    this.control.value = chosen;
    const rule = this.#rules.find(({ id }) => id === chosen);
    if (isBrief || rule === undefined) {
      fill(this.#details, !isKnown && h('p', { class: 'hint' }, t.unknownHint));
      return;
    }
    const trouble = ruleTrouble(rule);
    fill(
      this.#details,
      trouble !== undefined && h('p', { class: 'notice warn' }, trouble),
      ruleFacts(rule),
      h(
        'div',
        { class: 'actions' },
        rule.conversion_method === 'CONVERSIONS_API' &&
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              onclick: async () => {
                const changed = await changeRule(integrationId, rule);
                if (changed === undefined) return;
                this.#put(changed);
                this.#draw(changed.id);
              },
            },
            t.change,
          ),
        h(
          'button',
          {
            type: 'button',
            class: 'small',
            onclick: () =>
              chooseCampaigns(integrationId, rule, () => {
                inPart(this.element, () => this.#again(rule.id));
              }),
          },
          t.chooseCampaigns,
        ),
      ),
    );
  }

  async #again(ruleId: string): Promise<void> {
    this.#put(
      await api(shapes.conversionRule, `/integrations/${this.#options.integrationId}/conversion-rules/${ruleId}`),
    );
    this.#draw(ruleId);
  }
}
