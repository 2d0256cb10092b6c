import type { Refusals, RefusalReason } from '../../../worker/schema/events/refusal.ts';
import { api, ApiProblem } from '../app/api.ts';
import { inPart, tellFault } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { needs } from '../app/session.ts';
import { texts } from '../texts.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';
import { allowOrigin } from './allow-origin.ts';

const t = texts.refused;

const MAX_NOTICES = 2;
export const REFUSALS = shapeOf<Refusals>({
  data: [{ hour: '', reason: '', requests: 0, events: 0, last_at: '' }],
  totals: {},
});

/** The refused traffic for one reason, or from one origin. */
type Refused = { key: string; reason: RefusalReason; count: number; lastAt: string; origin?: string; fields: string[] };
type OriginStatus = NonNullable<Refusals['data'][number]['by_origin']>[number]['now'];

/** A source's refused traffic of the last 24 hours: each reason with its remedy, each origin with a button to allow it. */
export class RefusedTraffic {
  readonly element = h('div', { class: 'refused', role: 'status', 'aria-label': t.title });
  readonly #place: Place;
  readonly #sourceId: string;
  readonly #rest: 'folded' | 'linked';
  readonly #onShown: (() => void) | undefined;
  #shown = '';
  #count = 0;

  /**
   * @param options.rest Where to show more than two reasons and origins: folded below, or on the page Live events.
   * @param options.onShown Gets called when what is shown has changed.
   */
  constructor(
    place: Place,
    sourceId: string,
    { rest = 'folded', onShown }: { rest?: 'folded' | 'linked'; onShown?: () => void } = {},
  ) {
    this.#place = place;
    this.#sourceId = sourceId;
    this.#rest = rest;
    this.#onShown = onShown;
  }

  /** How many events were refused, including those that would be accepted now. */
  get count(): number {
    return this.#count;
  }

