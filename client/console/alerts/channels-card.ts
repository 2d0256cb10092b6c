import type { AlertChannelView, AlertTestAnswer } from '../../../worker/schema/alerts/alert-channel.ts';
import { all, api, send } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { copyable, emptyState } from '../ui/element-of-state.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place } from '../ui/view.ts';
import { askForChannel } from './channel-form.ts';
import { CHANNEL } from './incidents.ts';
import { readChannel } from './save-channel.ts';

const t = texts.alerts;
const TESTED = shapeOf<AlertTestAnswer>({ sent: false });

export function readChannels(signal: AbortSignal): Promise<AlertChannelView[]> {
  return all(CHANNEL, '/alert-channels', signal);
}

/** The channels, with everything to set them up. Only owners may read them. */
export class ChannelsCard {
  readonly element: HTMLElement;
  readonly #place: Place;
  readonly #list = h('div', {});
  /** A secret that is shown once. It stays while other things are done on this page. */
  readonly #secret = h('div', { role: 'status' });
  /** A sentence about the latest action. */
  readonly #result = h('div', { role: 'status' });

  constructor(given: readonly AlertChannelView[], place: Place) {
    this.#place = place;
    this.#show(given);
    this.element = h(
      'section',
      { class: 'card' },
      h('h2', {}, t.channels),
      h('p', { class: 'hint' }, t.channelsLead),
      this.#list,
      this.#secret,
      this.#result,
      h('p', {}, h('button', { type: 'button', class: 'primary', onclick: () => this.#add() }, t.add)),
    );
  }

  #show(channels: readonly AlertChannelView[]): void {
    fill(this.#list, channels.length === 0 ? emptyState(t.channelsEmpty, t.channelsEmptyMore) : this.#table(channels));
  }

  async #reload(): Promise<void> {
    this.#show(await readChannels(this.#place.signal));
  }

  async #add(): Promise<void> {
    const made = await askForChannel(this.#place.sources);
    if (made === undefined) return;
    if (made.secret === undefined)
      fill(this.#result, h('div', { class: 'notice good' }, h('strong', {}, t.created(made.name))));
    else
      fill(
        this.#secret,
        h('div', { class: 'notice warn' }, h('strong', {}, t.secretOnce), copyable(t.secret, made.secret)),
      );
    await this.#place.act(() => this.#reload());
  }

  async #change(channel: AlertChannelView): Promise<void> {
    await this.#place.act(async () => {
      const known = await readChannel(channel.id, this.#place.signal);
      if ((await askForChannel(this.#place.sources, known)) === undefined) return;
      this.#place.say(texts.saved);
      await this.#reload();
    });
  }

  async #remove({ id, name }: AlertChannelView): Promise<void> {
    const isSure = await confirm({
      title: t.removeTitle(name),
      text: [h('p', {}, t.removeText)],
      yes: t.remove,
      isDangerous: true,
    });
    if (!isSure) return;
    await this.#place.act(async () => {
      await send(`/alert-channels/${id}`, { method: 'DELETE' });
      this.#place.say(t.removed(name));
      await this.#reload();
    });
  }

  async #test({ id, name }: AlertChannelView): Promise<void> {
    fill(this.#result, h('p', { class: 'loading' }, t.testSending));
    await this.#place.act(async () => {
      try {
        const { sent, note } = await api(TESTED, `/alert-channels/${id}/test`, {
          method: 'POST',
          signal: this.#place.signal,
        });
        fill(this.#result, testResult(name, sent, note));
      } catch (error) {
        fill(this.#result);
        throw error;
      }
      await this.#reload();
    });
  }

  #table(channels: readonly AlertChannelView[]): HTMLElement {
    const titles = [t.channel, t.address, t.which, t.severity, t.quiet, t.digest, t.last, texts.source.action];
    return tableRegion(
      t.channels,
      h(
        'table',
        { class: 'cards channels' },
        h('thead', {}, h('tr', {}, ...titles.map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, ...channels.map((channel) => () => this.#row(channel))),
      ),
    );
  }

  #row(channel: AlertChannelView): HTMLElement {
    const { name, type, enabled, address, source_ids: ids, quiet_hours: quiet, last } = channel;
    const isTold = type !== 'heartbeat';
    const button = (label: string, onclick: () => Promise<void>, kind = ''): HTMLElement =>
      h('button', { type: 'button', class: `small ${kind}`, 'aria-label': `${label}: ${name}`, onclick }, label);
    // On a phone the titles of the columns are not shown, so each cell has its own.
    const cell = (label: string, ...content: Child[]): HTMLElement => h('td', { 'data-label': label }, ...content);
    const names = ids?.map((id) => this.#place.sources.find((source) => source.id === id)?.name ?? id).join(', ');
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        name,
        ' ',
        h('span', { class: 'badge' }, t.types[type]),
        !enabled && h('span', { class: 'badge held' }, t.disabled),
      ),
      cell(t.address, h('code', {}, address)),
      cell(t.which, isTold ? (names ?? t.allSites) : texts.never),
      cell(t.severity, isTold ? t.minimums[channel.min_severity] : texts.never),
      cell(t.quiet, quiet === null ? t.digests.none : t.quietOf(quiet.from, quiet.to, channel.time_zone)),
      cell(t.digest, t.digests[channel.digest]),
      cell(t.last, ...lastSent(last)),
      h(
        'td',
        { class: 'row-actions' },
        button(t.test, () => this.#test(channel)),
        ' ',
        button(t.change, () => this.#change(channel)),
        ' ',
        button(t.remove, () => this.#remove(channel), 'danger quiet'),
      ),
    );
  }
}

function lastSent(last: AlertChannelView['last']): Child[] {
  if (last === null) return [texts.never];
  return [`${t.lastOf[last.state]} ${formatTime(last.at)}`, last.note !== null && h('p', { class: 'hint' }, last.note)];
}

function testResult(name: string, isSent: boolean, note: string | null): HTMLElement {
  if (isSent) return h('div', { class: 'notice good' }, h('strong', {}, t.testSent(name)));
  return h(
    'div',
    { class: 'notice bad' },
    h('strong', {}, t.testFailed(name)),
    h('p', {}, note ?? ''),
    h('p', {}, t.testFailedMore),
  );
}
