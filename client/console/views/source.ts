import type { EventView } from '../../../worker/schema/event-view.ts';
import type { SourceView } from '../../../worker/schema/source.ts';
import { snippet } from '../../tag/snippet.ts';
import { api, productUrl, type Page } from '../api.ts';
import { confirm } from '../dialog.ts';
import { copyable, facts } from '../element-of-state.ts';
import { checkbox, Form, input, select } from '../form.ts';
import { formatTime } from '../format.ts';
import { fill, h } from '../h.ts';
import { watchEvents } from '../live-stream.ts';
import { texts } from '../texts.ts';
import type { Place, View } from '../view.ts';
import { linesOf } from './new-source.ts';

const t = texts.source;

/** Everything that a site needs to send events. */
export async function source(place: Place, id: string): Promise<View> {
  const [shown, latest] = await Promise.all([
    api<SourceView>(`/sources/${id}`, { signal: place.signal }),
    api<Page<EventView>>(`/sources/${id}/events?limit=1`, { signal: place.signal }),
  ]);
  const isWaiting = latest.data.length === 0;
  const first = h('div', { class: 'first-event', role: 'status' });
  fill(first, isWaiting ? waiting() : received(id));
  return {
    title: shown.name,
    content: [
      first,
      h(
        'section',
        { class: 'card' },
        h('h2', {}, t.snippet),
        h('p', {}, t.snippetLead),
        copyable(t.snippet, snippet({ src: productUrl('df.js').href, writeKey: shown.write_key })),
        h('p', {}, t.snippetDone),
        copyable(t.snippetDone, `_df.track('Lead Generated', { value: 500, currency: 'USD' })`),
      ),
      h(
        'section',
        { class: 'card' },
        h('h2', {}, t.keys),
        facts([
          [t.writeKey, copyable(t.writeKey, shown.write_key)],
          [t.endpoint, copyable(t.endpoint, productUrl('v1/batch').href)],
          [t.id, h('code', {}, shown.id)],
        ]),
        h('p', { class: 'hint' }, t.publicKey),
      ),
      h('section', { class: 'card' }, h('h2', {}, t.settings), settingsForm(shown, place)),
      serverKeys(shown, place),
      h('p', {}, h('button', { type: 'button', class: 'danger quiet', onclick: () => remove(shown, place) }, t.remove)),
    ],
    started() {
      if (isWaiting) void noticeFirst(id, place, first);
    },
  };
}

function waiting(): HTMLElement {
  return h('div', { class: 'notice waiting' }, h('strong', {}, t.waiting), h('p', {}, t.waitingMore));
}

function received(id: string): HTMLElement {
  return h(
    'div',
    { class: 'notice good' },
    h('strong', {}, t.received),
    h('p', {}, t.receivedMore),
    h('a', { class: 'button', href: `#/sources/${id}/live` }, texts.nav.live),
  );
}

async function noticeFirst(id: string, { signal }: Place, first: HTMLElement): Promise<void> {
  const until = new AbortController();
  signal.addEventListener('abort', () => until.abort());
  await watchEvents(id, {
    signal: until.signal,
    onConnected: () => undefined,
    onEvent() {
      until.abort();
      fill(first, received(id));
    },
  }).catch(() => undefined);
}

function settingsForm(shown: SourceView, { say }: Place): HTMLElement {
  const name = input({ value: shown.name });
  const origins = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono' }, shown.allowed_origins.join('\n'));
  const consent = select(Object.entries(t.consent), shown.unknown_consent);
  const requireOrigin = checkbox(shown.require_origin);
  const form = new Form({
    submit: texts.save,
    onSubmit: async () => {
      await api(`/sources/${shown.id}`, {
        method: 'PATCH',
        body: {
          name: name.value,
          allowed_origins: linesOf(origins.value),
          unknown_consent: consent.value,
          require_origin: requireOrigin.checked,
        },
      });
      say(texts.saved);
    },
  });
  form.add(
    form.field(texts.newSource.name, name, { pointer: '/name' }),
    form.field(texts.newSource.origins, origins, {
      pointer: '/allowed_origins',
      hint: texts.newSource.originsHint,
    }),
    form.field(t.unknownConsent, consent, { pointer: '/unknown_consent', hint: t.unknownConsentHint }),
    form.field(t.requireOrigin, requireOrigin, { pointer: '/require_origin' }),
  );
  return form.element;
}

type NewServerKey = SourceView['server_keys'][number] & { key: string };

function serverKeys(shown: SourceView, place: Place): HTMLElement {
  const made = h('div', { role: 'status' });
  const list = h('div', {});
  const show = (keys: SourceView['server_keys']): void =>
    fill(
      list,
      keys.length === 0
        ? h('p', { class: 'hint' }, t.noServerKeys)
        : h(
            'table',
            {},
            h(
              'thead',
              {},
              h('tr', {}, ...[t.key, t.created, t.action].map((title) => h('th', { scope: 'col' }, title))),
            ),
            h(
              'tbody',
              {},
              ...keys.map((key) =>
                h(
                  'tr',
                  {},
                  h('td', {}, h('code', {}, t.keyEnds(key.last4))),
                  h('td', {}, formatTime(key.created_at)),
                  h(
                    'td',
                    {},
                    h(
                      'button',
                      {
                        type: 'button',
                        class: 'small',
                        'aria-label': `${t.revoke} ${t.keyEnds(key.last4)}`,
                        onclick: async () => {
                          if (
                            !(await confirm({
                              title: t.revokeTitle,
                              text: [h('p', {}, t.revokeText)],
                              yes: t.revoke,
                              isDangerous: true,
                            }))
                          )
                            return;
                          await place.act(async () => {
                            await api(`/sources/${shown.id}/server-keys/${key.id}`, { method: 'DELETE' });
                            await reload();
                          });
                        },
                      },
                      t.revoke,
                    ),
                  ),
                ),
              ),
            ),
          ),
    );
  const reload = async (): Promise<void> => show((await api<SourceView>(`/sources/${shown.id}`)).server_keys);
  show(shown.server_keys);
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.serverKeys),
    h('p', {}, t.serverKeysLead),
    list,
    made,
    h(
      'p',
      {},
      h(
        'button',
        {
          type: 'button',
          onclick: () =>
            place.act(async () => {
              const { key } = await api<NewServerKey>(`/sources/${shown.id}/server-keys`, { method: 'POST' });
              fill(made, h('div', { class: 'notice warn' }, h('strong', {}, t.keyShown), copyable(t.key, key)));
              await reload();
            }),
        },
        t.newKey,
      ),
    ),
  );
}

async function remove({ id, name }: SourceView, { act, go }: Place): Promise<void> {
  if (
    !(await confirm({ title: t.removeTitle(name), text: [h('p', {}, t.removeText)], yes: t.remove, isDangerous: true }))
  )
    return;
  await act(async () => {
    await api(`/sources/${id}`, { method: 'DELETE' });
    go('#/');
  });
}
