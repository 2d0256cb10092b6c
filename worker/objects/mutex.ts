/**
 * Runs pieces of work one at a time. Each may read, wait and then write. The next one starts after that, so it reads
 * what was written. Work must not wait for the network, because all later work would wait with it.
 */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work after all earlier work has ended, even if some of it failed. */
  runExclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(work);
    this.#last = run.catch(() => undefined);
    return run;
  }
}
