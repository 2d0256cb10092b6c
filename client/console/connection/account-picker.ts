import type { AdAccount } from '../../../worker/schema/settings/linkedin-objects.ts';
import { ApiProblem, send, whole } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { Form, input, nextId } from '../ui/form.ts';
import { h } from '../ui/h.ts';
import type { ShownIntegration } from '../ui/view.ts';
import { NO_ACCOUNT } from './integrations-of.ts';

const t = texts.account;
const ACCOUNT = shapeOf<AdAccount>({ id: '', name: '', role: '', can_send: false });

/** Lets the person pick one of the token's ad accounts, or enter its number if LinkedIn cannot be asked. */
export async function accountPicker({
  integration,
  signal,
  onPicked,
}: {
  integration: ShownIntegration;
  signal: AbortSignal;
  onPicked: () => Promise<void>;
}): Promise<HTMLElement> {
  const accounts = await whole(ACCOUNT, `/integrations/${integration.id}/ad-accounts`, signal).catch(
    (error: unknown) => {
      if (error instanceof ApiProblem && error.status !== 401) return error;
      throw error;
    },
  );
  const current = integration.config.account_id === NO_ACCOUNT ? '' : integration.config.account_id;
  const form = new Form({
    submit: t.pick,
    onSubmit: async () => {
      const accountId = chosen();
      if (accountId === '') throw new ApiProblem({ status: 400, title: t.missing, detail: t.missing });
      await send(`/integrations/${integration.id}`, { method: 'PATCH', body: { config: { account_id: accountId } } });
      await onPicked();
    },
  });
  let chosen: () => string;
  if (accounts instanceof ApiProblem || accounts.length === 0) {
    const number = input({ value: current, inputmode: 'numeric', class: 'mono' });
    chosen = () => number.value.trim();
    form.add(
      h('p', { class: 'notice warn' }, accounts instanceof ApiProblem ? t.notAsked(accounts.message) : t.none),
      form.field(texts.integration.account, number, {
        pointer: '/config/account_id',
        hint: texts.integration.accountHint,
      }),
    );
    return form.element;
  }
  const usable = accounts.filter(({ can_send: canSend }) => canSend);
  const preferred = accounts.find(({ id }) => id === current) ?? (usable.length === 1 ? usable[0] : undefined);
  const group = nextId('account');
  const radios = accounts.map((account) => {
    const radio = h('input', { type: 'radio', name: group, id: nextId('account'), value: account.id });
    radio.checked = account === preferred;
    radio.disabled = !account.can_send;
    return { account, radio };
  });
  chosen = () => radios.find(({ radio }) => radio.checked)?.account.id ?? '';
  form.add(
    h(
      'fieldset',
      { class: 'accounts' },
      h('legend', { class: 'unseen' }, t.legend),
      ...radios.map(({ account, radio }) =>
        h(
          'label',
          { class: 'account', for: radio.id },
          radio,
          h('span', {}, h('strong', {}, account.name), ' ', h('code', {}, account.id)),
          h('span', { class: 'hint' }, t.facts(account)),
        ),
      ),
    ),
  );
  if (usable.length === 0) form.block(t.noneUsable);
  return form.element;
}
