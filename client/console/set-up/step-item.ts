import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { fill, h, type Child } from '../ui/h.ts';

const t = texts.setUp;

type StepId = keyof typeof t.steps;

/** One step of the set-up. Its content is built when it is opened. */
export type Step = { id: StepId; isDone: boolean; note?: string; content: () => Promise<Child[]> | Child[] };

/** Makes the list item of a step, with its number or a tick. The note shows when it is done, and what else is known. */
export async function stepItem(
  { id, isDone, note, content }: Step,
  { number, isOpen, isCurrent }: { number: number; isOpen: boolean; isCurrent: boolean },
): Promise<HTMLElement> {
  const body = h('div', { class: 'step-body' });
  const details = h(
    'details',
    { open: isOpen },
    h(
      'summary',
      {},
      h('span', { class: 'step-number', 'aria-hidden': 'true' }, isDone ? '✓' : String(number)),
      h('h2', {}, t.steps[id]),
      h('span', { class: 'hint step-note' }, isDone || id === 'snippet' ? (note ?? t.isDone) : ''),
    ),
    body,
  );
  const show = async (): Promise<void> => {
    try {
      fill(body, ...(await content()));
    } catch (error) {
      fill(body, problemCard(error, show));
    }
  };
  if (isOpen) await show();
  else
    details.addEventListener(
      'toggle',
      () => {
        fill(body, h('p', { class: 'loading' }, texts.loading));
        inPart(body, show);
      },
      { once: true },
    );
  return h('li', { class: isDone ? 'done' : '', 'aria-current': isCurrent ? 'step' : undefined }, details);
}
