import { api, ApiProblem, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { accountPicker } from '../connection/account-picker.ts';
import { connectForms, wayIn } from '../connection/connect-form.ts';
import { connectionNames, integrationChips, integrationsOf, NO_ACCOUNT } from '../connection/integrations-of.ts';
import { keepSent, sentNotice } from '../connection/sent-now.ts';
import { connectionSettings } from '../connection/settings-form.ts';
import { followedStatus } from '../connection/status-card.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { facts, problemCard } from '../ui/element-of-state.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

const t = texts.integration;

/** The page LinkedIn: the connection to an ad account. If there are several, the address selects one. */
export async function integration(place: Place, sourceId: string, id?: string): Promise<View> {
  const found = id === 'new' ? [] : await integrationsOf(sourceId, place);
  const listed = id === undefined ? found[0] : found.find((one) => one.id === id);
  if (listed === undefined) return creation(place, sourceId);
  let version: string | null = null;
  const [status, shown] = await Promise.all([
    api(shapes.status, `/integrations/${listed.id}/status`, { signal: place.signal }),
    api(shapes.integration, `/integrations/${listed.id}`, {
      signal: place.signal,
      onVersion: (etag) => {
        version = etag;
      },
    }),
  ]);
  const again = (said = texts.saved): Promise<void> => {
    place.say(said);
    // The part of the address that opens a dialog is removed, because the dialog was opened.
    place.go(location.hash.split('?')[0] ?? location.hash);
    return Promise.resolve();
  };
  const wanted = wayIn(place.query.get('connect'));
  const card = followedStatus(shown, status, { place, onEnabled: again });
  return {
    title: connectionNames(found).get(shown.id) ?? shown.name,
    content: [
      () => integrationChips(found, listed, (one) => `#/sources/${sourceId}/linkedin/${one}`),
      () => sentNotice(sourceId, shown.id),
      () => card.element,
      await accountCard(shown, place, again).catch((error: unknown) => problemCard(error)),
      () =>
        h(
          'section',
          { class: 'card', id: 'connect' },
          h('h2', {}, t.reconnect),
          () =>
            connectForms({
              sourceId,
              known: shown,
              held: status.backlog.held,
              wanted,
              place,
              onConnected: (said, released) => {
                keepSent({ integrationId: shown.id, held: released });
                return again(said);
              },
            }),
          () => secretsList(shown, place, again),
        ),
      () => connectionSettings(shown, { version, onSaved: again }),
      h(
        'p',
        { class: 'actions' },
        h('a', { class: 'button', href: `#/sources/${sourceId}/linkedin/new` }, t.add),
        h(
          'button',
          { type: 'button', class: 'danger quiet', ...needs('editor'), onclick: () => remove(shown, place) },
          t.remove,
        ),
      ),
    ],
    started() {
      card.follow();
      if (wanted === undefined) return;
      const form = document.querySelector('#connect');
      form?.scrollIntoView();
      form?.querySelector<HTMLInputElement>('form:not([hidden]) input')?.focus({ preventScroll: true });
    },
  };
}

function creation(place: Place, sourceId: string): View {
  return {
    title: t.newTitle,
    content: [
      h('p', { class: 'lead' }, t.newLead),
      h(
        'section',
        { class: 'card' },
        connectForms({
          sourceId,
          place,
          onConnected: (said) => {
            place.say(said);
            place.go(`#/sources/${sourceId}`);
            return Promise.resolve();
          },
        }),
      ),
    ],
  };
}

async function accountCard(
  shown: ShownIntegration,
  { signal }: Place,
  onPicked: () => Promise<void>,
): Promise<HTMLElement> {
  const isPicked = shown.config.account_id !== NO_ACCOUNT;
  const body = h('div', {});
  const load = async (): Promise<void> => {
    fill(body, h('p', { class: 'loading' }, t.checking));
    fill(body, await accountPicker({ integration: shown, signal, onPicked }));
  };
  if (!isPicked) await load();
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, texts.account.title),
    isPicked && h('p', {}, h('code', {}, shown.config.account_id)),
    body,
    isPicked &&
      h(
        'p',
        {},
        h(
          'button',
          {
            type: 'button',
            onclick: async (event) => {
              if (event.currentTarget instanceof HTMLElement) event.currentTarget.remove();
              await load();
            },
          },
          texts.account.other,
        ),
      ),
  );
}

const SECRETS = [
  ['access_token', t.token],
  ['refresh_token', t.refresh],
  ['oauth_client_secret', t.clientSecret],
] as const;

/** Lists which secrets are stored. They are never shown, but can be cleared. */
function secretsList({ id, config }: ShownIntegration, place: Place, again: () => Promise<void>): HTMLElement {
  const row = (key: (typeof SECRETS)[number][0], label: string): readonly [string, Child] => {
    const { set, last4 } = config[key];
    if (!set) return [label, t.secretUnset];
    return [
      label,
      h(
        'span',
        {},
        last4 === undefined ? t.secretKept : t.secretEnds(last4),
        ' ',
        h(
          'button',
          {
            type: 'button',
            class: 'small',
            ...needs('editor'),
            'aria-label': `${t.clear}: ${label}`,
            onclick: async () => {
              const isSure = await confirm({
                title: t.clearTitle(label),
                text: [h('p', {}, t.clearText)],
                yes: t.clear,
                isDangerous: true,
              });
              if (!isSure) return;
              await place.act(async () => {
                await send(`/integrations/${id}`, { method: 'PATCH', body: { config: { [key]: null } } });
                await again();
              });
            },
          },
          t.clear,
        ),
      ),
    ];
  };
  return h('div', { class: 'stack' }, h('h3', {}, t.stored), facts(SECRETS.map(([key, label]) => row(key, label))));
}

async function remove({ id, name, source_id: sourceId }: ShownIntegration, { act, go, say }: Place): Promise<void> {
  if (
    !(await confirm({ title: t.removeTitle(name), text: [h('p', {}, t.removeText)], yes: t.remove, isDangerous: true }))
  )
    return;
  await act(async () => {
    try {
      await send(`/integrations/${id}`, { method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
      // The integration has deliveries that LinkedIn has not accepted. The person has to confirm that they are discarded.
      const isSure = await confirm({
        title: t.discardTitle,
        text: [h('p', {}, t.discardText)],
        yes: t.discard,
        isDangerous: true,
      });
      if (!isSure) return;
      await send(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
    }
    say(t.removed);
    go(`#/sources/${sourceId}`);
  });
}
