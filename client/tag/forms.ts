/**
 * `df-forms.js`: keeps the click id in a form's hidden field, so that it reaches a CRM with the rest of the form.
 *
 * It takes the cookie's word, so there is nothing to fill in before consent, nor after it was withdrawn. Fields that a
 * page makes later are filled as soon as the visitor does anything, before the page's own listeners hear of it.
 */
import { readCookie } from './cookies.ts';
import { listen, safely } from './safely.ts';

const fill = (): void => {
  const fields = document.querySelectorAll<HTMLInputElement>('input[name="li_fat_id" i]');
  if (fields.length === 0) return;
  const clickId = readCookie('li_fat_id') ?? '';
  for (const field of fields) if (field.value !== clickId) field.value = clickId;
};

safely(fill);
listen(document, 'DOMContentLoaded', fill);
// By then the tag has run, which writes the cookie of a click that has just been made.
listen(window, 'load', fill);
for (const type of ['focusin', 'pointerdown', 'click', 'submit']) {
  window.addEventListener(type, () => safely(fill), { capture: true, passive: true });
}
