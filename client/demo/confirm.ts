import { element } from './element.ts';

/** Shows the visitor that it worked, and the event's ID, by which they can find it in the panel. */
export function confirm(form: HTMLFormElement, words: string, messageId: string): void {
  const output = form.querySelector('output');
  if (!output) return;
  output.replaceChildren(element('strong', {}, words), 'Sent as event ', element('code', {}, messageId));
  output.hidden = false;
}
