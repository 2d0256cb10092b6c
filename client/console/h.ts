type Handler = (event: Event) => void | Promise<void>;
export type Child = Node | string | number | false | undefined;
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
        void value(event);
      });
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** Puts children in the place of those that an element has. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodes(children));
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) =>
    child === undefined || child === false ? [] : [typeof child === 'number' ? String(child) : child],
  );
}
