/**
 * `df-attach.js`: `_df.attach('form.lead')`, or `data-attach` on its script, adds the hidden fields `li_fat_id` and
 * `_dfid` to forms and fills them, so that a CRM receives them with the form.
 *
 * It reads the cookies, so it fills in nothing before consent or after its withdrawal. Forms that appear later, such as
 * HubSpot's and Marketo's, and further steps of a form, are filled at the visitor's next action, before the page's own
 * listeners run.
 */
import { readCookie } from '../cookies.ts';
import { listen, safely } from '../safely.ts';

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

function fillForm(form: HTMLFormElement, values: Record<string, string>): void {
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input')];
  for (const name of FIELDS) {
    const value = values[name] ?? '';
    const own = inputs.filter((input) => isCalled(input, name));
    if (own.length === 0 && value !== '') {
      const added = form.ownerDocument.createElement('input');
      added.type = 'hidden';
      added.name = name;
      form.append(added);
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

function fill(): void {
  if (selectors.size === 0) return;
  const values = Object.fromEntries(FIELDS.map((name) => [name, readCookie(name) ?? '']));
  const selector = [...selectors].join();
  for (const page of documents())
    for (const form of page.querySelectorAll(selector))
      if (form.tagName === 'FORM') safely(() => fillForm(asForm(form), values));
  // Marketo sends its own list of fields, not those of the page.
  const marketo: Marketo | undefined = Reflect.get(window, 'MktoForms2');
  if (marketo !== undefined && document.querySelector(selector)?.matches('.mktoForm') === true)
    for (const form of marketo.allForms()) safely(() => form.addHiddenFields(values));
}

function asForm(element: Element): HTMLFormElement {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its tag was checked; `instanceof` fails in a frame
  return element as HTMLFormElement;
}

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
listen(document, 'DOMContentLoaded', fill);
// By then the tag has run, and has written the cookie of a new click.
listen(window, 'load', fill);
safely(() => Reflect.get(window, 'MktoForms2')?.whenReady(() => safely(fill)));
for (const type of ['focusin', 'pointerdown', 'click', 'submit'])
  window.addEventListener(type, () => safely(fill), { capture: true, passive: true });
