import { all } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { nameKey } from '../app/told-apart.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { h } from '../ui/h.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

/** The placeholder account of a connection until one is picked. LinkedIn's account numbers are never 0. */
export const NO_ACCOUNT = '0';

export function integrationsOf(sourceId: string, { signal }: Pick<Place, 'signal'>): Promise<ShownIntegration[]> {
  return all(shapes.integration, `/integrations?source_id=${sourceId}`, signal);
}

/**
 * Returns what lists call the connections of a source, by ID: their names. Those that several have come with the ad
 * account if it tells them apart, and else with the ID.
 */
export function connectionNames(
  connections: readonly { id: string; name: string; config: { account_id: string } }[],
): ReadonlyMap<string, string> {
  const namesakes = Map.groupBy(connections, ({ name }) => nameKey(name));
  return new Map(
    connections.map(({ id, name, config: { account_id: account } }) => {
      const same = namesakes.get(nameKey(name)) ?? [];
      if (same.length < 2) return [id, name];
      const isOnly = same.filter(({ config }) => config.account_id === account).length === 1;
      return [id, `${name} (${isOnly && account !== NO_ACCOUNT ? account : id})`];
    }),
  );
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
  const names = connectionNames(found);
  return (
    found.length > 1 &&
    h(
      'nav',
      { class: 'chips', 'aria-label': texts.integration.choose },
      ...found.map((one) =>
        h('a', { href: hrefOf(one.id), 'aria-current': one === shown ? 'page' : undefined }, names.get(one.id)),
      ),
    )
  );
}
