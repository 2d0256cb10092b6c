import { api, ApiProblem } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { session } from '../app/session.ts';
import { texts } from '../texts.ts';
import { Form, input } from '../ui/form.ts';

const t = texts.signIn;

/** Before signing in, only the address says whether this is a local run. */
const IS_LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

/** Makes the form that starts a session with a token. */
export function signInForm(onDone: () => void): HTMLElement {
  const token = input({ type: 'password', required: true, class: 'mono' });
  const form = new Form({
    submit: t.button,
    isSearch: true,
    onSubmit: async () => {
      const given = token.value.trim();
      if (given === '') throw fieldProblem(t.missing);
      // A header cannot hold other characters, and the browser's own message would not help.
      if (!/^[\x21-\x7e]+$/.test(given)) throw fieldProblem(t.wrong);
      try {
        session.who = await api(shapes.session, '/session', { method: 'POST', token: given });
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) throw fieldProblem(t.wrong);
        if (error instanceof ApiProblem && error.status === 503)
          throw new ApiProblem({ status: 503, title: error.title, detail: t.notConfigured });
        throw error;
      }
      onDone();
    },
  });
  form.add(form.field(t.label, token, { pointer: '/token', hint: IS_LOCAL ? t.whereLocal : t.where }));
  return form.element;
}

function fieldProblem(detail: string): ApiProblem {
  return new ApiProblem({ status: 401, title: detail, detail, errors: [{ pointer: '/token', detail }] });
}
