/**
 * `df-forms.js`: puts the click ID into a hidden form field, so that a CRM receives it with the form.
 *
 * It fills in nothing before consent or after its withdrawal (`fill-with-consent.ts`).
 */
import { readCookie } from '../cookies.ts';
import { fillWithConsent } from './fill-with-consent.ts';

fillWithConsent((isAllowed) => {
  const fields = document.querySelectorAll<HTMLInputElement>('input[name="li_fat_id" i]');
  if (fields.length === 0) return;
  const clickId = (isAllowed && readCookie('li_fat_id')) || '';
  for (const field of fields) if (field.value !== clickId) field.value = clickId;
});
