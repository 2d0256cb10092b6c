import { h } from './h.ts';

/**
 * Makes the region around a table. A table that is wider than the page scrolls in it, and its edge shows that there is
 * more.
 *
 * On a phone, the rows of a table with the class `cards` are cards, without the titles of the columns. So each cell gets
 * the title of its column.
 */
export function tableRegion(label: string, table: HTMLTableElement): HTMLElement {
  titleCells(table);
  return h('div', { class: 'table-holder', role: 'region', 'aria-label': label, tabindex: 0 }, table);
}

function titleCells(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const [first, ...more] = [...table.tBodies, ...(table.tFoot === null ? [] : [table.tFoot])].flatMap(({ rows }) => [
    ...rows,
  ]);
  if (first === undefined) return;
  // A title is on the same side as its numbers.
  for (const [index, head] of heads.entries())
    if (first.cells[index]?.classList.contains('number') === true) head.classList.add('number');
  for (const { cells } of [first, ...more])
    for (const [index, cell] of [...cells].entries())
      if (cell.tagName === 'TD' && !cell.classList.contains('row-actions'))
        cell.dataset['label'] ??= heads[index]?.textContent ?? '';
}
