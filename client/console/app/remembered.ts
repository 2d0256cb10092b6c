/** Values for this page only, for browsers that block storage. */
const here = new Map<string, string>();

/**
 * Returns this tab's value for a key, or else the one that this browser keeps for good. A browser that blocks site data
 * throws when its storage is read.
 */
export function remembered(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? here.get(key) ?? '';
  } catch {
    return here.get(key) ?? '';
  }
}

/** Stores a value while the tab is open, or only while the page is open if the browser blocks storage. */
export function remember(key: string, value: string): void {
  keep(() => sessionStorage, key, value);
}

/** Stores a value that a person expects to find again tomorrow. It must be no secret. */
export function rememberForGood(key: string, value: string): void {
  keep(() => localStorage, key, value);
}

function keep(storage: () => Storage, key: string, value: string): void {
  here.set(key, value);
  try {
    storage().setItem(key, value);
  } catch {
    // Storage is blocked or full: the value in `here` is used.
  }
}
