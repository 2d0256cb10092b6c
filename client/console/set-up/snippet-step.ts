import { snippet } from '../../tag/snippet.ts';
import { productUrl } from '../app/api.ts';
import { texts } from '../texts.ts';
import { copyable } from '../ui/element-of-state.ts';
import { h, type Child } from '../ui/h.ts';
import type { Progress } from './progress.ts';

/** The step with the snippet, which shows whether an event has arrived. */
export function snippetStep({ source, hasEvents, hasOtherEvents }: Progress, refused: HTMLElement): Child[] {
  return [
    h('p', {}, texts.source.snippetLead),
    copyable(texts.source.snippet, snippet({ src: productUrl('df.js').href, writeKey: source.write_key })),
    h('p', {}, texts.source.snippetDone),
    copyable(texts.source.snippetDone, `_df.track('Lead Generated', { value: 500, currency: 'USD' })`),
    h('p', { class: 'hint' }, texts.setUp.server),
    h('div', { class: 'first-event', role: 'status' }, hasEvents ? received() : waiting(hasOtherEvents)),
    refused,
  ];
}

function waiting(hasOtherEvents: boolean): HTMLElement {
  return h(
    'div',
    { class: 'notice waiting' },
    h('strong', {}, texts.source.waiting),
    h('p', {}, texts.source.waitingMore),
    hasOtherEvents && h('p', {}, texts.source.waitingOthers),
  );
}

/** Shows that the first event has arrived. */
export function received(): HTMLElement {
  return h(
    'div',
    { class: 'notice good' },
    h('strong', {}, texts.source.received),
    h('p', {}, texts.source.receivedMore),
  );
}