  async load(): Promise<void> {
    this.show(await api(REFUSALS, `/sources/${this.#sourceId}/refusals?hours=24`, { signal: this.#place.signal }));
  }

  /** Loads again, in the background. */
  reload(): void {
    inPart(this.element, () => this.loadQuietly());
  }

  /** Loads. Problems are ignored, because the page shows them elsewhere, and the next attempt may work. */
  async loadQuietly(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      if (!(error instanceof ApiProblem)) tellFault(error, this.element);
    }
  }

  show(refusals: Refusals): void {
    const found = refusedIn(refusals);
    this.#count = refusals.data.reduce((sum, { events, requests }) => sum + (events || requests), 0);
    const before = refusedBefore(refusals);
    const shown = JSON.stringify([found, before]);
    // A button keeps its element, so that it keeps the focus.
    if (shown === this.#shown) return;
    const focused = this.element.querySelector<HTMLElement>(':focus')?.dataset['refused'];
    this.#shown = shown;
    const notices = found.map((refused) => this.#notice(refused));
    const more = notices.slice(MAX_NOTICES);
    fill(
      this.element,
      ...notices.slice(0, MAX_NOTICES),
      more.length > 0 && this.#more(more),
      before.length > 0 && this.#before(before),
    );
    if (focused !== undefined) this.#buttonOf(focused)?.focus();
    this.#onShown?.();
  }

  #notice({ key, reason, count, lastAt, origin, fields, now }: Refused & { now?: OriginStatus }): HTMLElement {
    const { title, text, action } =
      origin === undefined ? this.#ofReason(reason, count) : this.#ofOrigin({ origin, count, now, key });
    return h(
      'div',
      { class: 'notice warn' },
      h('strong', {}, title),
      h('p', {}, text),
      fields.length > 0 && h('p', {}, t.fields(fields)),
      h('p', { class: 'hint' }, t.since(formatTime(lastAt))),
      action,
    );
  }

  /** Says what was refused from websites that have been allowed since: these events are lost, and no page counts them. */
  #before(before: readonly Before[]): HTMLElement {
    return h(
      'div',
      { class: 'notice' },
      ...before.map(({ origin, count }) => h('p', {}, t.before(count, origin))),
      h('p', { class: 'hint' }, t.beforeMore),
      this.#rest === 'linked' && h('a', { href: this.#hash('live') }, t.seeAll),
    );
  }

  #more(notices: readonly HTMLElement[]): HTMLElement {
    if (this.#rest === 'linked') return h('p', {}, h('a', { href: this.#hash('live') }, t.seeAll));
    const isOpen = this.element.querySelector('details')?.open === true;
    return h('details', { open: isOpen }, h('summary', {}, t.more(notices.length)), ...notices);
  }

  #ofReason(reason: RefusalReason, count: number): { title: string; text: string; action: Child } {
    const to = PLACES[reason];
    return {
      title: t.was(count, reason),
      text: t.remedy(reason),
      action:
        to !== undefined && h('a', { class: 'button', href: this.#hash(to === 'set-up' ? undefined : to) }, t.to[to]),
    };
  }

  #ofOrigin({
    origin,
    count,
    now,
    key,
  }: {
    origin: string;
    count: number;
    now: OriginStatus | undefined;
    key: string;
  }): { title: string; text: string; action: Child } {
    if (now === 'can_be_allowed')
      return {
        title: t.from(count, origin),
        text: t.fromMore,
        action: h(
          'button',
          {
            type: 'button',
            ...needs('editor'),
            'data-refused': key,
            'aria-label': `${t.allow}: ${origin}`,
            onclick: () => this.#allow(origin),
          },
          t.allow,
        ),
      };
    const settings = h('a', { class: 'button', href: this.#hash('settings') }, t.to.settings);
    if (origin === '(none)') return { title: t.fromNowhere(count), text: t.fromNowhereMore, action: settings };
    if (origin === '(other)') return { title: t.fromOthers(count), text: t.fromOthersMore, action: false };
    if (origin === 'null') return { title: t.fromNull(count), text: t.fromNullMore, action: false };
    return { title: t.fromUnusable(count, origin), text: t.fromUnusableMore, action: false };
  }

  async #allow(origin: string): Promise<void> {
    const { act, say } = this.#place;
    await act(async () => {
      await allowOrigin(this.#sourceId, origin, this.#place.signal);
      say(t.allowed(origin));
      await this.load();
    });
  }

  #buttonOf(key: string): HTMLElement | undefined {
    return [...this.element.querySelectorAll<HTMLElement>('[data-refused]')].find(
      ({ dataset }) => dataset['refused'] === key,
    );
  }

  #hash(page: string | undefined): string {
    return `#/sources/${this.#sourceId}${page === undefined ? '' : `/${page}`}`;
  }
}

type Before = { origin: string; count: number };

/** Sums what was refused from origins that are allowed now. */
function refusedBefore({ data }: Refusals): Before[] {
  const counts = new Map<string, number>();
  for (const { by_origin: origins = [] } of data)
    for (const { origin, now, events, requests } of origins)
      if (now === 'allowed') counts.set(origin, (counts.get(origin) ?? 0) + (events || requests));
  return [...counts].map(([origin, count]) => ({ origin, count })).toSorted((one, other) => other.count - one.count);
}

/** Returns the page with the remedy. */
const PLACES: Partial<Record<RefusalReason, keyof typeof t.to>> = {
  outbox_full: 'deliveries',
  key_revoked: 'set-up',
  rate_limited: 'settings',
};

/** Returns the origins that were refused and can be allowed, those with the most refused events first. */
export function originsToAllow(refusals: Refusals): string[] {
  return refusedIn(refusals).flatMap(({ origin, now }) =>
    now === 'can_be_allowed' && origin !== undefined ? [origin] : [],
  );
}

/** Sums the hours by reason, and by origin that is still not allowed. The most frequent come first. */
function refusedIn({ data }: Refusals): (Refused & { now?: OriginStatus })[] {
  const found = new Map<string, Refused & { now?: OriginStatus }>();
  const add = (more: Refused & { now?: OriginStatus }): void => {
    const known = found.get(more.key);
    // The newest hour comes first, so its time is the latest.
    found.set(
      more.key,
      known === undefined
        ? more
        : { ...known, count: known.count + more.count, fields: [...new Set([...known.fields, ...more.fields])] },
    );
  };
  for (const { reason, requests, events, last_at: lastAt, by_origin: origins, fields = [] } of data) {
    if (origins === undefined)
      add({
        key: reason,
        reason,
        count: events || requests,
        lastAt,
        fields: fields.map(fieldText),
      });
    for (const { origin, now, ...counts } of origins ?? [])
      if (now !== 'allowed')
        add({ key: origin, reason, count: counts.events || counts.requests, lastAt, origin, now, fields: [] });
  }
  return [...found.values()].toSorted((one, other) => other.count - one.count);
}

/** Writes a JSON pointer as in code: `context.consent`. */
function fieldText(pointer: string): string {
  return pointer === '' ? t.wholeEvent : pointer.slice(1).replaceAll('/', '.');
}
