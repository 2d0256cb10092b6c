import { confirm } from './confirm.ts';

/** Runs the contact form as a customer's site would: it identifies the visitor, then records the event. */
export function startContactForm(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { firstName, lastName, email, companyName } = Object.fromEntries(new FormData(form));
    window._df.identify({ email, firstName, lastName, companyName });
    const messageId = window._df.track('Lead Generated', {
      lead_source: 'contact_form',
      value: 500.0,
      currency: 'USD',
    });
    confirm(form, 'Thank you. We call you back today.', messageId);
  });
}
