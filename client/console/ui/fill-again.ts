import { fill, type Child } from './h.ts';

/** Replaces the children of an element later than a person expects it, so that what has the focus keeps it. */
export function fillAgain(element: Element, ...children: readonly Child[]): void {
  const focused = focusIn(element);
  fill(element, ...children);
  if (focused !== undefined) focusAgain(element, focused);
}

/** Returns what a person takes for the link, button or field that has the focus in an element. */
export function focusIn(element: Element): string | undefined {
  const { activeElement } = document;
  return activeElement !== null && element.contains(activeElement) ? keyOf(activeElement) : undefined;
}

/** Gives the focus to the same link, button or field of new contents. Returns false if they don't have it. */
export function focusAgain(element: Element, focused: string): boolean {
  const same = [...element.querySelectorAll<HTMLElement>('a, button, input, select, textarea')].find(
    (one) => keyOf(one) === focused,
  );
  same?.focus({ preventScroll: true });
  return same !== undefined;
}

/** Undefined for a field without a label, which can't be told from others. */
function keyOf(element: Element): string | undefined {
  const name = element.ariaLabel ?? nameOf(element);
  return name === '' ? undefined : [element.tagName, element.getAttribute('href'), name].join(' ');
}

/** The text in a field is no name: it changes. */
function nameOf(element: Element): string {
  const isField =
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement;
  return isField ? (element.labels?.[0]?.textContent ?? '') : element.textContent;
}
