/**
 * `df-forms.js`: puts the click ID into a hidden form field, so that a CRM receives it with the form.
 *
 * It reads the cookie, so it fills in nothing before consent or after its withdrawal. Fields that the page adds later are
 * filled at the visitor's next action, before the page's own listeners run.
 */
import { readCookie } from '../cookies.ts';
import { listen, safely } from '../safely.ts';

const fill = (): void => {
  const fields = document.querySelectorAll<HTMLInputElement>('input[name="li_fat_id" i]');
  if (fields.length === 0) return;
  const clickId = readCookie('li_fat_id') ?? '';
  for (const field of fields) if (field.value !== clickId) field.value = clickId;
};

safely(fill);
listen(document, 'DOMContentLoaded', fill);
// By then the tag has run, and has written the cookie of a new click.
listen(window, 'load', fill);
for (const type of ['focusin', 'pointerdown', 'click', 'submit']) {
  window.addEventListener(type, () => safely(fill), { capture: true, passive: true });
}
