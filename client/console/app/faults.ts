type Listener = (error: unknown, at: Element | undefined) => void;

let tell: Listener = (error) => console.error(error);

/** Passes an uncaught error to the listener. @param at The element where it happened and is shown. */
export function tellFault(error: unknown, at?: Element): void {
  if (!isExpected(error)) tell(error, at);
}

let visit = 0;

/** Begins a page. Later faults of the previous page are not shown. */
export function beginVisit(): void {
  visit += 1;
}

/** Runs an action that nothing waits for. Such actions all run through here, so that none of their errors is lost. */
export function inPart(part: Element, action: () => void | Promise<void>): void {
  // `guarded` never rejects.
  guarded(part, action).catch(() => undefined);
}

/** Shows the error of an action in its part of the page, while that page is open. */
async function guarded(part: Element, action: () => void | Promise<void>): Promise<void> {
  const mine = visit;
  try {
    await action();
  } catch (error) {
    if (mine === visit) tellFault(error, part);
    else if (!isExpected(error)) console.error(error);
  }
}

/** Listens to every uncaught error in the page, including those of timers and promises. */
export function listenToFaults(listener: Listener): void {
  tell = listener;
  addEventListener('error', (event) => {
    if (event instanceof ErrorEvent && !event.message.startsWith('ResizeObserver loop')) tellFault(event.error);
  });
  addEventListener('unhandledrejection', ({ reason }) => tellFault(reason));
}

/** Checks for a request that ended because its page was left. */
function isExpected(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
