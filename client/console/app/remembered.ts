/** Values for this page only, for browsers that block storage. */
const here = new Map<string, string>();

/** Returns this tab's value for a key. A browser that blocks site data throws when `sessionStorage` is read. */
export function remembered(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? here.get(key) ?? '';
  } catch {
    return here.get(key) ?? '';
  }
}

/** Stores a value while the tab is open, or only while the page is open if the browser blocks storage. */
export function remember(key: string, value: string): void {
  here.set(key, value);
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Storage is blocked or full: the value in `here` is used.
  }
}
