import { all, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { may, needs } from '../app/session.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import { knownRules, ruleName, RulePicker } from '../connection/rule-picker.ts';
import { triggerFor } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import { select } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { namesIn } from './asked-names.ts';
import { choosableRules, eventOfRule, rulesOfEvent, type Connection as ConnectionOfEvent } from './rules-of-event.ts';

const t = texts.imports;

type Connection = ConnectionOfEvent & { integration: ShownIntegration };

/**
 * The conversion rule that imported rows count for. A person chooses the rule, and gets an event that leads to it, or
 * enters an event, and sees its rule. If there is no mapping between them, they make it here.
 */
export class EventRule {
  readonly element = h('div', { class: 'stack event-rule', role: 'status' });
  /** Chooses a rule. Its value names a connection and a rule. */
  readonly choice = select([['', texts.rule.choose]], '');
  readonly #place: Place;
  readonly #sourceId: string;
  readonly #onMapped: () => Promise<void>;
  #connections: Connection[] | undefined;
  #name = '';
  /** The event that a chosen rule led to. */
  #given = '';
  /** Whether the person has chosen the rule. Otherwise the choice follows the event. */
  #isChosen = false;

  /**
   * @param onMapped Gets called when the event has a rule.
   * @param onEvent Gets the event that leads to the rule that was chosen.
   */
  constructor(
    place: Place,
    sourceId: string,
    { onMapped, onEvent }: { onMapped: () => Promise<void>; onEvent: (name: string) => void },
  ) {
    this.#place = place;
    this.#sourceId = sourceId;
    this.#onMapped = onMapped;
    this.choice.addEventListener('change', () => {
      const chosen = this.#chosen();
      this.#isChosen = chosen !== undefined;
      if (chosen === undefined) return;
      // An event that the person has entered and that has no rule yet is the one that they want to map.
      const isWaiting = this.#name !== '' && this.#name !== this.#given && this.#reached().length === 0;
      if (isWaiting) {
        this.show(this.#name);
        return;
      }
      this.#given = eventOfRule(chosen.ruleId, chosen.connection);
      onEvent(this.#given);
    });
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
    this.#fillChoice(this.#connections);
    this.show(this.#name);
    return [...new Set(this.#connections.flatMap(namesIn))];
  }

  /** Shows the rules of an event. */
  show(name: string): void {
    this.#name = name;
    const known = this.#connections;
    if (known === undefined || name === '') {
      this.choice.value = '';
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
    this.#followEvent();
    fill(this.element, ...known.flatMap((connection) => this.#of(connection, known.length > 1)));
  }

  #fillChoice(connections: readonly Connection[]): void {
    fill(
      this.choice,
      h('option', { value: '' }, texts.rule.choose),
      ...connections.flatMap((connection) =>
        choosableRules(connection).map(({ id, name }) =>
          h(
            'option',
            { value: choiceOf(connection, id) },
            connections.length > 1 ? `${connection.integration.name}: ` : '',
            name === id ? id : `${name} (${id})`,
          ),
        ),
      ),
    );
  }

  #chosen(): { connection: Connection; ruleId: string } | undefined {
    for (const connection of this.#connections ?? [])
      for (const { id } of choosableRules(connection))
        if (choiceOf(connection, id) === this.choice.value) return { connection, ruleId: id };
    return undefined;
  }

  /** Chooses a rule that the event leads to. If it leads to none yet, it may be mapped to the rule that was chosen. */
  #followEvent(): void {
    const reached = this.#reached();
    const [first = ''] = reached;
    const isKept = first === '' ? this.#isChosen : reached.includes(this.choice.value);
    if (isKept) return;
    this.choice.value = first;
    this.#isChosen = false;
  }

  /** Lists the rules that the event leads to, as the choice has them. */
  #reached(): string[] {
    return (this.#connections ?? []).flatMap((connection) =>
      rulesOfEvent(this.#name, connection).map(({ rule }) => choiceOf(connection, rule)),
    );
  }

  #of(connection: Connection, isOneOfSeveral: boolean): Child[] {
    const { integration, rules } = connection;
    const lead = isOneOfSeveral && `${integration.name}: `;
    const found = rulesOfEvent(this.#name, connection);
    if (found.length > 0)
      return found.map(({ rule, isAlways }) =>
        h('p', {}, lead, isAlways ? t.leadsTo : t.mayLeadTo, ' ', h('strong', {}, ruleName(rules, rule) ?? rule), '.'),
      );
    const wanted = this.#chosen();
    const picker: RulePicker = new RulePicker({
      integrationId: integration.id,
      rules,
      chosen: wanted?.connection === connection ? wanted.ruleId : '',
      suggestedName: () => this.#name,
      isBrief: true,
      onChange: () => {
        map.disabled = !may('editor') || picker.value === '';
      },
    });
    picker.control.setAttribute('aria-label', texts.mappings.ruleFor(this.#name));
    const map: HTMLButtonElement = h(
      'button',
      { type: 'button', ...needs('editor'), onclick: () => this.#map(connection, picker.value) },
      t.map,
    );
    map.disabled = !may('editor') || picker.value === '';
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

function choiceOf({ integration: { id } }: Connection, ruleId: string): string {
  return `${id} ${ruleId}`;
}
