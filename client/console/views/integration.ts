import { all, api } from '../api.ts';
import { confirm } from '../dialog.ts';
import { problemCard } from '../element-of-state.ts';
import { checkbox, Form, input, nextId } from '../form.ts';
import { fill, h } from '../h.ts';
import { texts } from '../texts.ts';
import type { Place, ShownIntegration, Status, View } from '../view.ts';
import { statusFacts } from './home.ts';

const t = texts.integration;
type SecretName = 'access_token' | 'refresh_token' | 'oauth_client_secret';

/** The connection to a LinkedIn ad account; of several, the one that the address names. */
export async function integration(place: Place, sourceId: string, id?: string): Promise<View> {
  if (id === 'new') return creation(place, sourceId);
  const found = await all<ShownIntegration>(`/integrations?source_id=${sourceId}`, place.signal);
  const shown = id === undefined ? found[0] : found.find((one) => one.id === id);
  if (shown === undefined) return creation(place, sourceId);
  const status = await api<Status>(`/integrations/${shown.id}/status`, { signal: place.signal });
  return {
    title: shown.name,
    content: [
      found.length > 1 &&
        h(
          'nav',
          { class: 'chips', 'aria-label': t.choose },
          ...found.map((one) =>
            h(
              'a',
              { href: `#/sources/${sourceId}/linkedin/${one.id}`, 'aria-current': one === shown ? 'page' : undefined },
              one.name,
            ),
          ),
        ),
      statusCard(shown, status, place),
      integrationForm({ place, sourceId, shown }),
      h(
        'p',
        { class: 'actions' },
        h('a', { class: 'button', href: `#/sources/${sourceId}/linkedin/new` }, t.add),
        h('button', { type: 'button', class: 'danger quiet', onclick: () => remove(shown, place) }, t.remove),
      ),
    ].filter((part) => part !== false),
  };
}

function creation(place: Place, sourceId: string): View {
  return { title: t.newTitle, content: [h('p', { class: 'lead' }, t.newLead), integrationForm({ place, sourceId })] };
}

function statusCard({ id }: ShownIntegration, status: Status, { act }: Place): HTMLElement {
  const { backlog, warnings } = status;
  const holds = [
    ...(backlog.hold ? [backlog.hold.sentence] : []),
    ...backlog.rules.flatMap(({ hold, conversion_rule_id: rule }) =>
      hold ? [`${t.ruleHeld(rule)}: ${hold.sentence}`] : [],
    ),
  ];
  const findings = h('div', { role: 'status', class: 'stack' });
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.status),
    ...(holds.length > 0
      ? [
          h(
            'div',
            { class: 'notice warn' },
            h('strong', {}, texts.home.isHeld(backlog.held)),
            ...holds.map((sentence) => h('p', {}, sentence)),
          ),
        ]
      : [h('p', {}, backlog.pending > 0 ? t.waits(backlog.pending) : t.flows)]),
    ...warnings.map(({ sentence }) => h('div', { class: 'notice warn' }, h('p', {}, sentence))),
    statusFacts(status),
    findings,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', onclick: () => check(id, findings) }, t.check),
      h(
        'button',
        {
          type: 'button',
          onclick: () =>
            act(async () => {
              const { url } = await api<{ url: string }>(`/integrations/${id}/oauth/authorize`, { method: 'POST' });
              location.assign(url);
            }),
        },
        t.connectOauth,
      ),
    ),
  );
}

type Finding = { severity: 'error' | 'warning' | 'notice'; title: string; detail: string; remedy: string };

async function check(id: string, into: HTMLElement): Promise<void> {
  fill(into, h('p', { class: 'loading' }, t.checking));
  try {
    const { findings } = await api<{ findings: Finding[] }>(`/integrations/${id}/doctor`, { method: 'POST' });
    fill(
      into,
      ...(findings.length === 0
        ? [h('div', { class: 'notice good' }, h('strong', {}, t.allWell))]
        : findings.map(({ severity, title, detail, remedy }) =>
            h(
              'div',
              { class: `notice ${severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : ''}` },
              h('strong', {}, title),
              h('p', {}, detail),
              h('p', {}, `${t.remedy}: ${remedy}`),
            ),
          )),
    );
  } catch (error) {
    fill(into, problemCard(error));
  }
}

