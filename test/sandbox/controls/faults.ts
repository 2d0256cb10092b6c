import type { Call } from '../call.ts';
import type { Fault } from './fault.ts';

/** The faults that wait for their requests, in the order in which they were ordered. */
export class Faults {
  #armed: Fault[] = [];
  #lastId = 0;

  arm(order: Omit<Fault, 'id'>): Fault {
    const fault = { ...order, id: ++this.#lastId };
    this.#armed.push(fault);
    return fault;
  }

  /** The faults that have not happened yet. */
  get armed(): readonly Fault[] {
    return this.#armed;
  }

  disarm(): void {
    this.#armed = [];
  }

  /** Takes the fault for this call, if there is one. */
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
