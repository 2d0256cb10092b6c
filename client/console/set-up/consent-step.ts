import { send } from '../app/api.ts';
import { texts } from '../texts.ts';
import { Form, input, select } from '../ui/form.ts';
import { h } from '../ui/h.ts';
import type { Progress } from './progress.ts';

const t = texts.setUp;

/** The step that sets the required consent, and how unknown consent counts. */
export function consentStep({ integration, source }: Progress, onSaved: () => Promise<void>): HTMLElement {
  const categories = input({ value: (integration?.consent_categories ?? []).join(', ') });
  const unknown = select(Object.entries(texts.source.consent), source.unknown_consent);
  const form = new Form({
    submit: t.saveConsent,
    onSubmit: async () => {
      await send(`/integrations/${integration?.id ?? ''}`, {
        method: 'PATCH',
        body: { consent_categories: categories.value.split(/[\s,]+/).filter((category) => category !== '') },
      });
      await send(`/sources/${source.id}`, { method: 'PATCH', body: { unknown_consent: unknown.value } });
      await onSaved();
    },
  });
  form.add(
    form.field(texts.integration.consent, categories, {
      pointer: '/consent_categories',
      hint: texts.integration.consentHint,
    }),
    form.field(texts.source.unknownConsent, unknown, {
      pointer: '/unknown_consent',
      hint: texts.source.unknownConsentHint,
    }),
    h('p', { class: 'hint' }, t.consentCode),
  );
  return form.element;
}
