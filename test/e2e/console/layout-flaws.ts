/**
 * Runs in the page, and returns what a person would see as broken: content that is cut off without a sign, amounts that
 * break or are covered, fields that stand apart, and numbers whose title is on the other side.
 */
export function layoutFlaws(): string[] {
  const flaws: string[] = [];
  /** A dialog covers the page on purpose. */
  const shown = document.querySelector('dialog:modal') ?? document.body;
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} “${element.textContent.trim().slice(0, 40)}”`;
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) && element.closest('.unseen, .uplot, thead') === null;
  const isOf = (text: string, values: readonly string[]): boolean => values.includes(text);

  if (document.documentElement.scrollWidth > innerWidth)
    flaws.push(`the page is ${document.documentElement.scrollWidth} pixels wide`);
  for (const element of shown.querySelectorAll<HTMLElement>('*:not(select, option, input, textarea)')) {
    if (!isSeen(element)) continue;
    const style = getComputedStyle(element);
    const isWider = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible';
    const isHigher = element.scrollHeight > element.clientHeight + 1 && style.overflowY !== 'visible';
    if (!isWider && !isHigher) continue;
    // Its end is shown by dots.
    if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') continue;
    if (isOf(isWider ? style.overflowX : style.overflowY, ['hidden', 'clip']))
      flaws.push(`cut off: ${nameOf(element)}`);
    else if (element.tagName !== 'DIALOG' && !style.backgroundAttachment.includes('local'))
      flaws.push(`scrolls without a sign: ${nameOf(element)}`);
    else if (isWider && (element.tabIndex !== 0 || element.role !== 'region' || element.ariaLabel === null))
      flaws.push(`scrolls, but not with the keyboard: ${nameOf(element)}`);
  }

  for (const select of shown.querySelectorAll('select')) {
    const text = select.selectedOptions[0]?.text ?? '';
    // A name that a person gave may be longer than any menu.
    if (!isSeen(select) || text.length > 40) continue;
    const only = select.cloneNode(false);
    if (!(only instanceof HTMLSelectElement)) continue;
    only.append(new Option(text));
    only.style.cssText = 'position: absolute; width: auto; min-width: 0; max-width: none; visibility: hidden';
    select.before(only);
    if (only.offsetWidth > select.offsetWidth + 1) flaws.push(`a choice is cut off: ${nameOf(only)}`);
    only.remove();
  }

  const texts = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || !isSeen(parent) || parent.closest('pre, textarea, select') !== null) continue;
    for (const match of (node.textContent ?? '').matchAll(/\b[A-Z]{3}\s[\d,.]*\d/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1)
        flaws.push(`an amount breaks: ${match[0]} in ${nameOf(parent)}`);
      const cell = parent.closest('td') ?? parent;
      if (cell.scrollWidth > cell.clientWidth && getComputedStyle(cell).overflowX === 'hidden')
        flaws.push(`an amount is cut off: ${match[0]}`);
      parent.scrollIntoView({ block: 'center' });
      const box = range.getBoundingClientRect();
      const { left, right, top, bottom } = box;
      for (const x of [left + 2, right - 2]) {
        const there = document.elementFromPoint(x, (top + bottom) / 2);
        if (there !== null && !there.contains(parent) && !parent.contains(there))
          flaws.push(`an amount is covered: ${match[0]} by ${nameOf(there)}`);
      }
    }
  }

  for (const form of document.querySelectorAll('.filters .fields')) {
    const fields = [...form.querySelectorAll('.field')].filter(isSeen).map((field) => field.getBoundingClientRect());
    const { right } = form.getBoundingClientRect();
    for (const [first, last] of [...form.querySelectorAll('.range')].map(({ children }) => children))
      if (first?.getBoundingClientRect().bottom !== last?.getBoundingClientRect().bottom && innerWidth > 368)
        flaws.push('the first and the last day are in two rows');
    if (innerWidth > 640) continue;
    for (const { bottom } of fields) {
      const end = Math.max(...fields.filter((one) => one.bottom === bottom).map((one) => one.right));
      if (Math.abs(end - right) > 1) flaws.push('a field is alone beside an empty place');
    }
  }

  for (const button of shown.querySelectorAll('button, .button')) {
    const next = button.nextElementSibling;
    if (next === null || !next.matches(':is(button, .button):not(.quiet)') || !isSeen(button) || !isSeen(next))
      continue;
    const [one, other] = [button.getBoundingClientRect(), next.getBoundingClientRect()];
    if (one.top === other.top && other.left - one.right < 2) flaws.push(`buttons touch: ${nameOf(button)}`);
  }

  for (const table of document.querySelectorAll('table')) {
    // The titles of cards are hidden, and each cell has its own.
    if (table.tHead !== null && getComputedStyle(table.tHead).position === 'absolute') continue;
    const cells = [...(table.tBodies[0]?.rows[0]?.cells ?? [])];
    for (const [index, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
      const cell = cells[index];
      if (cell?.className.includes('number') === true && getComputedStyle(head).textAlign !== 'right')
        flaws.push(`the title ${head.textContent} is on the other side than its numbers`);
    }
  }
  return [...new Set(flaws)];
}
