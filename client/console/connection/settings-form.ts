import { api, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { saveOrChoose, type Setting, type Values } from '../conflict/save-or-choose.ts';
import { asChoice, asLines, asText, asYesNo } from '../conflict/settings.ts';
import { texts } from '../texts.ts';
import { checkbox, Form, input, select } from '../ui/form.ts';
import { h } from '../ui/h.ts';
import type { ShownIntegration } from '../ui/view.ts';

const t = texts.integration;

const NUMBERS = ['rate_limit_rps', 'rate_limit_burst', 'quota_per_minute', 'quota_per_day'] as const;

const SETTINGS: readonly Setting[] = [
  asText('name', t.name),
  asYesNo('enabled', t.enabled),
  asYesNo('test_mode', t.testMode),
  asLines('consent_categories', t.consent),
  asText('default_currency', t.currency),
  asText('hold_for_identity_minutes', t.wait),
  asYesNo('hash_names', t.hashNames),
  asChoice('send_ip', t.sendIp, t.sendIpHow),
  asYesNo('send_external_id', t.sendExternalId),
  asText('linkedin_version', t.version),
  asYesNo('allow_unknown_version', t.unknownVersion),
  ...NUMBERS.map((key) => asText(key, t.numbers[key])),
];

/** Edits the settings of a connection, apart from its account and secrets. */
export function connectionSettings(
  shown: ShownIntegration,
  { version: known, onSaved }: { version: string | null; onSaved: () => Promise<void> },
): HTMLElement {
  const { config } = shown;
  const name = input({ value: shown.name });
  const consent = input({ value: shown.consent_categories.join(', ') });
  const currency = input({ value: config.default_currency ?? '', maxlength: 3, class: 'mono short' });
  const unknownVersion = checkbox(config.allow_unknown_version ?? false);
  const version = input({ value: config.linkedin_version ?? '', placeholder: '202609', class: 'mono short' });
  const numbers = NUMBERS.map((key) => ({
    key,
    control: input({ value: String(config[key] ?? ''), inputmode: 'numeric', class: 'mono short' }),
  }));
  const wait = input({
    value: String(config.hold_for_identity_minutes ?? 0),
    inputmode: 'numeric',
    class: 'mono short',
  });
  const hashNames = checkbox(config.hash_names ?? false);
  const sendIp = select(Object.entries(t.sendIpHow), String(config.send_ip ?? false));
  const sendExternalId = checkbox(config.send_external_id ?? false);
  const testMode = checkbox(config.test_mode ?? false);
  const enabled = checkbox(shown.enabled);
  const form = new Form({
    submit: texts.save,
    onSubmit: async () => {
      await saveOrChoose({
        settings: SETTINGS,
        base: valuesOf(shown),
        version: known,
        mine: {
          name: name.value,
          enabled: enabled.checked,
          consent_categories: consent.value.split(/[\s,]+/).filter((category) => category !== ''),
          default_currency: textOrNull(currency.value),
          linkedin_version: textOrNull(version.value),
          ...Object.fromEntries(numbers.map(({ key, control }) => [key, numberOrNull(control.value)])),
          hold_for_identity_minutes: Number(wait.value),
          allow_unknown_version: unknownVersion.checked,
          hash_names: hashNames.checked,
          send_ip: sendIp.value === 'hashed' ? 'hashed' : sendIp.value === 'true',
          send_external_id: sendExternalId.checked,
          test_mode: testMode.checked,
        },
        read: async () => {
          let etag: string | null = null;
          const now = await api(shapes.integration, `/integrations/${shown.id}`, {
            onVersion: (given) => (etag = given),
          });
          return { values: valuesOf(now), version: etag, changedAt: now.updated_at };
        },
        save: (values, ifMatch) =>
          send(`/integrations/${shown.id}`, { method: 'PATCH', ifMatch, body: bodyOf(values) }),
      });
      await onSaved();
    },
  });
  form.add(
    form.field(t.name, name, { pointer: '/name' }),
    form.field(t.enabled, enabled, { pointer: '/enabled' }),
    form.field(t.testMode, testMode, { pointer: '/config/test_mode' }),
    form.field(t.consent, consent, { pointer: '/consent_categories', hint: t.consentHint }),
    form.field(t.currency, currency, { pointer: '/config/default_currency', hint: t.currencyHint }),
    form.field(t.wait, wait, { pointer: '/config/hold_for_identity_minutes', hint: t.waitHint }),
    form.field(t.hashNames, hashNames, { pointer: '/config/hash_names' }),
    form.field(t.sendIp, sendIp, { pointer: '/config/send_ip' }),
    form.field(t.sendExternalId, sendExternalId, { pointer: '/config/send_external_id' }),
    h(
      'details',
      {},
      h('summary', {}, t.limits),
      h(
        'div',
        { class: 'fields' },
        h('p', { class: 'hint' }, t.limitsHint),
        form.field(t.version, version, { pointer: '/config/linkedin_version' }),
        form.field(t.unknownVersion, unknownVersion, { pointer: '/config/allow_unknown_version' }),
        ...numbers.map(({ key, control }) => form.field(t.numbers[key], control, { pointer: `/config/${key}` })),
      ),
    ),
  );
  return h('section', { class: 'card' }, h('h2', {}, texts.nav.settings), form.element);
}

function valuesOf({ name, enabled, consent_categories: consent, config }: ShownIntegration): Values {
  return {
    name,
    enabled,
    consent_categories: consent,
    default_currency: config.default_currency ?? null,
    linkedin_version: config.linkedin_version ?? null,
    ...Object.fromEntries(NUMBERS.map((key) => [key, config[key] ?? null])),
    hold_for_identity_minutes: config.hold_for_identity_minutes ?? 0,
    allow_unknown_version: config.allow_unknown_version ?? false,
    hash_names: config.hash_names ?? false,
    send_ip: config.send_ip ?? false,
    send_external_id: config.send_external_id ?? false,
    test_mode: config.test_mode ?? false,
  };
}

function bodyOf({ name, enabled, consent_categories: consent, ...config }: Values): object {
  return { name, enabled, consent_categories: consent, config };
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
