type Listener = (error: unknown, at: Element | undefined) => void;

let tell: Listener = (error) => console.error(error);

/** Hands an error on that nobody has caught. @param at What it happened to, so that it is said there. */
export function tellFault(error: unknown, at?: Element): void {
  if (!isExpected(error)) tell(error, at);
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
