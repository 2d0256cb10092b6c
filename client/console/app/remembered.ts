/** What was remembered in this page, where the browser keeps nothing. */
const here = new Map<string, string>();

/** What this tab remembers under a key. A browser that blocks site data throws at the word `sessionStorage`. */
export function remembered(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? here.get(key) ?? '';
  } catch {
    return here.get(key) ?? '';
  }
}

/** Remembers something for as long as the tab is open; for as long as the page is, where the browser keeps nothing. */
export function remember(key: string, value: string): void {
  here.set(key, value);
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Blocked or full: what was remembered here has to do.
  }
}
