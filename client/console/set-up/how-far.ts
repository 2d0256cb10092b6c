import { texts } from '../texts.ts';
import { h, type Child } from '../ui/h.ts';
import type { Step } from './step-item.ts';

const t = texts.setUp;

/** With more steps left, the list of steps says it well enough. */
const MOST_LEFT = 3;

/** Checks that only the first event is missing. */
export function isReady(steps: readonly Step[]): boolean {
  return steps.every(({ id, isDone }) => isDone === (id !== 'snippet'));
}

/**
 * Says how far the set-up is and what is left to do, and at its end what happens now or what is missing.
 *
 * @param isRefused The site sends events that were all refused. Then nobody has forgotten the snippet, and no step that
 *   was done has been lost.
 */
export function howFar(
  steps: readonly Step[],
  { sourceId, isRefused }: { sourceId: string; isRefused: boolean },
): HTMLElement {
  const left = steps.filter(({ isDone }) => !isDone);
  const live = h('a', { href: `#/sources/${sourceId}/live` }, texts.nav.live);
  if (left.length > 0 && !isReady(steps))
    return h(
      'div',
      { class: 'lead steps-done' },
      h('p', {}, t.progress(steps.length - left.length, steps.length)),
      left.length <= MOST_LEFT &&
        h(
          'p',
          {},
          `${t.left} `,
          ...left.flatMap(({ id }, index) => [
            index > 0 && ', ',
            h('a', { href: `#/sources/${sourceId}?step=${id}` }, t.steps[id]),
          ]),
          '.',
        ),
      isRefused && h('p', {}, left.length < steps.length && `${t.nothingLost} `, `${t.afterRefusals} `, live),
    );
  const isDone = left.length === 0;
  return h(
    'div',
    { class: 'notice good set-up-end', tabindex: -1 },
    h('strong', {}, isDone ? t.done : t.ready),
    h('p', {}, isDone ? t.doneMore : isRefused ? t.afterRefusals : t.readyMore),
    (isDone || isRefused) && h('a', { class: 'button', href: `#/sources/${sourceId}/live` }, texts.nav.live),
  );
}

/**
 * Says beside LinkedIn's answer to the test event what is missing now, with a button or link to it: the page says the same
 * at its top, which is out of view there.
 *
 * @param onNext Draws the page again and shows its next step, or its end with the lines to paste.
 */
export function afterTest(
  steps: readonly Step[],
  { sourceId, isRefused, onNext }: { sourceId: string; isRefused: boolean; onNext: () => Promise<void> },
): Child[] {
  if (steps.every(({ isDone }) => isDone))
    return [
      h('p', {}, h('strong', {}, t.done), h('br', {}), t.doneMore),
      h('a', { class: 'button primary', href: `#/sources/${sourceId}/live` }, t.seeLive),
    ];
  const more = isRefused ? t.afterRefusals : t.readyMore;
  return [
    isReady(steps) && h('p', {}, h('strong', {}, t.ready), h('br', {}), more),
    h('button', { type: 'button', class: 'primary', onclick: onNext }, isReady(steps) ? t.showLines : t.next),
  ];
}
