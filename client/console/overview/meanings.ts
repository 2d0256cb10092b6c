import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';

const t = texts.home;

/**
 * Says what the numbers of Home mean, and how they relate.
 *
 * @param isWithIncidents There are open incidents above, which count something else.
 */
export function meanings(isWithIncidents: boolean): HTMLElement {
  const all = isWithIncidents ? [...t.meanings, t.meaningOfIncident] : t.meanings;
  return h(
    'dl',
    { class: 'meanings hint', 'aria-label': t.meaningsTitle },
    ...all.map(([term = '', meaning = '']) => h('div', {}, h('dt', {}, `${term}: `), h('dd', {}, meaning))),
  );
}
