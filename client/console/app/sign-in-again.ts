import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';
import { signInForm } from '../views/sign-in-form.ts';
import { inPart } from './faults.ts';
import { session } from './session.ts';

let waiting: Promise<void> | undefined;

/**
 * Asks the person to sign in again, above the page that they are on. The page and everything typed into it stay.
 *
 * All calls that find the session ended wait for the same dialog, and are repeated afterwards.
 *
 * @param isSignedIn Asks the Worker. A person may have signed in again in another tab.
 */
export function signInAgain(isSignedIn: () => Promise<boolean>): Promise<void> {
  waiting ??= shown(isSignedIn).finally(() => {
    waiting = undefined;
  });
  return waiting;
}

function shown(isSignedIn: () => Promise<boolean>): Promise<void> {
  const before = session.who?.id;
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'confirm sign-in-again', 'aria-labelledby': 'sign-in-again' });
    const look = async (): Promise<void> => {
      if (await isSignedIn().catch(() => false)) done();
    };
    const lookAgain = (): void => inPart(dialog, look);
    const done = (): void => {
      removeEventListener('focus', lookAgain);
      dialog.remove();
      // Another person may have other rights, so the page is loaded again for them.
      if (before !== undefined && session.who?.id !== before) location.reload();
      resolve();
    };
    dialog.append(
      h('h2', { id: 'sign-in-again' }, texts.signIn.title),
      h('p', { class: 'notice' }, texts.signIn.endedHere),
      signInForm(done),
    );
    // Without a session nothing on the page works, so it can't be closed.
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    addEventListener('focus', lookAgain);
    document.body.append(dialog);
    dialog.showModal();
  });
}
