/** The console: an app of hash routes over the management API, and nothing else. */
import type { SourceView } from '../../worker/schema/source.ts';
import { all, ApiProblem } from './api.ts';
import { closeDialogs } from './dialog.ts';
import { emptyState, problemCard } from './element-of-state.ts';
import { select } from './form.ts';
import { fill, h, type Child } from './h.ts';
import { session } from './session.ts';
import { texts } from './texts.ts';
import type { Place, View } from './view.ts';
import { deliveries } from './views/deliveries.ts';
import { home } from './views/home.ts';
import { integration } from './views/integration.ts';
import { ledger } from './views/ledger.ts';
import { live } from './views/live.ts';
import { newSource } from './views/new-source.ts';
import { signInPage } from './views/sign-in.ts';
import { source } from './views/source.ts';

const TABS = [
  ['', texts.nav.setup],
  ['/live', texts.nav.live],
  ['/linkedin', texts.nav.integration],
  ['/deliveries', texts.nav.deliveries],
  ['/ledger', texts.nav.ledger],
] as const;

const app = h('div', { id: 'app' });
const announcer = h('p', { class: 'toast', role: 'status' });
let leaving = new AbortController();
let sources: SourceView[] = [];

addEventListener('hashchange', () => {
  void show();
});
document.body.append(app, announcer);
void show();

async function show(): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  closeDialogs();
  if (session.token === undefined) {
    showSignIn();
    return;
  }
  const [path = '/', search = ''] = location.hash.replace(/^#/, '').split('?');
  const [, section, sourceId, tab, id] = path.split('/').map((part) => decoded(part));
  const main = h(
    'main',
    { id: 'content', 'aria-busy': 'true' },
    h('h1', { class: 'unseen' }, texts.product),
    h('p', { class: 'loading' }, texts.loading),
  );
  fill(app, ...frame(section === 'sources' ? sourceId : undefined, tab), main);
  try {
    sources = await all<SourceView>('/sources', signal);
    const place: Place = { signal, sources, query: new URLSearchParams(search), go, say, act };
    const view = await viewOf(place, { section, sourceId, tab, id });
    if (signal.aborted) return;
    const heading = h('h1', { tabindex: -1 }, view.title);
    fill(app, ...frame(section === 'sources' ? sourceId : undefined, tab), main);
    fill(main, heading, ...view.content);
    main.removeAttribute('aria-busy');
    document.title = `${view.title} · ${texts.product}`;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
    view.started?.();
  } catch (error) {
    if (signal.aborted) return;
    main.removeAttribute('aria-busy');
    if (isSignedOut(error)) return;
    fill(
      main,
      h('h1', { class: 'unseen' }, texts.product),
      problemCard(error, () => {
        void show();
      }),
      h('p', {}, h('a', { href: '#/' }, texts.problems.home)),
    );
    if (!(error instanceof ApiProblem)) throw error;
  }
}

type Route = Record<'section' | 'sourceId' | 'tab' | 'id', string | undefined>;

function viewOf(place: Place, { section, sourceId, tab, id }: Route): Promise<View> {
  if (section === undefined || section === '') return home(place);
  if (section === 'new-source') return newSource(place);
  if (section === 'sources' && sourceId !== undefined && sourceId !== '')
    switch (tab) {
      case undefined:
      case '':
        return source(place, sourceId);
      case 'live':
        return live(place, sourceId);
      case 'linkedin':
        return integration(place, sourceId, id);
      case 'deliveries':
        return deliveries(place, sourceId);
      case 'ledger':
        return ledger(place, sourceId);
    }
  return Promise.resolve({
    title: texts.problems.noPage.title,
    content: [
      emptyState(
        texts.problems.noPage.title,
        texts.problems.noPage.detail,
        h('a', { class: 'button', href: '#/' }, texts.problems.home),
      ),
    ],
  });
}

/** What is around every view. */
function frame(sourceId: string | undefined, tab: string | undefined): Child[] {
  const isKnown = sources.some(({ id }) => id === sourceId);
  const picker = select(
    [
      ...(isKnown ? [] : [['', `${texts.nav.sources}…`] as const]),
      ...sources.map(({ id, name }) => [id, name] as const),
    ],
    isKnown ? (sourceId ?? '') : '',
  );
  picker.setAttribute('aria-label', texts.nav.source);
  picker.addEventListener('change', () => {
    if (picker.value !== '') go(`#/sources/${picker.value}${isKnown && tab !== undefined ? `/${tab}` : ''}`);
  });
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
      h('a', { class: 'brand', href: '#/' }, texts.product),
      sources.length > 0 && picker,
      h('button', { type: 'button', class: 'quiet', onclick: signOut }, texts.nav.signOut),
    ),
    sourceId !== undefined &&
      h(
        'nav',
        { class: 'tabs', 'aria-label': texts.nav.main },
        ...TABS.map(([path, label]) =>
          h(
            'a',
            {
              href: `#/sources/${sourceId}${path}`,
              'aria-current': path === (tab ? `/${tab}` : '') ? 'page' : undefined,
            },
            label,
          ),
        ),
      ),
  ];
}

function showSignIn(message?: string): void {
  document.title = `${texts.signIn.title} · ${texts.product}`;
  fill(
    app,
    h(
      'main',
      { id: 'content' },
      signInPage({
        message,
        onDone: () => {
          void show();
        },
      }),
    ),
  );
}

function signOut(): void {
  leaving.abort();
  session.end();
  sources = [];
  history.replaceState(null, '', '#/');
  showSignIn();
}

/** A token that was changed meanwhile ends the session, wherever that is noticed. */
function isSignedOut(error: unknown): boolean {
  if (!(error instanceof ApiProblem) || error.status !== 401) return false;
  session.end();
  showSignIn(texts.signIn.ended);
  return true;
}

function go(hash: string): void {
  if (location.hash === hash) void show();
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
