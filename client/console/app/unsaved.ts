/** The forms that may have changes, each with a check for those that would be lost. */
const forms = new Map<HTMLElement, () => boolean>();

/** Registers a form that a person has changed. It counts while it is in the page and its check finds changes. */
export function noteUnsaved(form: HTMLElement, isUnsaved: () => boolean): void {
  forms.set(form, isUnsaved);
}

export function hasUnsaved(): boolean {
  for (const form of forms.keys()) if (!form.isConnected) forms.delete(form);
  return forms.values().some((isUnsaved) => isUnsaved());
}

/** Removes a form that was saved or emptied, or all forms, because the person has chosen to leave without saving. */
export function forgetUnsaved(form?: HTMLElement): void {
  if (form === undefined) forms.clear();
  else forms.delete(form);
}

/** Makes the browser ask before it closes or reloads a page with unsaved changes. Browsers show their own text. */
export function guardClosing(): void {
  addEventListener('beforeunload', (event) => {
    if (hasUnsaved()) event.preventDefault();
  });
}
