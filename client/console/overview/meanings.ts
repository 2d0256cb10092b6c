import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';

const t = texts.home;

/** What can be explained, in the order in which it is. */
export type Meaning = keyof typeof t.meanings;

/**
 * Says what states and numbers of Home mean, and how they relate.
 *
 * @param shown Only what the page shows is explained.
 */
export function meanings(shown: Readonly<Record<Meaning, boolean>>): HTMLElement | false {
  const explained = Object.entries(t.meanings).filter(([about]) =>
    Object.entries(shown).some(([one, isShown]) => one === about && isShown),
  );
  return (
    explained.length > 0 &&
    h(
      'dl',
      { class: 'meanings hint', 'aria-label': t.meaningsTitle },
      ...explained.map(([, [term = '', meaning = '']]) => h('div', {}, h('dt', {}, `${term}: `), h('dd', {}, meaning))),
    )
  );
}
