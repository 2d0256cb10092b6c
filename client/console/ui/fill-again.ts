import { fill, type Child } from './h.ts';

/** Replaces the children of an element later than a person expects it, so that what has the focus keeps it. */
export function fillAgain(element: Element, ...children: readonly Child[]): void {
  const { activeElement } = document;
  const focused = activeElement !== null && element.contains(activeElement) ? keyOf(activeElement) : undefined;
  fill(element, ...children);
  if (focused === undefined) return;
  const same = [...element.querySelectorAll<HTMLElement>('a, button, input')].find((one) => keyOf(one) === focused);
  same?.focus({ preventScroll: true });
}

/** What a person takes for the same link, button or field. */
function keyOf(element: Element): string {
  return [element.tagName, element.getAttribute('href'), element.ariaLabel ?? element.textContent].join(' ');
}
