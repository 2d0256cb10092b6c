import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';

/** Makes the link from an import to its deliveries. */
export function deliveriesOfImport(sourceId: string, { id, name }: Pick<ImportView, 'id' | 'name'>): HTMLElement {
  return h(
    'a',
    {
      class: 'button',
      href: `#/sources/${sourceId}/deliveries?${new URLSearchParams({ import: id }).toString()}`,
      'aria-label': name === null ? texts.imports.seeDeliveries : `${texts.imports.seeDeliveries}: ${name}`,
    },
    texts.imports.seeDeliveries,
  );
}
