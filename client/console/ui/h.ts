import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';

type Handler = (event: Event) => void | Promise<void>;
/** A child of an element. If a child function throws, a notice replaces it and the rest stays. */
export type Child = Node | string | number | false | null | undefined | (() => Child);
export type Attributes = Readonly<Record<string, string | number | boolean | Handler | undefined>>;

/**
 * Makes an element. Text becomes text nodes and nothing is parsed as HTML, so a visitor's input stays text.
 *
 * @param attributes `onclick` and similar take a function. True makes an empty attribute; false and undefined make none.
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

/** Replaces the children of an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodes(children, element));
}

/** Makes the notice for a part that could not be shown. */
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

/** Wraps a notice in the element that its parent allows, such as a table row or a list item. */
function fitting(notice: HTMLElement, { tagName }: Element): HTMLElement {
  if (tagName === 'TBODY') return h('tr', {}, h('td', { colspan: 99 }, notice));
  return tagName === 'UL' || tagName === 'OL' ? h('li', {}, notice) : notice;
}
