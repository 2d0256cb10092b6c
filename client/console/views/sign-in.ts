import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';
import { signInForm } from './sign-in-form.ts';

const t = texts.signIn;

/** Makes the sign-in page, for people who have no session yet. */
export function signInPage(onDone: () => void): HTMLElement {
  return h(
    'div',
    { class: 'sign-in' },
    h('p', { class: 'brand big' }, texts.product),
    h('h1', { tabindex: -1 }, t.title),
    h('p', { class: 'lead' }, t.lead),
    signInForm(onDone),
    h('p', { class: 'hint' }, t.kept),
  );
}
