/** The console: an app with hash routes that uses only the management API. */
import './safe-language.ts';
import { texts } from '../texts.ts';
import { closeDialogs } from '../ui/dialog.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { focusAgain, focusIn } from '../ui/fill-again.ts';
import { brokenPart, fill, h, type Child } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { signInPage } from '../views/sign-in.ts';
import { all, api, ApiProblem, send, whenSessionEnds } from './api.ts';
import { visitBell } from './bell.ts';
import { beginVisit, inPart, listenToFaults } from './faults.ts';
import { frameOr } from './frame.ts';
import { mayLeave } from './may-leave.ts';
import { shapes } from './response-shapes.ts';
import { routeOf, viewOf } from './routes.ts';
import { session } from './session.ts';
import { signInAgain } from './sign-in-again.ts';
import { toldApart, type ListedSource } from './told-apart.ts';
import { guardClosing, hasUnsaved } from './unsaved.ts';

/** The time before a loading notice: enough for a quick answer, too short to doubt that the click worked. */
const TIMEOUT_MS = 200;

const app = h('div', { id: 'app' });
const announcer = h('p', { class: 'toast', role: 'status' });
let leaving = new AbortController();
let sources: ListedSource[] = [];
/** The address of the current page, and the function that it runs when only the query changes. */
let shown: { hash: string; queried: View['queried'] } | undefined;

addEventListener('hashchange', moved);
document.addEventListener('click', askBeforeLink, { capture: true });
guardClosing();
whenSessionEnds(signInAgain);
listenToFaults(showFault);
document.getElementById('starting')?.remove();
document.body.append(app, announcer);
showInApp();

/**
 * Shows the page of the new address. The Back and Forward buttons don't ask about unsaved changes first, so the
 * question is asked here.
 */
function moved(): void {
  const isSamePage = shown !== undefined && pathOf(shown.hash) === pathOf(location.hash);
  if (isSamePage && shown?.queried?.(routeOf(location.hash).query) === true) {
    shown.hash = location.hash;
    return;
  }
  if (!hasUnsaved() || shown === undefined) {
    showInApp();
    return;
  }
  const wanted = location.hash;
  history.pushState(null, '', shown.hash);
  go(wanted);
}

/** Asks before a link leads away from unsaved changes. */
function askBeforeLink(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || !hasUnsaved()) return;
  const href = link.getAttribute('href') ?? '';
  if (!href.startsWith('#/') || href === location.hash) return;
  const isElsewhere = event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey);
  if (isElsewhere) return;
  event.preventDefault();
  go(href);
}

function pathOf(hash: string): string {
  return hash.split('?')[0] ?? '';
}

function showInApp(): void {
  beginVisit();
  inPart(app, () => show());
}

/** Shows the same page with what has changed. The focus and the place on the page stay. */
function showAgain(): void {
  const focused = focusIn(app);
  beginVisit();
  inPart(app, () => show(focused));
}

/** @param focused What has the focus, if it is the same page. */
async function show(focused?: string): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  closeDialogs();
  const heightBefore = scrollY;
  const { hash } = location;
  const { route, query } = routeOf(hash);
  shown = undefined;
  const frameOfRoute = (): Child[] => frameOr(route, { sources, go, signOut });
  const main = h(
    'main',
    { id: 'content', 'aria-busy': 'true' },
    h('h1', { class: 'unseen' }, texts.product),
    h('p', { class: 'loading' }, texts.loading),
  );
  // If the page loads quickly, it replaces the previous one without a flash of empty space.
  const before = app.querySelector('main');
  before?.setAttribute('inert', '');
  fill(app, ...frameOfRoute(), before ?? main);
  const patience = setTimeout(() => before?.replaceWith(main), before === null ? 0 : TIMEOUT_MS);
  const showMain = (): void => {
    clearTimeout(patience);
    fill(app, ...frameOfRoute(), main);
  };
  signal.addEventListener('abort', () => clearTimeout(patience));
  try {
    session.who ??= await api(shapes.session, '/session', { signal });
    const isOfKnownSource = route.section === 'sources' && sources.some(({ id }) => id === route.sourceId);
    // The source is known, so its page can be shown while the list of sources reloads.
    if (isOfKnownSource) inPart(main, () => refreshSources(signal));
    else sources = await sourcesOf(signal);
    const place: Place = { signal, sources, query, go, say, act };
    const view = await viewOf(place, route);
    if (signal.aborted) return;
    shown = { hash, queried: view.queried };
    const ofSource = route.section === 'sources' ? sources.find(({ id }) => id === route.sourceId)?.name : undefined;
    const heading = h(
      'h1',
      { tabindex: -1 },
      view.title,
      ' ',
      ofSource !== undefined && ofSource !== view.title && h('span', { class: 'of-site' }, ofSource),
    );
    showMain();
    fill(main, heading, ...view.content);
    main.removeAttribute('aria-busy');
    document.title = [view.title, ofSource === view.title ? undefined : ofSource, texts.product]
      .filter((part) => part !== undefined)
      .join(' · ');
    if (focused !== undefined && focusAgain(app, focused)) scrollTo(0, heightBefore);
    else {
      heading.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    view.started?.();
    // This runs after the page, which may have updated the bell already.
    visitBell();
  } catch (error) {
    if (signal.aborted) return;
    main.removeAttribute('aria-busy');
    clearTimeout(patience);
    if (isSignedOut(error)) return;
    showMain();
    fill(
      main,
      h('h1', { class: 'unseen' }, texts.product),
      problemCard(error, showInApp),
      h('p', {}, h('a', { href: '#/' }, texts.problems.home)),
    );
  }
}

