/** Tells those who wait for something new that it has come. In memory: who is cut off asks again. */
export class Arrivals {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves at the next ring, or when `patience` does. */
  async wait(patience: Promise<unknown>): Promise<void> {
    let wake = (): void => {};
    const rung = new Promise<void>((resolve) => (wake = resolve));
    this.#waiting.add(wake);
    await Promise.race([rung, patience]);
    this.#waiting.delete(wake);
  }
}
