/** A part of an address after `?`. Empty and missing values are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * Puts a filter, a period or an open story into the address of the page, so that a reload, a copied link and the Back
 * button show the same. The page is not drawn again.
 */
export function replaceQuery(query: Query): void {
  history.replaceState(null, '', withQuery(location.hash, query));
}

/** Returns the part of an address that says which page it is. */
export function pathOf(hash: string): string {
  return hash.split('?')[0] ?? '#/';
}

/** Returns an address with a query instead of its own. */
export function withQuery(hash: string, query: Query): string {
  const path = pathOf(hash);
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