function integrationForm({
  place,
  sourceId,
  shown,
}: {
  place: Place;
  sourceId: string;
  shown?: ShownIntegration;
}): HTMLElement {
  const config = shown?.config;
  const name = input({ value: shown?.name ?? t.defaultName });
  const account = input({ value: config?.account_id ?? '', inputmode: 'numeric', class: 'mono' });
  const clientId = input({ value: config?.oauth_client_id ?? '', class: 'mono' });
  const secrets: Record<SecretName, HTMLInputElement> = {
    access_token: secretInput(),
    refresh_token: secretInput(),
    oauth_client_secret: secretInput(),
  };
  const consent = input({ value: (shown?.consent_categories ?? ['advertising']).join(', ') });
  const currency = input({ value: config?.default_currency ?? '', maxlength: 3, class: 'mono short' });
  const sendIp = checkbox(config?.send_ip ?? false);
  const testMode = checkbox(config?.test_mode ?? false);
  const enabled = checkbox(shown?.enabled ?? true);

  const form = new Form({
    submit: shown === undefined ? t.create : texts.save,
    onSubmit: async () => {
      const typed = Object.entries(secrets).flatMap(([key, { value }]) =>
        value === '' ? [] : [[key, value] as const],
      );
      const body = {
        name: name.value,
        enabled: enabled.checked,
        consent_categories: consent.value
          .split(',')
          .map((category) => category.trim())
          .filter((category) => category !== ''),
        config: {
          account_id: account.value.trim(),
          conversion_rule_id: rules.value(),
          ...Object.fromEntries(typed),
          oauth_client_id: clientId.value.trim() === '' ? null : clientId.value.trim(),
          default_currency: currency.value.trim() === '' ? null : currency.value.trim(),
          send_ip: sendIp.checked,
          test_mode: testMode.checked,
        },
      };
      const saved = await (shown === undefined
        ? api<ShownIntegration>('/integrations', { body: { source_id: sourceId, ...body } })
        : api<ShownIntegration>(`/integrations/${shown.id}`, { method: 'PATCH', body }));
      place.say(texts.saved);
      place.go(`#/sources/${sourceId}/linkedin/${saved.id}`);
    },
  });
  const rules = new RuleRows(form, config?.conversion_rule_id ?? {});
  const secret = (key: SecretName, label: string, hint?: string) => {
    const kept = config?.[key];
    const state = kept === undefined ? undefined : kept.set ? t.secretSet(kept.last4) : t.secretUnset;
    return form.field(label, secrets[key], {
      pointer: `/config/${key}`,
      hint: [state, hint].filter((part) => part !== undefined).join(' '),
    });
  };
  form.add(
    group(
      undefined,
      form.field(t.name, name, { pointer: '/name' }),
      form.field(t.account, account, { pointer: '/config/account_id', hint: t.accountHint }),
    ),
    group(
      t.access,
      secret('access_token', t.token, t.tokenHint),
      secret('refresh_token', t.refresh, t.refreshHint),
      form.field(t.clientId, clientId, { pointer: '/config/oauth_client_id' }),
      secret('oauth_client_secret', t.clientSecret),
    ),
    group(
      t.rules,
      h('p', { class: 'hint' }, t.rulesHint),
      rules.element,
      config?.mappings !== undefined &&
        config.mappings.length > 0 &&
        h('p', { class: 'hint' }, t.mappings(config.mappings.length)),
    ),
    group(
      t.privacy,
      form.field(t.consent, consent, { pointer: '/consent_categories', hint: t.consentHint }),
      form.field(t.currency, currency, { pointer: '/config/default_currency', hint: t.currencyHint }),
      form.field(t.sendIp, sendIp, { pointer: '/config/send_ip' }),
      form.field(t.testMode, testMode, { pointer: '/config/test_mode' }),
      form.field(t.enabled, enabled, { pointer: '/enabled' }),
    ),
  );
  return h('div', { class: 'card' }, form.element);
}

function group(title: string | undefined, ...children: Parameters<typeof fill>[1][]): HTMLElement {
  return h('fieldset', {}, title !== undefined && h('legend', {}, title), ...children);
}

function secretInput(): HTMLInputElement {
  return input({ type: 'password', autocomplete: 'new-password', class: 'mono' });
}

type Rules = NonNullable<ShownIntegration['config']['conversion_rule_id']>;

/** Rows of an event and a rule; an event with two rules has two rows. */
class RuleRows {
  readonly element = h('div', { class: 'rule-rows' });
  readonly #list = h('div', {});
  readonly #form: Form;
  readonly #rows = new Set<{ event: HTMLInputElement; rule: HTMLInputElement }>();

  constructor(form: Form, rules: Rules) {
    this.#form = form;
    const pairs = Object.entries(rules).flatMap(([event, given]) =>
      [given].flat().map((rule) => [event, rule] as const),
    );
    for (const [event, rule] of pairs) this.#add(event, rule);
    if (pairs.length === 0) this.#add('', '');
    this.element.append(
      this.#list,
      h('button', { type: 'button', class: 'small', onclick: () => this.#add('', '').focus() }, t.addRule),
    );
  }

  value(): Record<string, string | string[]> {
    const rules: Record<string, string | string[]> = {};
    for (const { event, rule } of this.#rows) {
      if (event.value === '' && rule.value.trim() === '') continue;
      const before = Object.hasOwn(rules, event.value) ? rules[event.value] : undefined;
      rules[event.value] = before === undefined ? rule.value.trim() : [before, rule.value.trim()].flat();
    }
    return rules;
  }

  #add(eventName: string, ruleId: string): HTMLInputElement {
    const id = nextId('rule');
    const event = input({ value: eventName, id: `${id}-event` });
    const rule = input({ value: ruleId, id: `${id}-rule`, class: 'mono' });
    const message = h('p', { class: 'field-problem', id: `${id}-problem` });
    rule.setAttribute('aria-describedby', message.id);
    const row = { event, rule };
    const element = h(
      'div',
      { class: 'rule-row' },
      h('div', { class: 'field' }, h('label', { for: event.id }, t.event), event),
      h('div', { class: 'field' }, h('label', { for: rule.id }, t.rule), rule, message),
    );
    const removal = h(
      'button',
      { type: 'button', class: 'small', 'aria-label': t.removeRuleOf(eventName) },
      t.removeRule,
    );
    event.addEventListener('input', () => removal.setAttribute('aria-label', t.removeRuleOf(event.value)));
    removal.addEventListener('click', () => {
      element.remove();
      this.#rows.delete(row);
      this.#form.forget(rule);
    });
    element.append(removal);
    this.#form.watch(
      () => `/config/conversion_rule_id/${event.value.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      rule,
      message,
    );
    this.#rows.add(row);
    this.#list.append(element);
    return event;
  }
}

async function remove({ id, name, source_id: sourceId }: ShownIntegration, { act, go, say }: Place): Promise<void> {
  if (
    !(await confirm({ title: t.removeTitle(name), text: [h('p', {}, t.removeText)], yes: t.remove, isDangerous: true }))
  )
    return;
  await act(async () => {
    await api(`/integrations/${id}`, { method: 'DELETE' });
    say(t.removed);
    go(`#/sources/${sourceId}`);
  });
}
