import { texts } from '../texts.ts';
import { h, type Child } from './h.ts';

/** Returns a name with marks for spaces at its ends, which would otherwise make two names look the same. */
export function markedName(name: string): string {
  return name.replaceAll(/^\s+|\s+$/g, (spaces) => '␣'.repeat(Array.from(spaces).length));
}

/** Shows a name, and says so if it begins or ends with a space. */
export function visibleName(name: string): Child {
  const marked = markedName(name);
  return marked === name ? name : h('span', { class: 'space-mark', title: texts.spacesAround }, marked);
}
