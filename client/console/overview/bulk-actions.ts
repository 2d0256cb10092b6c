import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import type { ReplayAnswer } from '../../../worker/schema/reports/replay.ts';
import { api, ApiProblem, send } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { needs } from '../app/session.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { formatMoney } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';

const t = texts.home.bulk;
const REPLAYED = shapeOf<ReplayAnswer>({
  preview: false,
  dead: 0,
  held: 0,
  too_old: 0,
  value: [{ currency: '', amount: '' }],
});

type Action = 'pause' | 'resume' | 'replay' | 'rotate';

/** Creates the bar with the actions for all chosen sites. It is hidden while none is chosen. */
export function bulkBar({
  place,
  chosen,
  onDone,
}: {
  place: Place;
  /** Returns the chosen sites. */
  chosen: () => readonly OverviewRow[];
  onDone: () => Promise<void>;
}): { element: HTMLElement; refresh: () => void } {
  const count = h('strong', {});
  const result = h('p', { role: 'status', class: 'hint' });
  const button = (action: Action): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        ...needs('editor'),
        onclick: () => place.act(() => apply(action)),
      },
      t.actions[action],
    );
  const bar = h(
    'div',
    { class: 'bulk', role: 'group', 'aria-label': t.title },
    count,
    button('pause'),
    button('resume'),
    button('replay'),
    button('rotate'),
  );
  const apply = async (action: Action): Promise<void> => {
    const sites = chosen();
    const isSure = await confirm({
      title: t.question[action](sites.length),
      text: [
        h('ul', { class: 'chosen-sites' }, ...sites.map((site) => h('li', {}, siteLine(site, action)))),
        h('p', { class: 'hint' }, t.consequence[action]),
      ],
      yes: t.actions[action],
    });
    if (!isSure) return;
    const failed: string[] = [];
    let done = 0;
    let replayed = 0;
    for (const site of sites) {
      fill(result, t.progress(done, sites.length));
      try {
        replayed += await actOn(site, action);
        done += 1;
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        failed.push(t.notDone(site.name, error.message));
      }
    }
    await onDone();
    fill(result, [t.done[action](done, replayed), ...failed].join(' '));
  };
  return {
    element: h('div', { class: 'bulk-holder' }, bar, result),
    refresh: () => {
      bar.hidden = chosen().length === 0;
      fill(count, t.count(chosen().length));
    },
  };
}

/** Runs the action for one site. Returns how many deliveries are replayed. */
async function actOn({ source_id: sourceId, connections }: OverviewRow, action: Action): Promise<number> {
  if (action === 'rotate') {
    await send(`/sources/${sourceId}/write-keys`, { method: 'POST' });
    return 0;
  }
  let replayed = 0;
  for (const { id } of connections) {
    if (action === 'replay') {
      const answer = await api(REPLAYED, `/integrations/${id}/replay`, { body: { filter: {} } });
      replayed += answer.dead + answer.held;
    } else await send(`/integrations/${id}`, { method: 'PATCH', body: { enabled: action === 'resume' } });
  }
  return replayed;
}

function siteLine({ name, held, failed, value_at_risk: value }: OverviewRow, action: Action): string {
  if (action !== 'replay') return name;
  return t.replayLine(name, held, failed, formatMoney(value));
}
