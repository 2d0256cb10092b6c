import type { ReplayProgress } from '../../../worker/schema/reports/replay.ts';
import { api } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { fill, h } from '../ui/h.ts';

const t = texts.deliveries;
const PROGRESS = shapeOf<ReplayProgress>({
  id: '',
  total: 0,
  pending: 0,
  held: 0,
  delivered: 0,
  dead: 0,
  expired: 0,
  erased: 0,
  skipped: 0,
});

const LOOK_EVERY_MS = 1_000;

/** Shows the progress of a replay, until all its deliveries have ended or are held, or the page is left. */
export async function showReplay(
  path: string,
  {
    into,
    signal,
    onDone,
    connection,
  }: { into: HTMLElement; signal: AbortSignal; onDone: () => Promise<void>; connection: string },
): Promise<void> {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': t.draining });
  const title = h('strong', {}, t.draining);
  const said = h('p', {});
  const notice = h('div', { class: 'notice' }, title, bar, said);
  fill(into, notice);
  const look = async (): Promise<ReplayProgress> => {
    const replay = await api(PROGRESS, path, { signal });
    bar.max = replay.total;
    bar.value = replay.total - replay.pending;
    fill(said, t.progress(replay));
    return replay;
  };
  try {
    let replay = await look();
    while (replay.pending > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
      replay = await look();
    }
    notice.classList.add(replay.delivered === replay.total ? 'good' : 'warn');
    fill(title, t.drained);
    if (replay.held > 0) notice.append(h('p', {}, h('a', { class: 'button', href: connection }, t.toConnection)));
    await onDone();
  } catch (error) {
    if (!signal.aborted) fill(into, problemCard(error));
  }
}
