/** The bell in the frame: the number of open incidents, with a link to the page Alerts. */
import type { Severity } from '../../../worker/schema/alerts/causes.ts';
import { texts } from '../texts.ts';
import { fill, h } from '../ui/h.ts';
import { afterChanges, api, ApiProblem } from './api.ts';
import { inPart } from './faults.ts';
import { shapeOf } from './response-shape.ts';
import { pageOf } from './response-shapes.ts';
import { session } from './session.ts';

/** How often an open page asks. The Worker checks every source every five minutes. */
const EVERY_MS = 300_000;

/** How often an open page asks while there are open incidents, so that the number follows their end within seconds. */
const EVERY_WHILE_OPEN_MS = 10_000;

/** When the bell is updated after an action: an incident closes when what it held is sent, which takes seconds. */
const AFTER_ACTION_MS = [1_000, 3_000, 6_000];

/** The shortest time between two requests, even if a person goes from page to page or returns to the tab. */
const AT_MOST_EVERY_MS = 60_000;

/** The most incidents that are counted. */
const MAX_COUNTED = 100;

type Open = { id: string; severity: Severity };
const OPEN = pageOf(shapeOf<Open>({ id: '', severity: '' }));
const NAMESPACE = 'http://www.w3.org/2000/svg';

const count = h('span', { class: 'bell-count', 'aria-hidden': 'true' });
const element = h('a', { class: 'bell', href: '#/alerts', 'aria-label': texts.alerts.bell(undefined) }, icon(), count);

/** When the bell was last updated, in milliseconds since the page was opened, and who was signed in. */
let known: { atMs: number; who: string } | undefined;
/** Grows with each update, so that a late answer doesn't replace a newer one. */
let revision = 0;
/** The open incidents that the bell shows, and who wants to know when they change. */
let shownIds = '';
let isAnyOpen = false;
let timers: readonly ReturnType<typeof setTimeout>[] = [];
const listeners = new Set<() => void>();

setInterval(() => lookIfOlderThan(EVERY_MS), AT_MOST_EVERY_MS);
setInterval(() => {
  if (isAnyOpen) lookIfOlderThan(EVERY_WHILE_OPEN_MS);
}, EVERY_WHILE_OPEN_MS);
afterChanges(lookSoon);
document.addEventListener('visibilitychange', () => lookIfOlderThan(AT_MOST_EVERY_MS));

/** Returns the bell. There is only one, which each new frame takes over. */
export function bell(): HTMLElement {
  return element;
}

/** Updates the bell when a page is opened, unless its number is new enough. */
export function visitBell(): void {
  lookIfOlderThan(AT_MOST_EVERY_MS);
}

/** Shows the open incidents in the bell, when a page has read all of them. */
export function tellBell(open: readonly Open[]): void {
  revision += 1;
  noteTold();
  show(open, '');
}

/** Calls the listener when the bell finds other open incidents than before, until the page is left. */
export function whenIncidentsChange(signal: AbortSignal, listener: () => void): void {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
}

function lookIfOlderThan(ageMs: number): void {
  if (document.hidden || session.who === undefined) return;
  const isOfAnother = known?.who !== session.who.id;
  if (!isOfAnother && performance.now() - (known?.atMs ?? 0) < ageMs) return;
  if (isOfAnother) clear();
  noteTold();
  inPart(element, look);
}

/** Updates the bell several times after an action that may have been the remedy of an incident. */
function lookSoon(): void {
  if (!isAnyOpen) return;
  for (const timer of timers) clearTimeout(timer);
  timers = AFTER_ACTION_MS.map((afterMs) => setTimeout(() => lookIfOlderThan(0), afterMs));
}

async function look(): Promise<void> {
  revision += 1;
  const mine = revision;
  try {
    // If the session has ended, the page's own calls report it.
    const { data, next_cursor: next } = await api(OPEN, `/incidents?state=open&limit=${MAX_COUNTED}`, {
      isQuiet: true,
    });
    if (mine !== revision) return;
    const before = shownIds;
    show(data, next === null ? '' : '+');
    if (before !== shownIds) for (const listener of listeners) listener();
  } catch (error) {
    // No number is better than a notice on every page. The page Alerts shows the problem.
    if (!(error instanceof ApiProblem)) throw error;
    if (mine === revision) clear();
  }
}

function noteTold(): void {
  known = { atMs: performance.now(), who: session.who?.id ?? '' };
}

function clear(): void {
  fill(count);
  element.className = 'bell';
  element.setAttribute('aria-label', texts.alerts.bell(undefined));
  element.title = '';
}

function show(open: readonly Open[], more: '' | '+'): void {
  isAnyOpen = open.length > 0;
  shownIds = open
    .map(({ id }) => id)
    .toSorted()
    .join();
  const isCritical = open.some(({ severity }) => severity === 'critical');
  element.className = `bell ${open.length === 0 ? '' : isCritical ? 'bad' : 'warn'}`;
  element.setAttribute('aria-label', texts.alerts.bell(open.length));
  element.title = texts.alerts.bellMore(open.length);
  fill(count, open.length > 0 && `${open.length}${more}`);
}

function icon(): SVGSVGElement {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  for (const shape of ['M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15z', 'M10 21.5h4']) {
    const path = document.createElementNS(NAMESPACE, 'path');
    path.setAttribute('d', shape);
    svg.append(path);
  }
  return svg;
}
