/** Notifies waiting requests that something new has arrived. In memory only: a client that is cut off asks again. */
export class Arrivals {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves at the next arrival, or when `patience` resolves. */
  async wait(patience: Promise<unknown>): Promise<void> {
    let wake = (): void => {};
    const rung = new Promise<void>((resolve) => (wake = resolve));
    this.#waiting.add(wake);
    await Promise.race([rung, patience]);
    this.#waiting.delete(wake);
  }
}
