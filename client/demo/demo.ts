/**
 * The demo shop's own script. Like a customer's shop, it calls `_df` only when the visitor does something.
 */
import { startContactForm } from './contact-form.ts';
import { startInspector } from './inspector.ts';
import { startOrderForm } from './order-form.ts';
import { startSignupForm } from './signup-form.ts';

const forms = { contact: startContactForm, order: startOrderForm, signup: startSignupForm };

for (const [id, start] of Object.entries(forms)) {
  const form = document.querySelector<HTMLFormElement>(`form#${id}`);
  if (form) start(form);
}

for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
  if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) startInspector(new URL('outcomes?limit=50', script.src));
