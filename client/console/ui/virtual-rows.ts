import { texts } from '../texts.ts';
import { h } from './h.ts';

/** Extra rows outside the visible area, so that scrolling shows no gap. */
const MORE_ROWS = 8;

/**
 * Draws only the visible rows of a table: ten thousand cost as much as thirty.
 *
 * All rows have the height that the style sets. A row keeps its element while its item is the same, so that it keeps the
 * focus.
 */
export class VirtualRows<Item extends object> {
  readonly #scroller: HTMLElement;
  readonly #body: HTMLTableSectionElement;
  readonly #rowOf: (item: Item) => HTMLTableRowElement;
  readonly #onEnd: () => void;
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #elements = new Map<Item, HTMLTableRowElement>();
  #items: readonly Item[] = [];
  #rowHeight = 0;

  /** @param onEnd Called when the last rows become visible. */
  constructor({
    scroller,
    body,
    rowOf,
    onEnd,
    signal,
  }: {
    scroller: HTMLElement;
    body: HTMLTableSectionElement;
    rowOf: (item: Item) => HTMLTableRowElement;
    onEnd: () => void;
    signal: AbortSignal;
  }) {
    this.#scroller = scroller;
    this.#body = body;
    // If one row cannot be shown, the others still are.
    this.#rowOf = (item) => rowOrNotice(() => rowOf(item));
    this.#onEnd = onEnd;
    scroller.addEventListener('scroll', () => this.#draw(), { passive: true });
    const resized = new ResizeObserver(() => {
      this.#rowHeight = 0;
      this.#draw();
    });
    resized.observe(scroller);
    signal.addEventListener('abort', () => resized.disconnect());
  }

  /** @param added How many items are new at the top. A reader who has scrolled down keeps seeing the same items. */
  show(items: readonly Item[], added: number): void {
    this.#items = items;
    const { scrollTop } = this.#scroller;
    const isReading = scrollTop > this.#rowHeight;
    this.#draw();
    if (isReading && added > 0 && this.#rowHeight > 0) this.#scroller.scrollTop = scrollTop + added * this.#rowHeight;
  }

  /** Makes all rows again, because something besides their items has changed. */
  redraw(): void {
    this.#elements.clear();
    this.#draw();
  }

  #draw(): void {
    const height = this.#height();
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / height) - MORE_ROWS);
    const last = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / height) + MORE_ROWS);
    const seen = this.#items.slice(first, last);
    const elements = seen.map((item, index) => {
      const element = this.#elements.get(item) ?? this.#rowOf(item);
      this.#elements.set(item, element);
      element.setAttribute('aria-rowindex', String(first + index + 2));
      return element;
    });
    const wanted = new Set(seen);
    for (const item of this.#elements.keys()) if (!wanted.has(item)) this.#elements.delete(item);
    setHeight(this.#above, first * height);
    setHeight(this.#below, (this.#items.length - last) * height);
    place(this.#body, [this.#above, ...elements, this.#below]);
    if (last >= this.#items.length - MORE_ROWS) this.#onEnd();
  }

  /** Measured once, on a real row, because rows are higher on phones. */
  #height(): number {
    const [item] = this.#items;
    if (this.#rowHeight > 0 || item === undefined) return Math.max(this.#rowHeight, 1);
    const probe = this.#rowOf(item);
    this.#body.append(probe);
    this.#rowHeight = probe.getBoundingClientRect().height;
    probe.remove();
    return Math.max(this.#rowHeight, 1);
  }
}

function rowOrNotice(make: () => HTMLTableRowElement): HTMLTableRowElement {
  try {
    return make();
  } catch (error) {
    console.error(error);
    return h('tr', {}, h('td', { colspan: 99 }, texts.problems.fault.title));
  }
}

function spacer(): HTMLTableRowElement {
  return h('tr', { class: 'spacer', 'aria-hidden': 'true' }, h('td', {}));
}

function setHeight(element: HTMLTableRowElement, height: number): void {
  element.hidden = height === 0;
  element.style.height = `${height}px`;
}

/** Updates the children without moving unchanged rows, because one of them may have the focus. */
function place(body: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(elements);
  for (const child of Array.from(body.children)) if (!wanted.has(child)) child.remove();
  let next = body.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else body.insertBefore(element, next);
  }
}
