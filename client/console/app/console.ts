/** The console: an app of hash routes over the management API, and nothing else. */
import './safe-language.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { texts } from '../texts.ts';
import { closeDialogs } from '../ui/dialog.ts';
import { emptyState, problemCard } from '../ui/element-of-state.ts';
import { select } from '../ui/form.ts';
import { brokenPart, fill, h, type Child } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { access } from '../views/access.ts';
import { deliveries } from '../views/deliveries.ts';
import { doctor } from '../views/doctor.ts';
import { home } from '../views/home.ts';
import { integration } from '../views/integration.ts';
import { ledger } from '../views/ledger.ts';
import { live } from '../views/live.ts';
import { mappingEditor } from '../views/mapping-editor.ts';
import { mappings } from '../views/mappings.ts';
import { newSource } from '../views/new-source.ts';
import { privacy } from '../views/privacy.ts';
import { setUp } from '../views/set-up.ts';
import { signInPage } from '../views/sign-in.ts';
import { sourceSettings } from '../views/source-settings.ts';
import { answers } from './answers.ts';
import { all, api, ApiProblem, send } from './api.ts';
import { beginVisit, inPart, listenToFaults } from './faults.ts';
import { may, session } from './session.ts';

/** The pages of one source, in the order in which somebody meets them. */
const TABS = [
  ['', texts.nav.setup],
  ['live', texts.nav.live],
  ['mappings', texts.nav.mappings],
  ['deliveries', texts.nav.deliveries],
  ['ledger', texts.nav.ledger],
  ['linkedin', texts.nav.integration],
  ['doctor', texts.nav.doctor],
  ['settings', texts.nav.settings],
] as const;

/** The pages of the whole instance. */
const INSTANCE = [
  ['privacy', texts.nav.privacy],
  ['access', texts.nav.access],
] as const;

