/**
 * How much work the triggers and mappings of a source may make of what somebody sends. A write key is public, so whoever
 * reads a page may send any event to any mapping.
 *
 * A step is a condition asked, a field looked up, an item visited, or a few characters read: 10 to 80 ns on a slow core
 * (measured, see docs/reference/limits.md). Fifty ordinary mappings take about 500 steps for an event.
 */
export const WORK_LIMITS = {
  /** What the mappings of one event share, beyond what each may have in any case. */
  eventSteps: 250_000,
  /** What the mappings of all events of one request share, so that a batch is no way around it. */
  requestSteps: 2_000_000,
  /** What a mapping may have in any case, whatever the others took: at most this, and its share of the next. */
  mappingSteps: 500,
  guaranteedSteps: 5_000,
  /** The same for what is written: texts that are put together, and 16 characters for each item of a list or an object. */
  eventChars: 32_768,
  mappingChars: 1_024,
  guaranteedChars: 16_384,
  /** What is kept of the values that triggers saw in one event. */
  seenChars: 2_048,
} as const;

/** A list or an object that is made counts as much text for each of its items. */
export const ITEM_CHARS = 16;

/** Thrown where work goes over its budget, and caught by whoever decides about the mapping: it is too costly. */
export class TooCostly extends Error {
  constructor() {
    super('The work is over its budget');
    this.name = 'TooCostly';
  }
}

/** What is left of a request's steps: one for all of its events. */
export class RequestWork {
  stepsLeft: number = WORK_LIMITS.requestSteps;
}

/** What the mappings of one event share, and what they did. */
export class EventWork {
  /** Of all budgets together. */
  stepsDone = 0;
  charsDone = 0;
  /** What a budget has in any case. */
  readonly ownSteps: number;
  readonly ownChars: number;
  readonly #request: RequestWork;
  #stepsLeft: number;
  #charsLeft: number = WORK_LIMITS.eventChars;

  /**
   * @param options.mappings How many there are, of all integrations of the source.
   * @param options.steps What they share.
   */
  constructor({
    mappings,
    request = new RequestWork(),
    steps = WORK_LIMITS.eventSteps,
  }: {
    mappings: number;
    request?: RequestWork;
    steps?: number;
  }) {
    const { mappingSteps, guaranteedSteps, mappingChars, guaranteedChars } = WORK_LIMITS;
    this.#request = request;
    this.#stepsLeft = steps;
    this.ownSteps = Math.min(mappingSteps, Math.floor(guaranteedSteps / Math.max(mappings, 1)));
    this.ownChars = Math.min(mappingChars, Math.floor(guaranteedChars / Math.max(mappings, 1)));
  }

  /** The budget of one mapping, for its trigger or for its fields: its own part first, then what all share. */
  budget(): WorkBudget {
    return new WorkBudget(this);
  }

  /** @throws TooCostly */
  takeSteps(steps: number): void {
    if (steps > this.#stepsLeft || steps > this.#request.stepsLeft) throw new TooCostly();
    this.#stepsLeft -= steps;
    this.#request.stepsLeft -= steps;
  }

  /** @throws TooCostly */
  takeChars(chars: number): void {
    if (chars > this.#charsLeft) throw new TooCostly();
    this.#charsLeft -= chars;
  }
}

/** Counts the work of one mapping. It is spent before the work is done, so that what is too much is never begun. */
export class WorkBudget {
  readonly #event: EventWork;
  #steps: number;
  #chars: number;

  constructor(event: EventWork) {
    this.#event = event;
    this.#steps = event.ownSteps;
    this.#chars = event.ownChars;
  }

  /** Starts anew with the own part of another mapping: one object for many triggers costs less than many. */
  renew(): void {
    this.#steps = this.#event.ownSteps;
    this.#chars = this.#event.ownChars;
  }

  /** @throws TooCostly */
  spend(steps: number): void {
    if (steps > this.#steps) {
      this.#event.takeSteps(steps - this.#steps);
      this.#steps = 0;
    } else this.#steps -= steps;
    this.#event.stepsDone += steps;
  }

  /**
   * Counts text that is about to be made.
   *
   * @throws TooCostly
   */
  write(chars: number): void {
    if (chars > this.#chars) {
      this.#event.takeChars(chars - this.#chars);
      this.#chars = 0;
    } else this.#chars -= chars;
    this.#event.charsDone += chars;
  }
}

/** A budget by itself, for what is looked at before it is saved. */
export function ownBudget(): WorkBudget {
  return new EventWork({ mappings: 1 }).budget();
}
