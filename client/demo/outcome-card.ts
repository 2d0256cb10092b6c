import { element } from './element.ts';
import type { Outcome } from './outcome.ts';

/** The mark and words of each state. Not everybody sees colours, and state names mean little to a visitor. */
const STATES: Readonly<Record<string, readonly [mark: string, words: string]>> = {
  delivered: ['✓', 'Delivered'],
  pending: ['…', 'Waiting'],
  held: ['‖', 'Held'],
  dead: ['✕', 'Failed'],
  skipped: ['–', 'Skipped'],
  expired: ['✕', 'Expired'],
  erased: ['–', 'Erased'],
};

/** Returns the words for a state. */
export function wordsFor(state: string): string {
  return STATES[state]?.[1] ?? state;
}

/** Returns the name of an event in words. */
export function nameOf({ type, event }: Outcome): string {
  if (type === 'page') return event ? `Page view: ${event}` : 'Page view';
  if (type === 'identify') return 'Person identified';
  return event ?? type;
}

/** Makes the card of one event and its outcome. */
export function outcomeCard(outcome: Outcome): HTMLLIElement {
  const received = new Date(outcome.received_at);
  const known = [outcome.click_id && 'with click ID', outcome.email && 'with e-mail'].filter((part) => part !== false);
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
    element('p', { class: 'meta' }, 'ID ', element('code', {}, outcome.message_id)),
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
