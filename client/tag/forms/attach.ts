/**
 * `df-attach.js`: `_df.attach('form.lead')`, or `data-attach` on its script, adds the hidden fields `li_fat_id` and
 * `_dfid` to forms and fills them, so that a CRM receives them with the form.
 *
 * It fills in nothing before consent or after its withdrawal (`fill-with-consent.ts`). Forms that appear later, such as
 * HubSpot's and Marketo's, and further steps of a form, are filled at the visitor's next action.
 */
import { readCookie } from '../cookies.ts';
import { listen, safely } from '../safely.ts';
import { fillWithConsent } from './fill-with-consent.ts';

const FIELDS = ['li_fat_id', '_dfid'] as const;

/** Search forms are left out, because the values that they send appear in addresses, logs and shared links. */
const LEAD_FORMS = 'form:not([role=search]):not([method=get i])';

type Marketo = {
  allForms(): { addHiddenFields(fields: Record<string, string>): void }[];
  whenReady(call: () => void): void;
};

const selectors = new Set<string>();

/** HubSpot calls a contact's field `0-1/li_fat_id`. */
const isCalled = (input: HTMLInputElement, name: string): boolean =>
  input.name.toLowerCase().replace(/^\d+-\d+\//, '') === name;

function fillForm(page: Document, form: HTMLFormElement, values: Record<string, string>): void {
  // A form's own properties may be its fields: `<input name="append">` hides `form.append`. And a field may belong to a
  // form that it isn't in.
  const inputs = [...page.querySelectorAll('input')].filter((input) => input.form === form);
  for (const name of FIELDS) {
    const value = values[name] ?? '';
    const own = inputs.filter((input) => isCalled(input, name));
    if (own.length === 0 && value !== '') {
      const added = page.createElement('input');
      added.type = 'hidden';
      added.name = name;
      Element.prototype.append.call(form, added);
      own.push(added);
    }
    for (const input of own) {
      if (input.value === value) continue;
      input.value = value;
      // HubSpot's forms are React's, which reads a field only when it says that it has changed.
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
}

/** The page, and the frames of it that scripts may read: HubSpot shows its older forms in one. */
function documents(): Document[] {
  const frames = [...document.querySelectorAll('iframe')].map((frame) => safely(() => frame.contentDocument));
  return [document, ...frames.flatMap((frame) => frame ?? [])];
}

const fill = fillWithConsent((isAllowed) => {
  if (selectors.size === 0) return;
  const values = Object.fromEntries(FIELDS.map((name) => [name, (isAllowed && readCookie(name)) || '']));
  const selector = [...selectors].join();
  for (const page of documents())
    for (const form of page.querySelectorAll('form'))
      if (Element.prototype.matches.call(form, selector)) safely(() => fillForm(page, form, values));
  // Marketo sends its own list of fields, not those of the page.
  const marketo: Marketo | undefined = Reflect.get(window, 'MktoForms2');
  if (marketo !== undefined && document.querySelector(selector)?.matches('.mktoForm') === true)
    for (const form of marketo.allForms()) safely(() => form.addHiddenFields(values));
});

function attach(selector: string): void {
  // A selector that doesn't work must not stop the others.
  document.querySelector(selector);
  selectors.add(selector);
  fill();
}

safely(() => {
  const script = document.currentScript ?? document.querySelector('script[data-attach]');
  const { attach: chosen, global = '_df' } = script instanceof HTMLElement ? script.dataset : {};
  const install = (): unknown =>
    safely(() =>
      Object.assign(Reflect.get(window, global) ?? {}, {
        attach: (selector: string) => safely(() => attach(selector)),
      }),
    );
  // The tag replaces its stub when it starts.
  install();
  listen(window, 'load', install);
  if (chosen !== undefined) safely(() => attach(chosen === '' ? LEAD_FORMS : chosen));
});
safely(() => Reflect.get(window, 'MktoForms2')?.whenReady(fill));
