import { all } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { h } from '../ui/h.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

/** The placeholder account of a connection until one is picked. LinkedIn's account numbers are never 0. */
export const NO_ACCOUNT = '0';

export function integrationsOf(sourceId: string, { signal }: Pick<Place, 'signal'>): Promise<ShownIntegration[]> {
  return all(shapes.integration, `/integrations?source_id=${sourceId}`, signal);
}

/** Makes the view of a page that needs a connection, before there is one. */
export function notConnected(title: string, sourceId: string, why: string): View {
  return {
    title,
    content: [
      emptyState(
        texts.deliveries.noIntegration,
        why,
        h('a', { class: 'button', href: `#/sources/${sourceId}` }, texts.home.connect),
      ),
    ],
  };
}

/** Makes links to switch between several integrations. */
export function integrationChips(
  found: readonly ShownIntegration[],
  shown: ShownIntegration,
  hrefOf: (id: string) => string,
): HTMLElement | false {
  return (
    found.length > 1 &&
    h(
      'nav',
      { class: 'chips', 'aria-label': texts.integration.choose },
      ...found.map((one) =>
        h('a', { href: hrefOf(one.id), 'aria-current': one === shown ? 'page' : undefined }, one.name),
      ),
    )
  );
}