/** Long enough for an answer from nearby, too short to wonder whether the click was seen. */
const PATIENCE_MS = 200;

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
  const [path = '/', search = ''] = location.hash.replace(/^#/, '').split('?');
  const [, section, sourceId, tab, id] = path.split('/').map((part) => decoded(part));
  const main = h(
    'main',
    { id: 'content', 'aria-busy': 'true' },
    h('h1', { class: 'unseen' }, texts.product),
    h('p', { class: 'loading' }, texts.loading),
  );
  // What comes at once replaces what was there without a flash of nothing in between.
  const before = app.querySelector('main');
  before?.setAttribute('inert', '');
  fill(app, ...frameOr({ section, sourceId, tab }), before ?? main);
  const patience = setTimeout(() => before?.replaceWith(main), before === null ? 0 : PATIENCE_MS);
  const showMain = (): void => {
    clearTimeout(patience);
    fill(app, ...frameOr({ section, sourceId, tab }), main);
  };
  signal.addEventListener('abort', () => clearTimeout(patience));
  try {
    session.who ??= await api(answers.session, '/session', { signal });
    const isOfKnownSource = section === 'sources' && sources.some((source) => source.id === sourceId);
    // Around a page of a source that is known its name can be a moment old.
    if (isOfKnownSource) inPart(main, () => refreshSources(signal));
    else sources = await sourcesOf(signal);
    const place: Place = { signal, sources, query: new URLSearchParams(search), go, say, act };
    const view = await viewOf(place, { section, sourceId, tab, id });
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
  return all(answers.source, '/sources', signal);
}

async function refreshSources(signal: AbortSignal): Promise<void> {
  try {
    sources = await sourcesOf(signal);
  } catch (error) {
    // The page itself asks too, and says what is in the way.
    if (!signal.aborted && !(error instanceof ApiProblem)) throw error;
  }
}

type Route = Record<'section' | 'sourceId' | 'tab' | 'id', string | undefined>;

function viewOf(place: Place, { section, sourceId, tab, id }: Route): Promise<View> {
  switch (section) {
    case undefined:
    case '':
      return home(place);
    case 'new-source':
      return newSource(place);
    case 'privacy':
      return privacy(place);
    case 'access':
      return access(place);
    case 'integrations':
      return integrationOfAddress(place, sourceId ?? '');
    case 'sources':
      if (sourceId !== undefined && sourceId !== '') return viewOfSource(place, sourceId, { tab, id });
  }
  return Promise.resolve(noPage());
}

function viewOfSource(place: Place, sourceId: string, { tab, id }: Pick<Route, 'tab' | 'id'>): Promise<View> {
  switch (tab) {
    case undefined:
    case '':
      return setUp(place, sourceId);
    case 'live':
      return live(place, sourceId);
    case 'mappings':
      return id === undefined ? mappings(place, sourceId) : mappingEditor(place, sourceId, id);
    case 'deliveries':
      return deliveries(place, sourceId);
    case 'ledger':
      return ledger(place, sourceId);
    case 'linkedin':
      return integration(place, sourceId, id);
    case 'doctor':
      return doctor(place, sourceId, id);
    case 'settings':
      return sourceSettings(place, sourceId);
  }
  return Promise.resolve(noPage());
}

/** Where LinkedIn's consent page comes back to: it knows the integration and not the source. */
async function integrationOfAddress({ signal }: Place, id: string): Promise<View> {
  const { source_id: sourceId } = await api(answers.integration, `/integrations/${encodeURIComponent(id)}`, { signal });
  location.replace(`#/sources/${sourceId}`);
  return { title: texts.loading, content: [] };
}

function noPage(): View {
  return {
    title: texts.problems.noPage.title,
    content: [
      emptyState(
        texts.problems.noPage.title,
        texts.problems.noPage.detail,
        h('a', { class: 'button', href: '#/' }, texts.problems.home),
      ),
    ],
  };
}

/** What is around every view: the way to every page, and which source they are about. */
function frame({ section, sourceId, tab }: Pick<Route, 'section' | 'sourceId' | 'tab'>): Child[] {
  const current = sources.find(({ id }) => id === sourceId) ?? sources[0];
  const isOfSource = section === 'sources';
  const picker = select(
    sources.map(({ id, name }) => [id, name] as const),
    current?.id ?? '',
  );
  picker.setAttribute('aria-label', texts.nav.source);
  picker.addEventListener('change', () => go(`#/sources/${picker.value}${tab === undefined ? '' : `/${tab}`}`));
  const link = (href: string, label: string, isHere: boolean) =>
    h('li', {}, h('a', { href, 'aria-current': isHere ? 'page' : undefined }, label));
  const nav = h(
    'nav',
    { class: 'pages', id: 'pages', 'aria-label': texts.nav.main },
    h('ul', {}, link('#/', texts.nav.home, section === undefined || section === '')),
    ...(current === undefined
      ? []
      : [
          h('div', { class: 'of-source' }, h('p', { class: 'nav-title' }, texts.nav.source), picker),
          h(
            'ul',
            {},
            ...TABS.map(([path, label]) =>
              link(
                `#/sources/${current.id}${path === '' ? '' : `/${path}`}`,
                label,
                isOfSource && path === (tab ?? ''),
              ),
            ),
          ),
        ]),
    h('p', { class: 'nav-title' }, texts.nav.instance),
    h('ul', {}, ...INSTANCE.map(([path, label]) => link(`#/${path}`, label, section === path))),
  );
  const menu: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'quiet menu',
      'aria-expanded': 'false',
      'aria-controls': 'pages',
      onclick: () => menu.setAttribute('aria-expanded', String(nav.classList.toggle('open'))),
    },
    texts.nav.menu,
  );
  return [
    h(
      'a',
      {
        class: 'skip-link',
        href: '#content',
        // The address is the route, so the way to the content is gone without it.
        onclick: (event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('main h1')?.focus();
        },
      },
      texts.skip,
    ),
    h(
      'header',
      { class: 'top' },
      menu,
      h('a', { class: 'brand', href: '#/' }, texts.product),
      !may('owner') && h('span', { class: 'badge' }, session.who?.role ?? ''),
      h('button', { type: 'button', class: 'quiet', onclick: signOut }, texts.nav.signOut),
    ),
    nav,
  ];
}

/** The frame; where it cannot be made, the way home and out. */
function frameOr(route: Pick<Route, 'section' | 'sourceId' | 'tab'>): Child[] {
  try {
    return frame(route);
  } catch (error) {
    console.error(error);
    return [
      h(
        'header',
        { class: 'top' },
        h('a', { class: 'brand', href: '#/' }, texts.product),
        h('button', { type: 'button', class: 'quiet', onclick: signOut }, texts.nav.signOut),
      ),
      h(
        'nav',
        { class: 'pages', id: 'pages', 'aria-label': texts.nav.main },
        h('ul', {}, h('li', {}, h('a', { href: '#/' }, texts.nav.home))),
      ),
    ];
  }
}

/** Says that something failed, in the part in which it did, and leaves everything else as it is. */
function showFault(error: unknown, at?: Element): void {
  if (isSignedOut(error)) return;
  const open = [...document.querySelectorAll('dialog[open]')].at(-1);
  const place = at?.closest('dialog, .card') ?? open ?? app.querySelector('main') ?? document.body;
  // One notice a part: a timer that fails again and again would else fill the page.
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
  // Without an answer the cookie stays for its twelve hours: then that has to be said.
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

/** A token that was changed meanwhile ends the session, wherever that is noticed. */
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

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody typed a "%" into the address; it leads to no page.
    return part;
  }
}
