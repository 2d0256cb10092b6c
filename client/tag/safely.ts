/** Runs our code so that its errors never reach the page. */
export function safely<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    // Losing an event is better than breaking the page.
    return undefined;
  }
}

/** Adds a listener for the life of the page. */
export function listen(
  target: EventTarget,
  type: string,
  act: (event: Event & Partial<PageTransitionEvent>) => unknown,
): void {
  target.addEventListener(type, (event) => safely(() => act(event)));
}
