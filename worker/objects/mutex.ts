/**
 * Runs pieces of work one at a time. Each may read, wait and then write; the next one starts after that and reads what
 * was written. Work must not wait for the network, because all later work would wait with it.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work after all earlier work has ended, even if some of it failed. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
