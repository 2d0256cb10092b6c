import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { api, ApiProblem } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';

const t = texts.deliveries;
const BEGUN = shapeOf<Pick<ImportView, 'name' | 'created_at'>>({ created_at: '' });

/** Says that the list has only the deliveries of one import, with a link to all. */
export function ofImport({ signal }: Place, sourceId: string, id: string): HTMLElement {
  const said = h('span', {}, t.ofOneImport);
  const element = h(
    'p',
    { class: 'notice' },
    said,
    ' ',
    h('a', { href: `#/sources/${sourceId}/deliveries` }, t.showAll),
  );
  inPart(element, async () => {
    try {
      const path = `/sources/${sourceId}/imports/${encodeURIComponent(id)}`;
      const { name, created_at: begun } = await api(BEGUN, path, { signal });
      if (name !== null) fill(said, t.ofImport(name, formatTime(begun)));
    } catch (error) {
      // Imports are forgotten after 90 days. The list says only that it is of one, then.
      if (!(error instanceof ApiProblem) || error.status === 401) throw error;
    }
  });
  return element;
}
