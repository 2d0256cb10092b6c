import type { AccessTokenView, Role } from '../../../worker/schema/settings/access-token.ts';
import { ADMIN_TOKEN } from '../access/audit-card.ts';
import { all, api, send } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { may, session } from '../app/session.ts';
import { endOfDay } from '../app/time-zone.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { copyable, emptyState, facts } from '../ui/element-of-state.ts';
import { checkbox, Form, input, nextId, select } from '../ui/form.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.access;
export const TOKEN = shapeOf<AccessTokenView>({ id: '', name: '', role: '', last4: '', created_at: '' });

/** The page Access: who you are, and tokens with their roles. */
export async function access(place: Place): Promise<View> {
  const { who } = session;
  const end = who?.expires_at ?? undefined;
  const mine = (): HTMLElement =>
    h(
      'section',
      { class: 'card' },
      h('h2', {}, t.you),
      facts([
        [t.name, who?.id === ADMIN_TOKEN ? t.adminToken : (who?.name ?? texts.never)],
        [t.role, who === undefined ? texts.never : t.roles[who.role]],
        [t.sources, sourceNames(who?.source_ids ?? null, place)],
        [t.until, end === undefined ? t.noEnd : formatTime(end)],
      ]),
    );
  if (!may('owner')) return { title: t.title, content: [mine, emptyState(t.ownerOnly, t.ownerOnlyMore)] };
  const tokens = await all(TOKEN, '/tokens', place.signal);
  return {
    title: t.title,
    content: [mine, () => tokensCard(tokens, place), h('p', {}, h('a', { href: '#/audit-log' }, t.seeLog))],
  };
}

function sourceNames(ids: readonly string[] | null, { sources }: Place): string {
  if (ids === null) return t.allSources;
  return ids.map((id) => sources.find((source) => source.id === id)?.name ?? id).join(', ');
}

function tokensCard(given: readonly AccessTokenView[], place: Place): HTMLElement {
  const list = h('div', {});
  const made = h('div', { role: 'status' });
  const show = (tokens: readonly AccessTokenView[]): void =>
    fill(list, tokens.length === 0 ? h('p', { class: 'hint' }, t.noTokens) : tokenTable(tokens, place, reload));
  const reload = async (): Promise<void> => {
    show(await all(TOKEN, '/tokens', place.signal));
  };
  show(given);
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.tokens),
    h('p', {}, t.tokensLead),
    list,
    h('details', {}, h('summary', {}, t.newToken), tokenForm(place, made, reload)),
    made,
  );
}

function tokenTable(tokens: readonly AccessTokenView[], place: Place, reload: () => Promise<void>): HTMLElement {
  const revoke = async ({ id, name }: AccessTokenView): Promise<void> => {
    const isSure = await confirm({
      title: t.revokeTitle(name),
      text: [h('p', {}, t.revokeText)],
      yes: t.revoke,
      isDangerous: true,
    });
    if (!isSure) return;
    await place.act(async () => {
      await send(`/tokens/${id}`, { method: 'DELETE' });
      await reload();
    });
  };
  return tableRegion(
    t.tokens,
    h(
      'table',
      { class: 'cards' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...[t.name, t.role, t.sources, t.until, t.lastUsed, texts.source.action].map((title) =>
            h('th', { scope: 'col' }, title),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        ...tokens.map(
          (token) => () =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, token.name, ' ', h('code', {}, `…${token.last4}`)),
              h('td', {}, t.roles[token.role]),
              h('td', {}, sourceNames(token.source_ids, place)),
              h('td', { class: 'time' }, token.expires_at === null ? t.noEnd : formatTime(token.expires_at)),
              h('td', { class: 'time' }, token.last_used_at === null ? t.neverUsed : formatTime(token.last_used_at)),
              h(
                'td',
                { class: 'row-actions' },
                h(
                  'button',
                  {
                    type: 'button',
                    class: 'small danger quiet',
                    'aria-label': `${t.revoke}: ${token.name}`,
                    onclick: () => revoke(token),
                  },
                  t.revoke,
                ),
              ),
            ),
        ),
      ),
    ),
  );
}

const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

function tokenForm({ sources }: Place, made: HTMLElement, reload: () => Promise<void>): HTMLElement {
  const name = input({});
  const role = select(
    ROLES.map((one) => [one, t.roles[one]] as const),
    'viewer',
  );
  const end = input({ type: 'date' });
  const boxes = sources.map((source) => {
    const box = checkbox(sources.length === 1);
    box.id = nextId('source');
    return { source, box };
  });
  const message = h('p', { class: 'field-problem' });
  const which = h(
    'fieldset',
    { class: 'accounts' },
    h('legend', { class: 'side-title' }, t.sources),
    ...boxes.map(({ source, box }) =>
      h('div', { class: 'field check' }, box, h('label', { for: box.id }, source.name)),
    ),
    message,
  );
  role.addEventListener('change', () => {
    which.hidden = role.value === 'owner';
  });
  const form = new Form({
    submit: t.create,
    onSubmit: async () => {
      const ids = boxes.filter(({ box }) => box.checked).map(({ source }) => source.id);
      const { token } = await api(shapeOf<{ token: string }>({ token: '' }), '/tokens', {
        body: {
          name: name.value,
          role: role.value,
          ...(role.value !== 'owner' && { source_ids: ids }),
          ...(end.value !== '' && { expires_at: endOfDay(end.value) }),
        },
      });
      fill(made, h('div', { class: 'notice warn' }, h('strong', {}, t.shownOnce), copyable(t.token, token)));
      name.value = '';
      await reload();
    },
  });
  form.add(
    form.field(t.name, name, { pointer: '/name', hint: t.nameHint }),
    form.field(t.role, role, { pointer: '/role', hint: t.roleHint }),
    which,
    form.field(t.until, end, { pointer: '/expires_at', hint: t.untilHint }),
  );
  const [first] = boxes;
  if (first !== undefined) form.watch(() => '/source_ids', first.box, message);
  return form.element;
}
