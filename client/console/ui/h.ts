import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';

type Handler = (event: Event) => void | Promise<void>;
/** A function is a part of its own: if it throws, a notice stands in its place and everything around it stays. */
export type Child = Node | string | number | false | null | undefined | (() => Child);
export type Attributes = Readonly<Record<string, string | number | boolean | Handler | undefined>>;

/**
 * Makes an element. Text goes in as text nodes and nothing is ever parsed as HTML: what a visitor wrote stays text.
 *
 * @param attributes `onclick` and its like take a function; true is an empty attribute, false and undefined are none.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), (event) => {
        inPart(element, () => value(event));
      });
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children, element));
  return element;
}

/** Puts children in the place of those that an element has. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodes(children, element));
}

/** What stands in the place of a part that could not be shown. */
export function brokenPart(): HTMLElement {
  return h(
    'div',
    { class: 'notice bad broken-part', role: 'alert' },
    h('strong', {}, texts.problems.fault.title),
    h('p', {}, texts.problems.fault.detail),
    h('button', { type: 'button', onclick: () => location.reload() }, texts.problems.reload),
  );
}

function nodes(children: readonly Child[], parent: Element): (Node | string)[] {
  return children.flatMap((child): (Node | string)[] => {
    if (child === undefined || child === null || child === false) return [];
    if (typeof child === 'function') return part(child, parent);
    return [typeof child === 'number' ? String(child) : child];
  });
}

function part(make: () => Child, parent: Element): (Node | string)[] {
  try {
    return nodes([make()], parent);
  } catch (error) {
    console.error(error);
    return [fitting(brokenPart(), parent)];
  }
}

/** A notice as what its parent may hold: a row of a table, an item of a list. */
function fitting(notice: HTMLElement, { tagName }: Element): HTMLElement {
  if (tagName === 'TBODY') return h('tr', {}, h('td', { colspan: 99 }, notice));
  return tagName === 'UL' || tagName === 'OL' ? h('li', {}, notice) : notice;
}
