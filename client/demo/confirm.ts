import { element } from './element.ts';

/** Tells the visitor that it worked, and under which id to look for the event in the panel. */
export function confirm(form: HTMLFormElement, words: string, messageId: string): void {
  const output = form.querySelector('output');
  if (!output) return;
  output.replaceChildren(element('strong', {}, words), 'Sent as event ', element('code', {}, messageId));
  output.hidden = false;
}
