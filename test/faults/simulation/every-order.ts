/** Something that is waited for: it happens when its turn comes, and whoever waits goes on at once. */
export type Await = <Result>(work: () => Result) => Promise<Result>;

/** What runs, and what has to be true when everything has ended. */
export type Run = { done: Promise<unknown>; check: () => void };

/** Enough for chains of promises that wait for nothing outside. */
const MICROTASKS = 40;

/**
 * Runs something in every order in which its awaits can end: depth first, each run from the beginning with one choice
 * changed. fast-check's scheduler draws orders by chance (`orders drawn by chance` in the tests uses it for longer runs);
 * this leaves none out.
 *
 * @param begin Begins everything anew, with awaits that this decides on.
 * @returns How many orders there are.
 */
export async function everyOrder(begin: (wait: Await) => Run): Promise<number> {
  let choices: number[] = [];
  for (let orders = 1; ; orders += 1) {
    const steps = await runOnce(begin, choices);
    const last = steps.findLastIndex(({ choice, width }) => choice + 1 < width);
    const step = steps[last];
    if (step === undefined) return orders;
    choices = [...steps.slice(0, last).map(({ choice }) => choice), step.choice + 1];
  }
}

async function runOnce(
  begin: (wait: Await) => Run,
  choices: readonly number[],
): Promise<{ choice: number; width: number }[]> {
  const waiting: (() => void)[] = [];
  const { done, check } = begin(
    (work) =>
      new Promise((resolve, reject) => {
        waiting.push(() => {
          try {
            resolve(work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      }),
  );
  const ended = done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const steps: { choice: number; width: number }[] = [];
  for (;;) {
    for (let turn = 0; turn < MICROTASKS; turn += 1) await Promise.resolve();
    const width = waiting.length;
    if (width === 0) break;
    const choice = choices[steps.length] ?? 0;
    steps.push({ choice, width });
    waiting.splice(choice, 1)[0]?.();
  }
  const error = await ended;
  try {
    if (error !== undefined) throw error;
    check();
  } catch (cause) {
    throw new Error(`In the order ${steps.map(({ choice }) => choice).join(' ')}: ${String(cause)}`, { cause });
  }
  return steps;
}

/** Every way to take three of some things. */
export function triplesOf<Item>(items: readonly Item[]): [Item, Item, Item][] {
  return items.flatMap((first, one) =>
    items
      .slice(one + 1)
      .flatMap((second, two) => items.slice(one + two + 2).map((third): [Item, Item, Item] => [first, second, third])),
  );
}

/** Every order of some things. */
export function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}
