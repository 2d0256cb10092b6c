/** The console: an app with hash routes that uses only the management API. */
import './safe-language.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { texts } from '../texts.ts';
import { closeDialogs } from '../ui/dialog.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { brokenPart, fill, h, type Child } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';
import { signInPage } from '../views/sign-in.ts';
import { all, api, ApiProblem, send } from './api.ts';
import { beginVisit, inPart, listenToFaults } from './faults.ts';
import { frameOr } from './frame.ts';
import { shapes } from './response-shapes.ts';
import { routeOf, viewOf } from './routes.ts';
import { session } from './session.ts';

/** The time before a loading notice: enough for a quick answer, too short to doubt that the click worked. */
const TIMEOUT_MS = 200;

const app = h('div', { id: 'app' });
const announcer = h('p', { class: 'toast', role: 'status' });
let leaving = new AbortController();
let sources: SourceView[] = [];

addEventListener('hashchange', showInApp);
listenToFaults(showFault);
document.getElementById('starting')?.remove();
document.body.append(app, announcer);
showInApp();

function showInApp(): void {
  beginVisit();
  inPart(app, show);
}

async function show(): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  closeDialogs();
  const { route, query } = routeOf(location.hash);
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
    const heading = h('h1', { tabindex: -1 }, view.title);
    showMain();
    fill(main, heading, ...view.content);
    main.removeAttribute('aria-busy');
    document.title = `${view.title} · ${texts.product}`;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
    view.started?.();
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

function sourcesOf(signal: AbortSignal): Promise<SourceView[]> {
  return all(shapes.source, '/sources', signal);
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

function showSignIn(message?: string): void {
  beginVisit();
  document.title = `${texts.signIn.title} · ${texts.product}`;
  fill(
    app,
    h(
      'main',
      { id: 'content' },
      signInPage({
        message,
        onDone: showInApp,
      }),
    ),
  );
}

async function signOut(): Promise<void> {
  leaving.abort();
  // Without an answer the cookie remains for up to twelve hours, so the problem is shown.
  await act(async () => {
    await send('/session', { method: 'DELETE' });
    signedOut();
  });
}

function signedOut(): void {
  session.who = undefined;
  sources = [];
  history.replaceState(null, '', '#/');
  showSignIn();
}

/** Shows the sign-in page if an answer says that the session has ended. Returns whether it did. */
function isSignedOut(error: unknown): boolean {
  if (!(error instanceof ApiProblem) || error.status !== 401) return false;
  const wasIn = session.who !== undefined;
  session.who = undefined;
  showSignIn(wasIn ? texts.signIn.ended : undefined);
  return true;
}

function go(hash: string): void {
  if (location.hash === hash) showInApp();
  else location.hash = hash;
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
