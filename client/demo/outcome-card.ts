import { element } from './element.ts';
import type { Outcome } from './outcome.ts';

/** Words first: a colour alone tells nothing to many, and a state's name little to a visitor. */
const STATES: Readonly<Record<string, readonly [mark: string, words: string]>> = {
  delivered: ['✓', 'Delivered'],
  pending: ['…', 'On its way'],
  held: ['‖', 'Held'],
  dead: ['✕', 'Refused'],
  skipped: ['–', 'Skipped'],
  expired: ['✕', 'Expired'],
  erased: ['–', 'Erased'],
};

/** Gives a state the words that a visitor reads. */
export function wordsFor(state: string): string {
  return STATES[state]?.[1] ?? state;
}

/** Gives an event the name that a visitor knows it by. */
export function nameOf({ type, event }: Outcome): string {
  if (type === 'page') return event ? `Page view: ${event}` : 'Page view';
  if (type === 'identify') return 'Person identified';
  return event ?? type;
}

/** Shows one event and what became of it. */
export function outcomeCard(outcome: Outcome): HTMLLIElement {
  const received = new Date(outcome.received_at);
  const known = [outcome.click_id && 'with click id', outcome.email && 'with e-mail'].filter((part) => part !== false);
  const card = element(
    'li',
    { class: 'outcome' },
    element('div', { class: 'outcome-head' }, element('h3', {}, nameOf(outcome)), badge(outcome.state)),
    element('p', {}, outcome.sentence),
    element(
      'p',
      { class: 'meta' },
      element('time', { datetime: outcome.received_at }, received.toLocaleTimeString('en-GB')),
      ...known.map((part) => ` · ${part}`),
    ),
    element('p', { class: 'meta' }, 'id ', element('code', {}, outcome.message_id)),
  );
  if (outcome.deliveries.length > 0) {
    card.append(
      element(
        'ul',
        { class: 'deliveries' },
        ...outcome.deliveries.map((delivery) => deliveryLine(delivery, outcome.sentence)),
      ),
    );
  }
  return card;
}

function badge(state: string): HTMLElement {
  const [mark, words] = STATES[state] ?? ['?', state];
  return element(
    'span',
    { class: 'badge', 'data-state': state },
    element('span', { 'aria-hidden': 'true' }, mark),
    words,
  );
}

function deliveryLine(delivery: Outcome['deliveries'][number], sentence: string) {
  const { conversion_rule_id: ruleId, state, attempts } = delivery;
  const parts = [wordsFor(state), attempts === 1 ? '1 attempt' : `${attempts} attempts`];
  if (delivery.sentence !== sentence) parts.push(delivery.sentence);
  return element('li', {}, `Rule ${ruleId}: ${parts.join(' · ')}`);
}
