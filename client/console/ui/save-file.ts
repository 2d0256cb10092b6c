import { h } from './h.ts';

/** Downloads a file that was made in the page. */
export function saveFile(name: string, csv: string): void {
  const href = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  h('a', { href, download: name }).click();
  URL.revokeObjectURL(href);
}
