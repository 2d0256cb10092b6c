import { confirm } from './confirm.ts';

/** Runs the newsletter form. */
export function startSignupForm(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    window._df.identify({ email: new FormData(form).get('email') });
    const messageId = window._df.track('Signed Up', { plan: 'letter' });
    confirm(form, 'You are on the list.', messageId);
  });
}
