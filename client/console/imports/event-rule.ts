import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { all, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import { knownRules, ruleName, RulePicker, ruleNumber, type KnownRules } from '../connection/rule-picker.ts';
import { evaluateTrigger } from '../mapping/evaluate-trigger.ts';
import { triggerFor } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { namesIn } from './asked-names.ts';

const t = texts.imports;

type Connection = { integration: ShownIntegration; mappings: MappingView[]; rules: KnownRules };

/** Shows which conversion rule an imported event leads to. If there is none, a person makes the mapping here. */
export class EventRule {
  readonly element = h('div', { class: 'stack event-rule', role: 'status' });
  readonly #place: Place;
  readonly #sourceId: string;
  readonly #onMapped: () => Promise<void>;
  #connections: Connection[] | undefined;
  #name = '';

  /** @param onMapped Gets called when the event has a rule. */
  constructor(place: Place, sourceId: string, onMapped: () => Promise<void>) {
    this.#place = place;
    this.#sourceId = sourceId;
    this.#onMapped = onMapped;
  }

  /** Loads the connections with their mappings and rules, and returns the names of the mapped events. */
  async load(): Promise<string[]> {
    const { signal } = this.#place;
    const integrations = await integrationsOf(this.#sourceId, { signal });
    this.#connections = await Promise.all(
      integrations.map(async (integration) => {
        const [mappings, rules] = await Promise.all([
          all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal),
          knownRules(integration.id, signal),
        ]);
        return { integration, mappings, rules };
      }),
    );
    this.show(this.#name);
    return [...new Set(this.#connections.flatMap(namesIn))];
  }

  /** Shows the rules of an event. */
  show(name: string): void {
    this.#name = name;
    const known = this.#connections;
    if (known === undefined || name === '') {
      fill(this.element);
      return;
    }
    if (known.length === 0) {
      fill(
        this.element,
        h('p', {}, t.notConnected, ' ', h('a', { href: `#/sources/${this.#sourceId}/linkedin/new` }, t.connect)),
      );
      return;
    }
    fill(this.element, ...known.flatMap((connection) => this.#of(connection, known.length > 1)));
  }

  #of(connection: Connection, isOneOfSeveral: boolean): Child[] {
    const { integration, rules } = connection;
    const lead = isOneOfSeveral && `${integration.name}: `;
    const found = rulesFor(this.#name, connection);
    if (found.length > 0)
      return found.map(({ rule, isAlways }) =>
        h('p', {}, lead, isAlways ? t.leadsTo : t.mayLeadTo, ' ', h('strong', {}, ruleName(rules, rule) ?? rule), '.'),
      );
    const picker: RulePicker = new RulePicker({
      integrationId: integration.id,
      rules,
      chosen: '',
      suggestedName: () => this.#name,
      isBrief: true,
      onChange: () => {
        map.disabled = picker.value === '';
      },
    });
    picker.control.setAttribute('aria-label', texts.mappings.ruleFor(this.#name));
    const map: HTMLButtonElement = h(
      'button',
      { type: 'button', ...needs('editor'), onclick: () => this.#map(connection, picker.value) },
      t.map,
    );
    map.disabled = true;
    return [h('p', {}, lead, t.noRule(this.#name)), h('div', { class: 'map-here' }, picker.element, map)];
  }

  async #map(connection: Connection, rule: string): Promise<void> {
    const name = this.#name;
    await this.#place.act(async () => {
      const path = `/integrations/${connection.integration.id}/mappings`;
      await send(path, {
        body: { name, trigger: triggerFor({ type: 'track', name }), conversion_rule_id: rule },
      });
      connection.mappings = await all(shapes.mapping, path, this.#place.signal);
      this.#place.say(texts.mappings.mapped(name));
      this.show(this.#name);
      inPart(this.element, this.#onMapped);
    });
  }
}

/** Finds the rules that an event leads to: by its name alone, or only if it meets a mapping's other conditions. */
function rulesFor(
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
