/** Each connection costs a request to LinkedIn: a few seconds between two leave its limits to the conversions. */
const PAUSE_MS = 3_000;

/** The most connections that one tab asks about, until it is loaded again. */
const MOST_IN_TAB = 40;

let askedInTab = 0;

/**
 * Asks about one connection after the other, slowly, and never while the tab is hidden. Ends with the page.
 *
 * @param next Returns the next connection to ask about that isn't among the ones that were tried, if any is left.
 * @param ask Asks LinkedIn, and shows what it said.
 */
export async function askSlowly(
  next: (tried: ReadonlySet<string>) => string | undefined,
  ask: (integrationId: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const tried = new Set<string>();
  while (askedInTab < MOST_IN_TAB) {
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
    if (signal.aborted) return;
    if (document.hidden) continue;
    const id = next(tried);
    if (id === undefined) return;
    tried.add(id);
    askedInTab += 1;
    await ask(id);
  }
}
