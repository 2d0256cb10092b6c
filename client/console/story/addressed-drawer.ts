import { pathOf, replaceQuery, withQuery, type Query } from '../app/address.ts';

/**
 * A side panel with its own address, so that a link to it can be copied, and Back closes it.
 *
 * Opening it adds an entry to the history. The page's `queried` passes each new address on to `follow`.
 */
export class AddressedDrawer {
  readonly #names: readonly string[];
  readonly #filter: () => Query;
  readonly #open: (given: URLSearchParams) => Promise<HTMLDialogElement>;
  #drawer: HTMLDialogElement | undefined;
  #shown = '';

  /**
   * @param names The names in the address; the first one is always there when something is open.
   * @param filter Returns the rest of the address, such as the page's filter.
   * @param open Opens the panel for an address.
   */
  constructor({
    names,
    filter,
    open,
  }: {
    names: readonly [string, ...string[]];
    filter: () => Query;
    open: (given: URLSearchParams) => Promise<HTMLDialogElement>;
  }) {
    this.#names = names;
    this.#filter = filter;
    this.#open = open;
  }

  /** Goes to the address of a panel, which then opens. */
  visit(given: Query): void {
    location.hash = withQuery(location.hash, { ...this.#filter(), ...given });
  }

  /** Returns whether an address has the page's present filter, so that only the panel may differ. */
  isOfFilter(query: URLSearchParams): boolean {
    const texts = (entries: Iterable<[string, string | undefined]>): string =>
      JSON.stringify(
        [...entries]
          .filter(([name, value]) => !this.#names.includes(name) && value !== undefined && value !== '')
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      );
    return texts(query) === texts(Object.entries(this.#filter()));
  }

  /** Opens or closes the panel, as the address says. */
  async follow(query: URLSearchParams): Promise<void> {
    const wanted = this.#names.map((name) => query.get(name) ?? '').join('\n');
    if (wanted === this.#shown) return;
    this.#shown = '';
    this.#drawer?.close();
    if (query.get(this.#names[0] ?? '') === null) return;
    this.#shown = wanted;
    const page = pathOf(location.hash);
    const drawer = await this.#open(query);
    this.#drawer = drawer;
    drawer.addEventListener('close', () => {
      if (this.#drawer !== drawer) return;
      this.#drawer = undefined;
      // The person closed it, not another address.
      if (this.#shown !== wanted) return;
      this.#shown = '';
      // Another page has an address of its own by now. The event comes a moment after the page has changed.
      if (pathOf(location.hash) === page) replaceQuery(this.#filter());
    });
  }
}
