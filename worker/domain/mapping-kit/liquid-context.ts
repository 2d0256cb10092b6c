import { Context, Drop, toValue } from 'liquidjs';

import { isFields } from '../../schema/fields.ts';
import { payFor, READING, refuseDeep, STEPS_A_FIELD, textIn } from './liquid-prices.ts';
import type { Meter } from './liquid-resolver.ts';

type Options = ConstructorParameters<typeof Context>;

/** The variables of a template while it is filled. Reading them costs steps, and so does what the engine creates. */
export class PaidContext extends Context {
  readonly meter: Meter;
  readonly #options: Options;

  constructor(meter: Meter, ...options: Options) {
    super(...options);
    this.meter = meter;
    this.#options = options;
    this.memoryLimit.use = (count) => meter.use(count);
  }

  /** Reads without a generator, which takes half as long. Nothing in an event has to be waited for. */
  override _getFromScope(scope: unknown, path: Parameters<Context['_getFromScope']>[1]): IterableIterator<unknown> {
    let found = scope;
    for (const name of typeof path === 'string' ? path.split('.') : path)
      // oxlint-disable-next-line typescript/unbound-method -- It is called on this object, with any value.
      found = Reflect.apply(this.readProperty, this, [found, name]);
    payFor(found, READING, this.meter);
    return new Done(found);
  }

  override readProperty(...[scope, key]: Parameters<Context['readProperty']>): unknown {
    // Counting the fields of an object takes as long as reading them.
    if (key === 'size' && isFields(scope) && !(scope instanceof Drop))
      this.meter.spend(Object.keys(scope).length * STEPS_A_FIELD);
    return super.readProperty(scope, key);
  }

  /** The filter `where` looks a path up in each item. */
  override spawn(scope?: object): Context {
    const [, ...options] = this.#options;
    return new PaidContext(this.meter, scope, ...options);
  }
}

/** An iterator that has ended with a value: the engine asks for one. */
class Done implements IterableIterator<unknown> {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  next(): IteratorResult<unknown> {
    return { done: true, value: this.#value };
  }

  throw(error: unknown): IteratorResult<unknown> {
    throw error;
  }

  return(): IteratorResult<unknown> {
    return this.next();
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Returns the meter of the template that is being filled. */
export function meterOf(context: Context): Meter {
  if (!(context instanceof PaidContext)) throw new Error('A template is filled without a meter');
  return context.meter;
}

/** Converts an output value of a template to text. Counts the text's size, and reports a gap when it is empty. */
export function writtenIn(context: Context, value: unknown): string {
  const meter = meterOf(context);
  const text = writtenText(toValue(value), meter);
  if (text === '') meter.gap();
  return text;
}

/** The steps for each item of a list that is written, besides its characters. */
const STEPS_A_WRITTEN_ITEM = 6;

/** Item by item, because a list may contain itself many times. */
function writtenText(value: unknown, meter: Meter, depth = 0): string {
  refuseDeep(depth);
  if (!Array.isArray(value)) {
    const text = textIn(value);
    meter.use(Math.max(text.length, 1));
    return text;
  }
  meter.spend(value.length * STEPS_A_WRITTEN_ITEM);
  meter.use(1);
  let text = '';
  for (const item of value) text += writtenText(item, meter, depth + 1);
  return text;
}
