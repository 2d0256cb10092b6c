import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { fill, h, type Child } from '../ui/h.ts';

const t = texts.setUp;

type StepId = keyof typeof t.steps;

/** What an address of the set-up ends with to open the step with the snippet. */
export const SNIPPET_STEP = '?step=snippet';

/**
 * One step of the set-up. Its content is built when it is opened.
 *
 * @property isReachable Whether the steps that it needs are done. Otherwise its content says which one is missing.
 */
export type Step = {
  id: StepId;
  isDone: boolean;
  isReachable: boolean;
  note?: string;
  content: () => Promise<Child[]> | Child[];
};

/** The list item of a step, with its number or a tick. The note shows when it is done, and what else is known. */
export class StepItem {
  readonly element: HTMLElement;
  readonly #number: number;
  readonly #mark = h('span', { class: 'step-number', 'aria-hidden': 'true' });
  readonly #note = h('span', { class: 'hint step-note' });
  readonly #body = h('div', { class: 'step-body' });
  readonly #details: HTMLDetailsElement;
  #step: Step;
  #isBuilt = false;

  constructor(
    step: Step,
    { number, isOpen, isCurrent, isAsked }: { number: number; isOpen: boolean; isCurrent: boolean; isAsked: boolean },
  ) {
    this.#step = step;
    this.#number = number;
    this.#details = h(
      'details',
      { open: isOpen, ontoggle: () => (this.#details.open && !this.#isBuilt ? this.#open() : undefined) },
      h('summary', {}, this.#mark, h('h2', {}, t.steps[step.id]), this.#note),
      this.#body,
    );
    this.element = h(
      'li',
      { class: '', 'aria-current': isCurrent ? 'step' : undefined, 'data-asked': isAsked },
      this.#details,
    );
    this.#tick();
  }

  /** Builds the content, if the step is open. */
  async build(): Promise<void> {
    if (this.#details.open) await this.#show();
  }

  /** Shows whether the step is done by now. What the person has entered in it stays. */
  update(step: Step): void {
    const wasReachable = this.#step.isReachable;
    this.#step = step;
    this.#tick();
    if (step.isReachable === wasReachable || !this.#isBuilt) return;
    this.#isBuilt = false;
    if (this.#details.open) this.#open();
  }

  #tick(): void {
    const { id, isDone, note } = this.#step;
    this.element.classList.toggle('done', isDone);
    fill(this.#mark, isDone ? '✓' : String(this.#number));
    fill(this.#note, isDone || id === 'snippet' ? (note ?? t.isDone) : '');
  }

  #open(): void {
    fill(this.#body, h('p', { class: 'loading' }, texts.loading));
    inPart(this.#body, () => this.#show());
  }

  async #show(): Promise<void> {
    this.#isBuilt = true;
    try {
      fill(this.#body, ...(await this.#step.content()));
    } catch (error) {
      fill(
        this.#body,
        problemCard(error, () => this.#show()),
      );
    }
  }
}