/** Returns the sources sorted by name. The API sorts them by ID, which means nothing to people. */
async function sourcesOf(signal: AbortSignal): Promise<ListedSource[]> {
  return toldApart(await all(shapes.source, '/sources', signal));
}

async function refreshSources(signal: AbortSignal): Promise<void> {
  try {
    sources = await sourcesOf(signal);
  } catch (error) {
    // The page itself calls the API too, and shows the problem.
    if (!signal.aborted && !(error instanceof ApiProblem)) throw error;
  }
}

/** Shows a fault in the part where it happened, and leaves the rest of the page unchanged. */
function showFault(error: unknown, at?: Element): void {
  if (isSignedOut(error)) return;
  const open = [...document.querySelectorAll('dialog[open]')].at(-1);
  const place = at?.closest('dialog, .card') ?? open ?? app.querySelector('main') ?? document.body;
  // One notice per part: a timer that keeps failing would otherwise fill the page.
  if (place.querySelector(':scope > .fault') !== null) return;
  const notice = error instanceof ApiProblem ? problemCard(error) : brokenPart();
  if (!(error instanceof ApiProblem)) console.error(error);
  notice.classList.add('fault');
  place.append(notice);
  notice.scrollIntoView({ block: 'nearest' });
}

function showSignIn(): void {
  beginVisit();
  shown = undefined;
  document.title = `${texts.signIn.title} · ${texts.product}`;
  fill(app, h('main', { id: 'content' }, signInPage(showInApp)));
}

async function signOut(): Promise<void> {
  if (!(await mayLeave())) return;
  leaving.abort();
  // Without an answer the cookie remains for up to twelve hours, so the problem is shown.
  await act(async () => {
    await send('/session', { method: 'DELETE', isQuiet: true }).catch((error: unknown) => {
      // The session has ended already, so nothing is left to do.
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    });
    signedOut();
  });
}

function signedOut(): void {
  session.who = undefined;
  sources = [];
  history.replaceState(null, '', '#/');
  showSignIn();
}

/** Shows the sign-in page if an answer says that there is no session. Returns whether it did. */
function isSignedOut(error: unknown): boolean {
  if (!(error instanceof ApiProblem) || error.status !== 401) return false;
  session.who = undefined;
  showSignIn();
  return true;
}

/** Opens a page. Asks first if the current one has unsaved changes. */
function go(hash: string): void {
  const open = (): void => {
    if (location.hash === hash) showAgain();
    else location.hash = hash;
  };
  if (!hasUnsaved()) {
    open();
    return;
  }
  inPart(app, async () => {
    if (await mayLeave()) open();
  });
}

async function act(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isSignedOut(error)) return;
    if (!(error instanceof ApiProblem)) throw error;
    say(`${error.title}: ${error.message}`);
  }
}

let quiet: ReturnType<typeof setTimeout> | undefined;
function say(text: string): void {
  clearTimeout(quiet);
  fill(announcer, text);
  quiet = setTimeout(() => fill(announcer), 4_000);
}
