import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { texts } from '../texts.ts';
import { h } from './h.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** The kinds of identifiers that an event may have, each with the lines of its icon. */
const ICONS = {
  click_id: ['M5 3l13 7-5.5 1.6L10 17z', 'M13 14l5 5'],
  email: ['M3 6h18v12H3z', 'M3 7l9 6 9-6'],
  names: ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4 20c1-4 4-6 8-6s7 2 8 6'],
} as const;

const KINDS = ['click_id', 'email', 'names'] as const;

/** Shows which identifiers an event had, as icons with their names. The icons of missing ones are faint. */
export function identifierIcons(event: Pick<EventView, (typeof KINDS)[number]>): HTMLElement {
  const had = KINDS.filter((kind) => event[kind]).map((kind) => texts.live.story[kind]);
  const inWords = had.length === 0 ? texts.live.hasNone : had.join(', ');
  return h(
    'span',
    { class: 'identifiers', role: 'img', 'aria-label': inWords, title: inWords },
    ...KINDS.map((kind) => icon(ICONS[kind], event[kind])),
  );
}

function icon(lines: readonly string[], isHad: boolean): SVGSVGElement {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  if (!isHad) svg.setAttribute('class', 'lacked');
  for (const line of lines) {
    const path = document.createElementNS(NAMESPACE, 'path');
    path.setAttribute('d', line);
    svg.append(path);
  }
  return svg;
}
