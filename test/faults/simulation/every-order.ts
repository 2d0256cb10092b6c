/**
 * An awaited step. It happens when its turn comes, and its caller continues at once.
 *
 * @param isHeard False when no caller is waiting for it any more and it changes nothing. Then it gets no turn.
 */
export type Await = <Result>(work: () => Result, isHeard?: () => boolean) => Promise<Result>;

/** A run, with the check to make when everything has ended. */
export type Run = { done: Promise<unknown>; check: () => void | Promise<void> };

/**
 * Runs code in every order in which its awaits can end. Depth first: each run starts from the beginning with one choice
 * changed. fast-check's scheduler draws random orders (the tests use it for longer runs); this one leaves none out.
 *
 * @param begin Starts everything anew, with awaits that this function controls.
 * @returns The number of orders.
 */
export async function everyOrder(begin: (wait: Await) => Run | Promise<Run>): Promise<number> {
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
  begin: (wait: Await) => Run | Promise<Run>,
  choices: readonly number[],
): Promise<{ choice: number; width: number }[]> {
  let waiting: { go: () => void; isHeard: () => boolean }[] = [];
  const { done, check } = await begin(
    (work, isHeard = () => true) =>
      new Promise((resolve, reject) => {
        const go = (): void => {
          try {
            resolve(work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        waiting.push({ go, isHeard });
      }),
  );
  const ended = done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const steps: { choice: number; width: number }[] = [];
  for (;;) {
    // Promise chains that wait for nothing outside end here, even those that yield a turn in between.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    waiting = waiting.filter(({ isHeard }) => isHeard());
    const width = waiting.length;
    if (width === 0) break;
    const choice = choices[steps.length] ?? 0;
    steps.push({ choice, width });
    waiting.splice(choice, 1)[0]?.go();
  }
  const error = await ended;
  try {
    if (error !== undefined) throw error;
    await check();
  } catch (cause) {
    throw new Error(`In the order ${steps.map(({ choice }) => choice).join(' ')}: ${String(cause)}`, { cause });
  }
  return steps;
}

/** Returns every way to take three of the items. */
export function triplesOf<Item>(items: readonly Item[]): [Item, Item, Item][] {
  return items.flatMap((first, one) =>
    items
      .slice(one + 1)
      .flatMap((second, two) => items.slice(one + two + 2).map((third): [Item, Item, Item] => [first, second, third])),
  );
}

/** Returns every way to take `count` of the items. Equal items give each way once. */
export function combinationsOf<Item extends string>(items: readonly Item[], count: number): Item[][] {
  if (count === 0) return [[]];
  const all = items.flatMap((first, at) =>
    combinationsOf(items.slice(at + 1), count - 1).map((rest) => [first, ...rest]),
  );
  return [...new Map(all.map((one) => [one.join(), one])).values()];
}

/** Returns every order of the items. */
export function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}
