import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { searchBox } from '../search/search-box.ts';
import { texts } from '../texts.ts';
import { select } from '../ui/form.ts';
import { h, type Child } from '../ui/h.ts';
import { bell } from './bell.ts';
import { keepSource, keptSource } from './kept-source.ts';
import type { Route } from './routes.ts';
import { may, session } from './session.ts';
import { browserZone, chooseZone, isBrowserInUtc, zoneChoice } from './time-zone.ts';

/** The pages of a source, in the order in which people first need them. */
const TABS = [
  ['', texts.nav.setup],
  ['overview', texts.nav.overview],
  ['live', texts.nav.live],
  ['mappings', texts.nav.mappings],
  ['rules', texts.nav.rules],
  ['deliveries', texts.nav.deliveries],
  ['ledger', texts.nav.ledger],
  ['import', texts.nav.imports],
  ['linkedin', texts.nav.integration],
  ['doctor', texts.nav.doctor],
  ['settings', texts.nav.settings],
] as const;

/** The pages of the whole instance. */
const INSTANCE = [
  ['alerts', texts.nav.alerts],
  ['privacy', texts.nav.privacy],
  ['access', texts.nav.access],
  ['audit-log', texts.nav.auditLog],
] as const;

type FrameParts = {
  sources: readonly SourceView[];
  go: (hash: string) => void;
  signOut: () => Promise<void>;
};

/** Creates the frame around every view: the navigation and the name of the source. */
function frame({ section, sourceId, tab }: Route, { sources, go, signOut }: FrameParts): Child[] {
  const isOfSource = section === 'sources';
  const current = keptSource(sources, isOfSource ? sourceId : undefined);
  if (isOfSource && current !== undefined && current.id === sourceId) keepSource(current.id);
  const picker = select(
    sources.map(({ id, name }) => [id, name] as const),
    current?.id ?? '',
  );
  picker.setAttribute('aria-label', texts.nav.source);
  picker.addEventListener('change', () => {
    const isTab = TABS.some(([path]) => path === tab);
    go(`#/sources/${picker.value}${tab === undefined || !isTab ? '' : `/${tab}`}`);
    // The person may have chosen to stay and save their changes first.
    if (current !== undefined) picker.value = current.id;
  });
  const link = (href: string, label: string, isHere: boolean, title?: string) =>
    h('li', {}, h('a', { href, title, 'aria-current': isHere ? 'page' : undefined }, label));
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
                Object.entries(texts.nav.hints).find(([of]) => of === path)?.[1],
              ),
            ),
          ),
        ]),
    h('p', { class: 'nav-title' }, texts.nav.instance),
    h('ul', {}, ...INSTANCE.map(([path, label]) => link(`#/${path}`, label, section === path))),
    zonePart(go),
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
        // The hash holds the route, so a plain `#content` link would change the page.
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
      isOfSource && current !== undefined && h('span', { class: 'top-site', 'data-name': current.name }),
      !may('owner') && h('span', { class: 'badge' }, session.who?.role ?? ''),
      session.who !== undefined && searchBox(current, sources),
      session.who !== undefined && bell(),
      h('button', { type: 'button', class: 'quiet', onclick: signOut }, texts.nav.signOut),
    ),
    nav,
  ];
}

/** Says in which time zone all pages are, and lets people choose: UTC, or the browser's own. */
function zonePart(go: (hash: string) => void): HTMLElement {
  const choice = zoneChoice();
  const browser = browserZone();
  const isOneZone = isBrowserInUtc();
  const note = choice === 'utc' || isOneZone ? texts.nav.zoneShown.utc : texts.nav.zoneShown.browser(browser);
  const picker = select(
    [
      ['utc', texts.nav.zones.utc],
      ['browser', texts.nav.zones.browser(browser)],
    ],
    choice,
  );
  picker.setAttribute('aria-label', texts.nav.zone);
  picker.addEventListener('change', () => {
    chooseZone(picker.value === 'browser' ? 'browser' : 'utc');
    // Shows the page again. If the person stays because of unsaved changes, the next page follows the choice.
    go(location.hash);
  });
  return h(
    'div',
    { class: 'nav-note' },
    !isOneZone && h('p', { class: 'nav-title' }, texts.nav.zone),
    !isOneZone && picker,
    h('p', {}, note),
  );
}

/** Makes the frame. If that fails, returns links to the home page and to sign out. */
export function frameOr(route: Route, parts: FrameParts): Child[] {
  try {
    return frame(route, parts);
  } catch (error) {
    console.error(error);
    return [
      h(
        'header',
        { class: 'top' },
        h('a', { class: 'brand', href: '#/' }, texts.product),
        h('button', { type: 'button', class: 'quiet', onclick: parts.signOut }, texts.nav.signOut),
      ),
      h(
        'nav',
        { class: 'pages', id: 'pages', 'aria-label': texts.nav.main },
        h('ul', {}, h('li', {}, h('a', { href: '#/' }, texts.nav.home))),
      ),
    ];
  }
}
