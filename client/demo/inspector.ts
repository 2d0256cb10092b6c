import { nameOf, outcomeCard, wordsFor } from './outcome-card.ts';
import { parseOutcomes, type Outcome } from './outcome.ts';

const EVERY_MS = 1_000;

interface Shown {
  readonly text: string;
  readonly card: HTMLLIElement;
}

/**
 * Keeps the panel beside the shop up to date: each event and its outcome, newest first.
 *
 * Unchanged cards stay in place, so that the focus and a screen reader's position are not lost.
 */
export function startInspector(outcomesUrl: URL): void {
  const drawer = part('.inspector details', HTMLDetailsElement);
  const list = part('#outcomes', HTMLElement);
  const status = part('#inspector-status', HTMLElement);
  const empty = part('#inspector-empty', HTMLElement);
  const trouble = part('#inspector-trouble', HTMLElement);
  const linkedIn = part('#linkedin-link', HTMLAnchorElement);
  const shown = new Map<string, Shown>();

  async function look(): Promise<void> {
    if (!document.hidden) await refresh();
    setTimeout(() => void look(), EVERY_MS);
  }

  async function refresh(): Promise<void> {
    try {
      const response = await fetch(outcomesUrl, { cache: 'no-store' });
      if (!response.ok) throw new Error(`the collector answered with status ${response.status}`);
      const { data, linkedin_url: linkedInUrl } = parseOutcomes(await response.json());
      trouble.hidden = true;
      linkedIn.href = linkedInUrl;
      show(data);
    } catch (problem) {
      trouble.hidden = false;
      const why = problem instanceof Error ? problem.message : 'no answer';
      say(trouble, `The events could not be loaded: ${why}. Trying again.`);
    }
  }

  function show(outcomes: readonly Outcome[]): void {
    for (const [index, outcome] of outcomes.entries()) {
      const card = cardFor(outcome);
      const there = list.children[index];
      if (there !== card) list.insertBefore(card, there ?? null);
    }
    for (const card of [...list.children].slice(outcomes.length)) card.remove();
    empty.hidden = outcomes.some(({ type }) => type !== 'page');
    say(status, summaryOf(outcomes));
  }

  function cardFor(outcome: Outcome): HTMLLIElement {
    const text = JSON.stringify(outcome);
    const before = shown.get(outcome.message_id);
    if (before?.text === text) return before.card;
    const card = outcomeCard(outcome);
    before?.card.replaceWith(card);
    shown.set(outcome.message_id, { text, card });
    return card;
  }

  // On a small screen the drawer starts closed, so that the shop is visible. Its title still shows the latest event.
  drawer.open = matchMedia('(min-width: 64rem)').matches;
  void look();
}

function part<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`Cannot start the inspector: the page has no ${selector}`);
  return found;
}

function summaryOf([newest]: readonly Outcome[]): string {
  return newest === undefined ? 'No events yet' : `${nameOf(newest)}: ${wordsFor(newest.state).toLowerCase()}`;
}

/** Sets a text only if it changes: otherwise a screen reader would repeat it every second. */
function say(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
