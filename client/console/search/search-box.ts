import type { SearchAnswer, SearchHit } from '../../../worker/schema/reports/search.ts';
import { inPart } from '../app/faults.ts';
import { may } from '../app/session.ts';
import { texts } from '../texts.ts';
import { problemCard, stateBadge } from '../ui/element-of-state.ts';
import { countedName } from '../ui/event-name.ts';
import { input, nextId } from '../ui/form.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import { visibleName } from '../ui/visible-name.ts';
import { groupsOf, placeOf, searchFor, type SearchSite } from './hits.ts';
import { foundByOrder } from './searched-order.ts';

const t = texts.search;
const MIN_CHARS = 2;
/** What the audit log's own field accepts. */
const MAX_LOG_CHARS = 100;
/** The pause after a key before the Worker is asked. */
const PAUSE_MS = 250;

/**
 * The search of the whole console: a combobox whose options are links. The key "/" moves the focus to it, except in a
 * field. Up and down choose, Enter opens, Escape closes.
 */
class SearchBox {
  readonly element: HTMLElement;
  readonly #field = input({
    type: 'search',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-keyshortcuts': '/',
    placeholder: t.placeholder,
    maxlength: 200,
  });
  readonly #list = h('div', { role: 'listbox', id: nextId('found'), 'aria-label': t.results });
  readonly #note = h('div', { class: 'search-note' });
  readonly #popup = h('div', { class: 'search-popup', hidden: true }, this.#note, this.#list);
  readonly #status = h('p', { class: 'unseen', role: 'status' });
  #site: SearchSite;
  /** The names of the sites in lists, by ID. */
  #names: ReadonlyMap<string, string> = new Map();
  #options: HTMLAnchorElement[] = [];
  #chosen = -1;
  #asked = new AbortController();
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const field = this.#field;
    field.id = nextId('search');
    field.setAttribute('aria-controls', this.#list.id);
    this.element = h(
      'div',
      { class: 'search', role: 'search' },
      h('label', { class: 'unseen', for: field.id }, t.label),
      field,
      h('kbd', { 'aria-hidden': 'true' }, '/'),
      this.#popup,
      this.#status,
    );
    field.addEventListener('input', () => this.#look());
    field.addEventListener('focus', () => this.#look());
    field.addEventListener('keydown', (event) => this.#press(event));
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.element.contains(relatedTarget))) this.#close();
    });
    // An option keeps the focus in the field, so that the popup is still there when the click arrives.
    this.#popup.addEventListener('mousedown', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => this.#shortcut(event));
    // A person who follows a link has ended the search, even if the link leads to the current page.
    document.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('a') !== null && !this.element.contains(target))
        this.#field.value = '';
    });
  }

  /** Moves the search into the frame of another page. @param site The site that the page is about. */
  on(site: SearchSite, sites: readonly { id: string; name: string }[]): HTMLElement {
    this.#site = site;
    this.#names = new Map(sites.map(({ id, name }) => [id, name]));
    this.#close();
    if (document.activeElement !== this.#field) this.#field.value = '';
    return this.element;
  }

  #shortcut(event: KeyboardEvent): void {
    const isPlain = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!isPlain || isTypedInto(event.target) || document.querySelector('dialog[open]') !== null) return;
    if (!this.#field.isConnected) return;
    event.preventDefault();
    this.#field.focus();
    this.#field.select();
  }

  #press(event: KeyboardEvent): void {
    switch (event.key) {
      case 'ArrowDown':
        this.#choose(this.#chosen + 1);
        break;
      case 'ArrowUp':
        this.#choose(this.#chosen - 1);
        break;
      case 'Enter':
        // If no option is chosen, the first one is used, because a pasted ID has only one result.
        this.#options[Math.max(0, this.#chosen)]?.click();
        break;
      case 'Escape':
        if (this.#popup.hidden) this.#field.value = '';
        this.#close();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #choose(place: number): void {
    if (this.#popup.hidden) this.#look();
    const count = this.#options.length;
    if (count === 0) return;
    this.#chosen = (place + count) % count;
    for (const [index, option] of this.#options.entries())
      option.setAttribute('aria-selected', String(index === this.#chosen));
    const option = this.#options[this.#chosen];
    if (option === undefined) return;
    this.#field.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  #look(): void {
    clearTimeout(this.#pause);
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const text = this.#field.value.trim();
    this.#popup.hidden = false;
    this.#field.setAttribute('aria-expanded', 'true');
    if (text.length < MIN_CHARS) {
      this.#show([], h('p', {}, t.what));
      return;
    }
    this.#pause = setTimeout(() => inPart(this.#popup, () => this.#ask(text, signal)), PAUSE_MS);
  }

  async #ask(text: string, signal: AbortSignal): Promise<void> {
    this.#show([], h('p', { class: 'loading' }, texts.loading));
    try {
      const answer = await searchFor(text, this.#site, signal);
      if (!signal.aborted) this.#showAnswer(text, answer);
    } catch (error) {
      if (signal.aborted) return;
      this.#show(
        [],
        problemCard(error, () => this.#look()),
      );
    }
  }

  #showAnswer(text: string, { data, more, has_more_sources: hasMoreSources, sources }: SearchAnswer): void {
    const isNone = data.length === 0;
    this.#show(
      data,
      isNone && h('p', { class: 'empty-title' }, t.none(text)),
      isNone && h('p', {}, t.what),
      isNone && h('p', {}, t.whatNot),
      isNone && this.#elsewhere(text),
      isNone && this.#skippedEvents(),
      more.length > 0 && h('p', {}, t.more),
      hasMoreSources && h('p', {}, t.moreSites(sources)),
    );
    fill(this.#status, isNone ? t.none(text) : t.count(data.length));
  }

  /**
   * Leads to what the search can't look through: the audit log, or for an e-mail address to the page that erases a person.
   * The address isn't passed on, because links are kept in the browser's history.
   */
  #elsewhere(text: string): HTMLElement | undefined {
    const link = (href: string, label: string): HTMLElement => h('a', { href, onclick: () => this.#close() }, label);
    if (/^[^\s@]+@[^\s@]+$/.test(text)) return h('p', {}, link('#/privacy', t.erase));
    if (!may('owner')) return undefined;
    const query = new URLSearchParams({ text: text.slice(0, MAX_LOG_CHARS) }).toString();
    return h('p', {}, link(`#/audit-log?${query}`, t.inLog(text)), '. ', t.inLogWhy);
  }

  /** Leads to the events that the search can't find by their orders. */
  #skippedEvents(): HTMLElement | undefined {
    if (this.#site === undefined) return undefined;
    const { id, name } = this.#site;
    const href = `#/sources/${encodeURIComponent(id)}/live?state=skipped`;
    return h('p', {}, h('a', { href, onclick: () => this.#close() }, t.skipped(name)));
  }

  #show(hits: readonly SearchHit[], ...notes: Parameters<typeof fill>[1][]): void {
    this.#chosen = -1;
    this.#field.removeAttribute('aria-activedescendant');
    fill(this.#status);
    fill(this.#note, ...notes);
    this.#options = [];
    fill(
      this.#list,
      ...groupsOf(hits).map(([kind, found]) => {
        const id = nextId('kind');
        return h(
          'div',
          { role: 'group', 'aria-labelledby': id },
          h('p', { class: 'search-kind', id, role: 'presentation' }, t.kinds[kind]),
          ...found.map((hit) => this.#option(hit)),
        );
      }),
    );
  }

  #option(hit: SearchHit): HTMLElement {
    const {
      kind,
      id,
      title: found,
      is_of_order: isOfOrder,
      state,
      sentence,
      source_id: siteId,
      source_name: siteName,
      received_at: at,
    } = hit;
    const site = this.#names.get(siteId) ?? siteName;
    const title = kind === 'source' ? site : found;
    const isIdShown = id !== title && kind !== 'source' && kind !== 'connection' && kind !== 'mapping';
    const option = h(
      'a',
      {
        role: 'option',
        id: nextId('hit'),
        href: placeOf(hit),
        tabindex: -1,
        'aria-selected': 'false',
        onclick: () => {
          if (isOfOrder) foundByOrder({ messageId: id, seq: hit.seq }, this.#field.value.trim());
          this.#close();
          this.#field.value = '';
          this.#field.blur();
        },
      },
      h(
        'span',
        { class: 'search-title' },
        visibleName(title === '' ? id : kind === 'event' || kind === 'delivery' ? countedName(title) : title),
        ' ',
        state !== null && stateBadge(state),
      ),
      isOfOrder && h('span', {}, t.ofOrder(this.#field.value.trim())),
      isIdShown && h('code', {}, id),
      h(
        'span',
        { class: 'hint' },
        [kind === 'source' ? undefined : site, at === null ? undefined : formatTime(at)]
          .filter((part) => part !== undefined)
          .join(' · '),
      ),
      sentence !== null && h('span', { class: 'search-sentence' }, inPlainWords(sentence)),
    );
    this.#options.push(option);
    return option;
  }

  #close(): void {
    clearTimeout(this.#pause);
    this.#asked.abort();
    this.#popup.hidden = true;
    this.#field.setAttribute('aria-expanded', 'false');
    this.#field.removeAttribute('aria-activedescendant');
    fill(this.#status);
  }
}

const box = new SearchBox();

/** Returns the search. There is only one. @param site The site that the page is about. */
export function searchBox(site: SearchSite, sites: readonly { id: string; name: string }[]): HTMLElement {
  return box.on(site, sites);
}

/** Whether a key pressed there is text. */
function isTypedInto(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'file', 'submit'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
