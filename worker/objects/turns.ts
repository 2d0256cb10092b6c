/**
 * Lets one at a time read something, wait, and write what follows from it: of two who begin at once, the second reads what
 * the first has written. A turn waits for nothing outside the object, so that nobody waits for the network of another.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work when those who came before are done, also where theirs failed. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
