type Listener = (error: unknown, at: Element | undefined) => void;

let tell: Listener = (error) => console.error(error);

/** Hands an error on that nobody has caught. @param at What it happened to, so that it is said there. */
export function tellFault(error: unknown, at?: Element): void {
  if (!isExpected(error)) tell(error, at);
}

let visit = 0;

/** Begins a page: what fails later of the one before it is shown nowhere, since nobody is there any more. */
export function beginVisit(): void {
  visit += 1;
}

/** Lets something go on by itself that nobody waits for: the only way to do that here, so that no error of it is lost. */
export function inPart(part: Element, action: () => void | Promise<void>): void {
  // It never rejects.
  guarded(part, action).catch(() => undefined);
}

/** Tells what an action throws, now or later, in the part that it belongs to, for as long as its page is shown. */
async function guarded(part: Element, action: () => void | Promise<void>): Promise<void> {
  const mine = visit;
  try {
    await action();
  } catch (error) {
    if (mine === visit) tellFault(error, part);
    else if (!isExpected(error)) console.error(error);
  }
}

/** Shows every error that nobody has caught, wherever in the page it happened: also those of timers and promises. */
export function listenToFaults(listener: Listener): void {
  tell = listener;
  addEventListener('error', (event) => {
    if (event instanceof ErrorEvent && !event.message.startsWith('ResizeObserver loop')) tellFault(event.error);
  });
  addEventListener('unhandledrejection', ({ reason }) => tellFault(reason));
}

/** A request that ended because its page was left. */
function isExpected(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
