import type { Call } from '../call.ts';
import type { Fault } from './fault.ts';

/** Faults that wait for their requests, first armed first served. */
export class Faults {
  #armed: Fault[] = [];
  #lastId = 0;

  arm(order: Omit<Fault, 'id'>): Fault {
    const fault = { ...order, id: ++this.#lastId };
    this.#armed.push(fault);
    return fault;
  }

  /** What is still to come. */
  get armed(): readonly Fault[] {
    return this.#armed;
  }

  disarm(): void {
    this.#armed = [];
  }

  /** This takes the fault that meets this call, if one does. */
  take({ method, path }: Call): Fault | undefined {
    const fault = this.#armed.find(
      (candidate) => path.startsWith(candidate.path ?? '/') && (candidate.method ?? method) === method,
    );
    if (fault === undefined) return undefined;
    fault.remaining -= 1;
    this.#armed = this.#armed.filter(({ remaining }) => remaining > 0);
    return fault;
  }
}
