import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import { texts } from '../texts.ts';
import { h, type Child } from './h.ts';

/** Shows a name, and says so if it begins or ends with a space. */
export function visibleName(name: string): Child {
  const marked = markedSpaces(name);
  return marked === name ? name : h('span', { class: 'space-mark', title: texts.spacesAround }, marked);
}
