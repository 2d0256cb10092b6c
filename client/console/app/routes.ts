import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { deliveries } from '../views/deliveries.ts';
import { doctor } from '../views/doctor.ts';
import { home, sourceOverview } from '../views/home.ts';
import { integration } from '../views/integration.ts';
import { ledger } from '../views/ledger.ts';
import { live } from '../views/live.ts';
import { mappings } from '../views/mappings.ts';
import { newSource } from '../views/new-source.ts';
import { privacy } from '../views/privacy.ts';
import { rules } from '../views/rules.ts';
import { setUp } from '../views/set-up.ts';
import { sourceSettings } from '../views/source-settings.ts';
import { api } from './api.ts';
import { shapes } from './response-shapes.ts';

/** Pages that most visits don't need. They are loaded when they are opened. */
const later = {
  access: async (place: Place) => (await import('../views/access.ts')).access(place),
  auditLog: async (place: Place) => (await import('../views/audit-log.ts')).auditLog(place),
  alerts: async (place: Place) => (await import('../views/alerts.ts')).alerts(place),
  mappingEditor: async (place: Place, sourceId: string, id: string) =>
    (await import('../views/mapping-editor.ts')).mappingEditor(place, sourceId, id),
  imports: async (place: Place, sourceId: string) => (await import('../views/imports.ts')).imports(place, sourceId),
};

/** The parts of an address that select a page. */
export type Route = Record<'section' | 'sourceId' | 'tab' | 'id', string | undefined>;

/** Reads the route from an address. @param hash With its `#`. */
export function routeOf(hash: string): { route: Route; query: URLSearchParams } {
  const [path = '/', search = ''] = hash.replace(/^#/, '').split('?');
  const [, section, sourceId, tab, id] = path.split('/').map((part) => decoded(part));
  return { route: { section, sourceId, tab, id }, query: new URLSearchParams(search) };
}

export function viewOf(place: Place, { section, sourceId, tab, id }: Route): Promise<View> {
  switch (section) {
    case undefined:
    case '':
      return home(place);
    case 'new-source':
      return newSource(place);
    case 'alerts':
      return later.alerts(place);
    case 'privacy':
      return privacy(place);
    case 'access':
      return later.access(place);
    case 'audit-log':
      return later.auditLog(place);
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
    case 'overview':
      return sourceOverview(place, sourceId);
    case 'live':
      return live(place, sourceId);
    case 'mappings':
      return id === undefined ? mappings(place, sourceId) : later.mappingEditor(place, sourceId, id);
    case 'rules':
      return rules(place, sourceId);
    case 'deliveries':
      return deliveries(place, sourceId);
    case 'ledger':
      return ledger(place, sourceId);
    case 'import':
      return later.imports(place, sourceId);
    case 'linkedin':
      return integration(place, sourceId, id);
    case 'doctor':
      return doctor(place, sourceId, id);
    case 'settings':
      return sourceSettings(place, sourceId);
  }
  return Promise.resolve(noPage());
}

/** Opens an integration by its ID. LinkedIn's consent page returns here, and knows only the integration. */
async function integrationOfAddress({ signal }: Place, id: string): Promise<View> {
  const { source_id: sourceId } = await api(shapes.integration, `/integrations/${encodeURIComponent(id)}`, { signal });
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

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray "%" in the address: it matches no page.
    return part;
  }
}
