import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { api, productUrl, send } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { shapes } from '../app/response-shapes.ts';
import { may, needs } from '../app/session.ts';
import { saveOrChoose, type Setting, type Values } from '../conflict/save-or-choose.ts';
import { asChoice, asLines, asText, asYesNo } from '../conflict/settings.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { copyable, facts } from '../ui/element-of-state.ts';
import { checkbox, Form, input, select } from '../ui/form.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { linesOf, namesakeWarning } from './new-source.ts';

const t = texts.source;

/** The page Settings of a source: its name, allowed origins, keys and deletion. */
export async function sourceSettings(place: Place, id: string): Promise<View> {
  let version: string | null = null;
  const shown = await api(shapes.source, `/sources/${id}`, {
    signal: place.signal,
    onVersion: (etag) => {
      version = etag;
    },
  });
  return {
    title: t.settings,
    content: [
      h('section', { class: 'card' }, h('h2', {}, shown.name), () => settingsForm(shown, () => version, place)),
      () =>
        h(
          'section',
          { class: 'card' },
          h('h2', {}, t.keys),
          facts([
            [t.writeKey, copyable(t.writeKey, shown.write_key)],
            ...olderKeys(shown, place),
            [t.endpoint, copyable(t.endpoint, productUrl('v1/batch').href)],
            [t.id, h('code', {}, shown.id)],
          ]),
          h('p', { class: 'hint' }, t.publicKey),
          h(
            'p',
            {},
            h(
              'button',
              {
                type: 'button',
                ...needs('editor'),
                onclick: () =>
                  place.act(async () => {
                    await send(`/sources/${id}/write-keys`, { method: 'POST' });
                    place.say(t.newWriteKeyMade);
                    place.go(location.hash);
                  }),
              },
              t.newWriteKey,
            ),
          ),
        ),
      () =>
        serverKeys(shown, place, (now) => {
          version = now;
        }),
      h(
        'section',
        { class: 'card' },
        h('h2', {}, t.integrations),
        h('p', {}, t.integrationsLead),
        h('p', {}, h('a', { class: 'button', href: `#/sources/${id}/linkedin` }, texts.nav.integration)),
      ),
      h(
        'p',
        {},
        may('owner') && h('a', { class: 'button', href: productUrl(`v1/admin/sources/${id}/export`).href }, t.export),
        h(
          'button',
          { type: 'button', class: 'danger quiet', ...needs('owner'), onclick: () => remove(shown, place) },
          t.remove,
        ),
      ),
    ],
  };
}

/** Lists the older write keys. They work until they are revoked, so that pages can change over. */
function olderKeys(shown: SourceView, place: Place): [string, HTMLElement][] {
  return shown.write_keys
    .filter(({ key }) => key !== shown.write_key)
    .map(({ key, created_at: createdAt }) => [
      t.olderKey,
      h(
        'span',
        {},
        h('code', {}, key),
        ` ${formatTime(createdAt)} `,
        h(
          'button',
          {
            type: 'button',
            class: 'small',
            ...needs('editor'),
            'aria-label': `${t.revoke} ${key}`,
            onclick: async () => {
              const isSure = await confirm({
                title: t.revokeWriteTitle,
                text: [h('p', {}, t.revokeWriteText)],
                yes: t.revoke,
                isDangerous: true,
              });
              if (!isSure) return;
              await place.act(async () => {
                await send(`/sources/${shown.id}/write-keys/${key}`, { method: 'DELETE' });
                place.go(location.hash);
              });
            },
          },
          t.revoke,
        ),
      ),
    ]);
}

/** The settings of the form. */
const SETTINGS: readonly Setting[] = [
  asText('name', texts.newSource.name),
  asLines('labels', t.labels),
  asLines('allowed_origins', texts.newSource.origins),
  asChoice('unknown_consent', t.unknownConsent, t.consent),
  asYesNo('require_origin', t.requireOrigin),
  asText('max_events_per_minute', t.limit),
  asChoice('bot_filter', t.botFilter, t.bots),
  asLines('internal_ips', t.internalIps),
  asText('internal_cookie', t.internalCookie),
  asText('retention_days', t.retentionDays),
  asText('dead_letter_days', t.deadLetterDays),
];

function valuesOf(source: SourceView): Values {
  return {
    name: source.name,
    labels: source.labels,
    allowed_origins: source.allowed_origins,
    unknown_consent: source.unknown_consent,
    require_origin: source.require_origin,
    bot_filter: source.bot_filter,
    internal_ips: source.internal_ips,
    max_events_per_minute: source.max_events_per_minute ?? null,
    internal_cookie: source.internal_cookie ?? null,
    retention_days: source.retention_days,
    dead_letter_days: source.dead_letter_days,
  };
}

