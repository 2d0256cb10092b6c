import { texts } from '../texts.ts';
import { h, type Child } from '../ui/h.ts';
import { linesToPaste } from './lines-to-paste.ts';
import type { Progress } from './progress.ts';

/** The step with the lines to paste, which shows whether an event has arrived. */
export function snippetStep(progress: Progress, known: { isRefused: boolean; isReady: boolean }): Child[] {
  return [...linesToPaste(progress), h('div', { class: 'first-event', role: 'status' }, firstEvent(progress, known))];
}

/**
 * Says whether the first event has arrived.
 *
 * @param known.isRefused Whether the site sends events that were all refused.
 * @param known.isReady Whether only this event is missing: then the page says so above the steps.
 */
export function firstEvent(
  { hasEvents, hasOtherEvents }: Progress,
  { isRefused, isReady }: { isRefused: boolean; isReady: boolean },
): Child {
  if (hasEvents)
    return h(
      'div',
      { class: 'notice good' },
      h('strong', {}, texts.source.received),
      h('p', {}, texts.source.receivedMore),
    );
  if (isReady && !isRefused && !hasOtherEvents) return false;
  return h(
    'div',
    { class: 'notice waiting' },
    h('strong', {}, isRefused ? texts.source.allRefused : texts.source.waiting),
    h('p', {}, isRefused ? texts.source.allRefusedMore : texts.source.waitingMore),
    hasOtherEvents && h('p', {}, texts.source.waitingOthers),
  );
}
