import { texts } from '../texts.ts';
import { nextId } from './form.ts';
import { h, type Child } from './h.ts';

/** Opens a side panel with details. Escape closes it and returns the focus. */
export function openDrawer(title: string, ...content: Child[]): HTMLDialogElement {
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
  return dialog;
}

/** Asks for confirmation before an action that cannot be undone. */
export function confirm({
  title,
  text,
  yes,
  no = texts.cancel,
  isDangerous = false,
  isUnlikely = false,
}: {
  title: string;
  text: Child[];
  yes: string;
  no?: string;
  isDangerous?: boolean;
  /** The button for no has the focus, for an answer that one more Enter must not give. */
  isUnlikely?: boolean;
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
        h('button', { type: 'button', autofocus: isUnlikely, onclick: answer(false) }, no),
      ),
    );
    dialog.addEventListener('close', () => resolve(false));
    show(dialog);
  });
}

/** Opens a form or list in a dialog, and returns the focus when it closes. */
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

/** Closes the dialogs of a view when the view ends. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog:not(.sign-in-again)')) dialog.close();
}

function show(dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y, target } = event;
    // A click from the keyboard has no position.
    const isOutside = x < left || x > right || y < top || y > bottom;
    if (target === dialog && event.detail > 0 && isOutside) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
