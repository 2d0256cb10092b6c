import type { SecretView } from '../../../worker/schema/settings/integration.ts';
import { api } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { shapes } from '../app/response-shapes.ts';
import { session } from '../app/session.ts';
import { texts } from '../texts.ts';
import { copyable } from '../ui/element-of-state.ts';
import { Form, input, nextId } from '../ui/form.ts';
import { h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { NO_ACCOUNT } from './integrations-of.ts';
import { canSend, checkToken, mayStore, whatItCan } from './token-check.ts';

const t = texts.connect;

/** The ways to connect. An address may ask for one. */
const WAYS = ['consent', 'token'] as const;
export type WayToConnect = (typeof WAYS)[number];

export function wayIn(text: string | null): WayToConnect | undefined {
  return WAYS.find((way) => way === text);
}

/** Whether a connection has an app of its own, with which LinkedIn's consent page can be opened. */
export function hasApp({ config }: ShownIntegration): boolean {
  return typeof config.oauth_client_id === 'string' && config.oauth_client_secret.set;
}

/**
 * Creates the forms that connect a source to LinkedIn, with LinkedIn's consent page or with a token. The ad account is
 * picked afterwards.
 *
 * @param known The existing connection, to connect it again.
 * @param held How many conversions are held for the connection.
 * @param wanted The way whose form is shown at first.
 * @param onConnected Gets a sentence for the person that says what is now true, and how many held conversions are sent.
 */
export function connectForms({
  sourceId,
  known,
  held = 0,
  wanted,
  place,
  onConnected,
}: {
  sourceId: string;
  known?: ShownIntegration;
  held?: number;
  wanted?: WayToConnect | undefined;
  place: Place;
  onConnected: (said: string, released: number) => Promise<void>;
}): HTMLElement {
  const group = nextId('way');
  const ways = [
    {
      title: t.byConsent,
      lead: t.byConsentLead,
      form: consentForm({ sourceId, known, place }),
      isChosen: wanted === 'consent',
    },
    {
      title: t.byToken,
      lead: t.byTokenLead,
      form: tokenForm({ sourceId, known, held, onConnected }),
      isChosen: wanted === 'token',
    },
  ].map(({ isChosen, ...way }) => {
    const radio = h('input', { type: 'radio', name: group, id: nextId('way') });
    radio.checked = isChosen;
    return { ...way, radio };
  });
  const show = (): void => {
    for (const { radio, form } of ways) form.hidden = !radio.checked;
  };
  show();
  return h(
    'div',
    { class: 'stack', onchange: show },
    h(
      'fieldset',
      { class: 'ways' },
      h('legend', { class: 'unseen' }, t.ways),
      h('p', { class: 'hint ways-lead' }, t.whichWay),
      ...ways.map(({ title, lead, radio }) =>
        h(
          'label',
          { class: 'account', for: radio.id },
          radio,
          h('strong', {}, title),
          h('span', { class: 'hint' }, lead),
        ),
      ),
    ),
    ...ways.map(({ form }) => form),
  );
}

type Known = { sourceId: string; known: ShownIntegration | undefined };

function consentForm({ sourceId, known, place }: Known & { place: Place }): HTMLElement {
  const clientId = input({ value: known?.config.oauth_client_id ?? '', class: 'mono' });
  const clientSecret = secretInput();
  const form = new Form({
    submit: t.toLinkedIn,
    onSubmit: async () => {
      const saved = await save(
        { sourceId, known },
        {
          oauth_client_id: clientId.value.trim(),
          ...(clientSecret.value !== '' && { oauth_client_secret: clientSecret.value }),
        },
      );
      await goToConsent(saved.id);
    },
  });
  const kept = known?.config.oauth_client_secret;
  form.add(
    h('p', { class: 'hint' }, t.byConsentMore),
    form.field(texts.integration.clientId, clientId, { pointer: '/config/oauth_client_id', hint: t.appHint }),
    form.field(texts.integration.clientSecret, clientSecret, {
      pointer: '/config/oauth_client_secret',
      ...(kept?.set === true && { hint: texts.integration.secretSet(kept.last4) }),
    }),
    ...offer(t.useSandboxApp, t.sandboxAppHint, () => {
      clientId.value = SANDBOX.clientId;
      clientSecret.value = SANDBOX.clientSecret;
    }),
    ...redirectParts(session.who?.oauth_redirect_uri),
  );
  // Clears the secrets when the view ends.
  place.signal.addEventListener('abort', () => form.element.reset());
  return form.element;
}

/** The token and app that the sandbox knows (docs/reference/sandbox.md). */
const SANDBOX = { token: 'tok-ok', clientId: 'app-1', clientSecret: 'secret-1' };

/** Offers to fill in the sandbox's token or app, in the local run only. */
function offer(label: string, hint: string, fillIn: () => void): Child[] {
  if (session.who?.linkedin_sandbox !== true) return [];
  return [
    h(
      'div',
      { class: 'offer' },
      h('p', { class: 'hint' }, hint),
      h('button', { type: 'button', class: 'small', onclick: fillIn }, label),
    ),
  ];
}

/** Shows the address to register with LinkedIn, or the setting that it needs first. */
function redirectParts(redirectUri: string | null | undefined): Child[] {
  if (typeof redirectUri !== 'string')
    return [h('div', { class: 'notice warn' }, h('strong', {}, t.noPublicUrl), h('p', {}, t.noPublicUrlMore))];
  return [h('p', { class: 'hint' }, t.redirectLead), copyable(t.redirect, redirectUri)];
}

/** Opens LinkedIn's consent page in this tab. It returns to a page with a link to the console. */
async function goToConsent(integrationId: string): Promise<void> {
  const { url } = await api(shapeOf<{ url: string }>({ url: '' }), `/integrations/${integrationId}/oauth/authorize`, {
    method: 'POST',
  });
  location.assign(url);
}

function tokenForm({
  sourceId,
  known,
  held,
  onConnected,
}: Known & { held: number; onConnected: (said: string, released: number) => Promise<void> }): HTMLElement {
  const token = secretInput();
  const refresh = secretInput();
  const clientId = input({ value: known?.config.oauth_client_id ?? '', class: 'mono' });
  const clientSecret = secretInput();
  const form = new Form({
    submit: t.connect,
    onSubmit: async () => {
      const secrets = {
        access_token: token.value,
        ...(refresh.value !== '' && { refresh_token: refresh.value }),
        ...(clientId.value.trim() !== '' && { oauth_client_id: clientId.value.trim() }),
        ...(clientSecret.value !== '' && { oauth_client_secret: clientSecret.value }),
      };
      const checked = await checkToken(sourceId, secrets, known);
      if (!(await mayStore(checked, known))) return;
      await save({ sourceId, known }, secrets);
      await onConnected(whatItCan(checked), canSend(checked) ? held : 0);
    },
  });
  const kept = known?.config;
  const keptHint = (secret: SecretView | undefined, otherwise: string): string =>
    secret?.set === true ? texts.integration.secretSet(secret.last4) : otherwise;
  form.add(
    form.field(texts.integration.token, token, {
      pointer: '/config/access_token',
      hint: texts.integration.tokenHint,
    }),
    // Below the field, because it is not for a person with a token in hand.
    ...offer(t.useSandboxToken, t.sandboxHint, () => (token.value = SANDBOX.token)),
    h(
      'details',
      { open: kept?.refresh_token.set === true },
      h('summary', {}, t.renews),
      h('p', { class: 'hint' }, t.renewsLead),
      h(
        'div',
        { class: 'side-by-side' },
        form.field(texts.integration.refresh, refresh, {
          pointer: '/config/refresh_token',
          hint: keptHint(kept?.refresh_token, t.refreshHint),
        }),
        form.field(texts.integration.clientId, clientId, { pointer: '/config/oauth_client_id', hint: t.appHint }),
        form.field(texts.integration.clientSecret, clientSecret, {
          pointer: '/config/oauth_client_secret',
          hint: keptHint(kept?.oauth_client_secret, t.secretHint),
        }),
      ),
    ),
  );
  return form.element;
}

function save({ sourceId, known }: Known, config: object): Promise<ShownIntegration> {
  return known === undefined
    ? api(shapes.integration, '/integrations', {
        body: { source_id: sourceId, config: { account_id: NO_ACCOUNT, ...config } },
      })
    : api(shapes.integration, `/integrations/${known.id}`, { method: 'PATCH', body: { config } });
}

function secretInput(): HTMLInputElement {
  return input({ type: 'password', autocomplete: 'new-password', class: 'mono' });
}
