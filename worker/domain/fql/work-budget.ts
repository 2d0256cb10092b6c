/**
 * The limits on the work that one request can cause in the triggers and mappings of a source. They are needed because
 * the write key is public: anyone can send any event.
 *
 * A step is one condition, one field lookup, one item or a few characters: 10 to 80 ns on a slow core (measured, see
 * docs/reference/limits.md). Fifty ordinary mappings take about 500 steps for an event.
 */
export const WORK_LIMITS = {
  /** The steps shared by all mappings of one event, in addition to each mapping's own. */
  eventSteps: 250_000,
  /**
   * The steps shared by all events of a request, so that a batch can't bypass the limit, and those that each event adds
   * to them: enough for eight short Liquid templates in each event of the largest batch, and at most 10 million.
   */
  requestSteps: 2_000_000,
  requestStepsOfAnEvent: 1_600,
  /** The steps that each mapping has for itself: at most `mappingSteps`, and together at most `guaranteedSteps`. */
  mappingSteps: 500,
  guaranteedSteps: 5_000,
  /** The same limits for the text that is written: its characters, and 16 for each item of a list or an object. */
  eventChars: 32_768,
  mappingChars: 1_024,
  guaranteedChars: 16_384,
  /** The characters stored of the values that triggers read in one event. */
  seenChars: 2_048,
} as const;

/** The number of characters that an item of a created list or object counts as. */
export const ITEM_CHARS = 16;

/**
 * Thrown when work exceeds its budget. The code that decides about the mapping catches it and reports the mapping as
 * too costly.
 */
export class TooCostly extends Error {
  constructor() {
    super('The work is over its budget');
    this.name = 'TooCostly';
  }
}

/** The remaining steps of a request, shared by all its events. */
export class RequestWork {
  stepsLeft: number;

  constructor(events = 1) {
    this.stepsLeft = WORK_LIMITS.requestSteps + events * WORK_LIMITS.requestStepsOfAnEvent;
  }
}

/** The remaining budget that the mappings of one event share, and a count of the work done. */
export class EventWork {
  /** The steps done in all budgets together. */
  stepsDone = 0;
  charsDone = 0;
  /** The steps that each budget has for itself. */
  readonly ownSteps: number;
  readonly ownChars: number;
  readonly #request: RequestWork;
  #stepsLeft: number;
  #charsLeft: number = WORK_LIMITS.eventChars;

  /**
   * @param options.mappings The number of mappings in all integrations of the source.
   * @param options.steps The steps that they share.
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

  /** Creates the budget for one mapping's trigger or fields. It uses its own part first, then the shared part. */
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

/** Counts the work of one mapping. Work is counted before it is done, so that too costly work never starts. */
export class WorkBudget {
  readonly #event: EventWork;
  #steps: number;
  #chars: number;

  constructor(event: EventWork) {
    this.#event = event;
    this.#steps = event.ownSteps;
    this.#chars = event.ownChars;
  }

  /** Resets the own part for another mapping. Reusing one object for many triggers is cheaper. */
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
   * Counts text before it is written.
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

/** Returns a separate budget, to check a mapping before it is saved. */
export function ownBudget(): WorkBudget {
  return new EventWork({ mappings: 1 }).budget();
}
