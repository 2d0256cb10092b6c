import { texts } from '../texts.ts';
import { nextId } from './form.ts';
import { h, type Child } from './h.ts';

/** Opens a panel at the side, with the story of one thing. Escape closes it and gives the focus back. */
export function openDrawer(title: string, ...content: Child[]): void {
  const id = nextId('drawer');
  const dialog: HTMLDialogElement = h(
    'dialog',
    { class: 'drawer', 'aria-labelledby': id },
    h(
      'header',
      {},
      h('h2', { id }, title),
      h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, texts.close),
    ),
    ...content,
  );
  show(dialog);
}

/** Asks before something is done that cannot be undone. */
export function confirm({
  title,
  text,
  yes,
  isDangerous = false,
}: {
  title: string;
  text: Child[];
  yes: string;
  isDangerous?: boolean;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const id = nextId('confirm');
    const answer = (isYes: boolean) => () => {
      resolve(isYes);
      dialog.close();
    };
    const dialog: HTMLDialogElement = h(
      'dialog',
      { class: 'confirm', 'aria-labelledby': id },
      h('h2', { id }, title),
      ...text,
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', class: isDangerous ? 'danger' : 'primary', onclick: answer(true) }, yes),
        h('button', { type: 'button', onclick: answer(false) }, texts.cancel),
      ),
    );
    dialog.addEventListener('close', () => resolve(false));
    show(dialog);
  });
}

/** Opens a form or a list above the page; the focus goes back when it closes. */
export function openDialog({
  title,
  content,
  onClose,
}: {
  title: string;
  content: readonly Child[];
  onClose?: () => void;
}): HTMLDialogElement {
  const id = nextId('dialog');
  const dialog = h(
    'dialog',
    { class: 'confirm wide-dialog', 'aria-labelledby': id },
    h('h2', { id }, title),
    ...content,
  );
  if (onClose !== undefined) dialog.addEventListener('close', onClose);
  show(dialog);
  return dialog;
}

/** A view that goes takes its dialogs along. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

function show(dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y, target } = event;
    // A click that a key made has no place.
    const isOutside = x < left || x > right || y < top || y > bottom;
    if (target === dialog && event.detail > 0 && isOutside) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
