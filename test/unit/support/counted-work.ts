/** Counts work without a clock: one for each call of a function that engines use, and more for long arguments. */

/** The characters that JavaScript's own functions process in the time of one call, and the items. */
const CHARS_A_CALL = 32;
const ITEMS_A_CALL = 4;

/** The calls that take as long as making a formatter of dates. */
const CALLS_A_FORMATTER = 1_000;

let counts: Map<string, number> | undefined;

/** What counting itself calls doesn't count. */
let isInside = false;

function count(what: string, work: number): void {
  counts?.set(what, (counts.get(what) ?? 0) + work);
}

/** Returns a value whose fields and items are counted when they are read, also inside. */
export function watched<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, watched(field)]));
  const copy = Array.isArray(value) ? Object.values(inside) : inside;
  // @ts-expect-error -- The copy has the type of the value.
  return new Proxy<T & object>(copy, {
    get(target, name, receiver) {
      count('reads', 1);
      return Reflect.get(target, name, receiver);
    },
    getOwnPropertyDescriptor(target, name) {
      count('reads', 0.25);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
}

/** Runs something, and returns the work that it did, and what most of it was. `startCounting` must be called first. */
export function counting(run: () => void): { done: number; most: string } {
  const own = new Map<string, number>();
  counts = own;
  try {
    run();
  } finally {
    counts = undefined;
  }
  const sorted = [...own].toSorted(([, one], [, other]) => other - one);
  return { done: sorted.reduce((sum, [, work]) => sum + work, 0), most: sorted[0]?.[0] ?? 'nothing' };
}

const generator = Object.getPrototypeOf(Object.getPrototypeOf((function* none() {})()));

/** Functions whose work grows with the text that they are called on, and those that look at one place only. */
const ON_ALL_OF_A_TEXT = [
  'indexOf',
  'lastIndexOf',
  'match',
  'replace',
  'replaceAll',
  'search',
  'split',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimEnd',
  'trimStart',
];
const AT_A_PLACE = ['charCodeAt', 'codePointAt', 'startsWith', 'substring', 'slice'];
const ON_ALL_ITEMS = ['concat', 'every', 'filter', 'join', 'map', 'reduce', 'slice', 'some', 'sort'];

/** Replaces JavaScript's own functions by ones that count. Returns how to undo it. */
export function startCounting(): () => void {
  const undo = [
    patch(generator, 'next', () => 1),
    ...ON_ALL_OF_A_TEXT.map((name) => patch(String.prototype, name, (text) => 1 + String(text).length / CHARS_A_CALL)),
    patch(RegExp.prototype, 'exec', () => 1),
    ...AT_A_PLACE.map((name) => patch(String.prototype, name, () => 0.25)),
    ...ON_ALL_ITEMS.map((name) =>
      patch(Array.prototype, name, (items) => 1 + (Array.isArray(items) ? items.length : 0) / ITEMS_A_CALL),
    ),
    patch(Math, 'random', () => 1),
    patch(Set.prototype, 'has', () => 1),
    patch(Object.getPrototypeOf(Uint8Array), 'from', (_, [items]) => (typeof items === 'string' ? items.length : 1)),
    patch(Date.prototype, 'toLocaleString', (_, [locale]) => (locale === undefined ? 10 : CALLS_A_FORMATTER)),
    patch(Intl, 'DateTimeFormat', () => CALLS_A_FORMATTER),
  ];
  return () => {
    for (const one of undo) one();
  };
}

/** Counts each call of a function, and of functions that a text is given. Returns how to undo it. */
function patch(owner: object, name: string, work: (self: unknown, args: unknown[]) => number): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (descriptor === undefined || typeof original !== 'function') throw new Error(`There is no ${name}`);
  function counted(this: unknown, ...args: unknown[]): unknown {
    if (counts === undefined || isInside) return call(this, args);
    isInside = true;
    try {
      count(name, work(this, args));
      if (owner === String.prototype) args = args.map(countedToo);
    } finally {
      isInside = false;
    }
    return call(this, args);
  }
  function countedToo(given: unknown): unknown {
    if (typeof given !== 'function') return given;
    return (...args: unknown[]): unknown => {
      count(`${name}, its function`, 2);
      return Reflect.apply(given, undefined, args);
    };
  }
  function call(self: unknown, args: unknown[]): unknown {
    return owner === Intl ? Reflect.construct(Object(original), args) : Reflect.apply(Object(original), self, args);
  }
  Object.defineProperty(owner, name, { ...descriptor, value: counted });
  return () => Object.defineProperty(owner, name, descriptor);
}
