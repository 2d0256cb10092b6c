/** Runs something of ours inside somebody else's page, which must not notice when it fails. */
export function safely<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    // A lost event is our loss; an exception would be the shop's.
    return undefined;
  }
}

/** Listens for as long as the page lives. */
export function listen(
  target: EventTarget,
  type: string,
  act: (event: Event & Partial<PageTransitionEvent>) => unknown,
): void {
  target.addEventListener(type, (event) => safely(() => act(event)));
}