function settingsForm(shown: SourceView, version: () => string | null, { say, go, sources }: Place): HTMLElement {
  const name = input({ value: shown.name });
  const labels = input({ value: shown.labels.join(', ') });
  const origins = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono' }, shown.allowed_origins.join('\n'));
  const consent = select(Object.entries(t.consent), shown.unknown_consent);
  const requireOrigin = checkbox(shown.require_origin);
  const bots = select(Object.entries(t.bots), shown.bot_filter);
  const internalIps = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono' }, shown.internal_ips.join('\n'));
  const internalCookie = input({ value: shown.internal_cookie ?? '', class: 'mono' });
  const limit = input({ value: String(shown.max_events_per_minute ?? ''), inputmode: 'numeric', class: 'mono short' });
  const retention = input({ value: String(shown.retention_days), inputmode: 'numeric', class: 'mono short' });
  const deadLetters = input({ value: String(shown.dead_letter_days), inputmode: 'numeric', class: 'mono short' });
  const form = new Form({
    submit: texts.save,
    onSubmit: async () => {
      await saveOrChoose({
        settings: SETTINGS,
        base: valuesOf(shown),
        version: version(),
        mine: {
          name: name.value,
          labels: labels.value
            .split(',')
            .map((label) => label.trim())
            .filter((label) => label !== ''),
          allowed_origins: linesOf(origins.value),
          unknown_consent: consent.value,
          require_origin: requireOrigin.checked,
          bot_filter: bots.value,
          internal_ips: linesOf(internalIps.value),
          max_events_per_minute: limit.value.trim() === '' ? null : Number(limit.value),
          internal_cookie: internalCookie.value.trim() === '' ? null : internalCookie.value.trim(),
          retention_days: Number(retention.value),
          dead_letter_days: Number(deadLetters.value),
        },
        read: async () => {
          let etag: string | null = null;
          const now = await api(shapes.source, `/sources/${shown.id}`, { onVersion: (given) => (etag = given) });
          return { values: valuesOf(now), version: etag, changedAt: now.updated_at };
        },
        save: (body, ifMatch) => send(`/sources/${shown.id}`, { method: 'PATCH', ifMatch, body }),
      });
      say(texts.saved);
      go(location.hash);
    },
  });
  form.add(
    form.field(texts.newSource.name, name, { pointer: '/name' }),
    namesakeWarning(
      name,
      sources.filter(({ id }) => id !== shown.id),
    ),
    form.field(t.labels, labels, { pointer: '/labels', hint: t.labelsHint }),
    form.field(texts.newSource.origins, origins, {
      pointer: '/allowed_origins',
      hint: texts.newSource.originsHint,
    }),
    form.field(t.unknownConsent, consent, { pointer: '/unknown_consent', hint: t.unknownConsentHint }),
    form.field(t.requireOrigin, requireOrigin, { pointer: '/require_origin' }),
    form.field(t.limit, limit, { pointer: '/max_events_per_minute', hint: t.limitHint }),
    form.field(t.botFilter, bots, { pointer: '/bot_filter', hint: t.botFilterHint }),
    h(
      'details',
      {},
      h('summary', {}, t.own),
      h(
        'div',
        { class: 'fields' },
        form.field(t.internalIps, internalIps, { pointer: '/internal_ips', hint: t.internalIpsHint }),
        form.field(t.internalCookie, internalCookie, { pointer: '/internal_cookie', hint: t.internalCookieHint }),
      ),
    ),
    h(
      'details',
      {},
      h('summary', {}, t.retention),
      h(
        'div',
        { class: 'fields' },
        form.field(t.retentionDays, retention, { pointer: '/retention_days', hint: t.retentionHint }),
        form.field(t.deadLetterDays, deadLetters, { pointer: '/dead_letter_days', hint: t.deadLetterHint }),
      ),
    ),
  );
  return form.element;
}

type NewServerKey = SourceView['server_keys'][number] & { key: string };
const NEW_KEY = shapeOf<NewServerKey>({ id: '', last4: '', created_at: '', key: '' });

function serverKeys(shown: SourceView, place: Place, onChanged: (etag: string | null) => void): HTMLElement {
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
                        ...needs('editor'),
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
                            await send(`/sources/${shown.id}/server-keys/${key.id}`, { method: 'DELETE' });
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
  const reload = async (): Promise<void> => {
    // A new key changes the source's version too. This change is our own, so it is not a conflict.
    show((await api(shapes.source, `/sources/${shown.id}`, { onVersion: onChanged })).server_keys);
  };
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
          ...needs('editor'),
          onclick: () =>
            place.act(async () => {
              const { key } = await api(NEW_KEY, `/sources/${shown.id}/server-keys`, { method: 'POST' });
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
    await send(`/sources/${id}`, { method: 'DELETE' });
    go('#/');
  });
}
