import type { EventView } from '../../../worker/schema/event-view.ts';
import type { MappingView } from '../../../worker/schema/mapping.ts';
import type { SourceView } from '../../../worker/schema/source.ts';
import { snippet } from '../../tag/snippet.ts';
import { accountPicker } from '../account-picker.ts';
import { all, api, ApiProblem, productUrl, type Page } from '../api.ts';
import { connectForms } from '../connect-form.ts';
import { copyable, problemCard } from '../element-of-state.ts';
import { Form, input, select } from '../form.ts';
import { fill, h, type Child } from '../h.ts';
import { integrationsOf, NO_ACCOUNT } from '../integrations-of.ts';
import { watchEvents } from '../live-stream.ts';
import { eventRules } from '../mapping/event-rules.ts';
import { sampleNamed } from '../mapping/sample-event.ts';
import { seenEvents, type SeenEvent } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import type { Place, ShownIntegration, View } from '../view.ts';

const t = texts.setUp;

/** What is there of a set-up: read anew after each step, so that it can be left and taken up again. */
type Progress = {
  source: SourceView;
  hasEvents: boolean;
  integration: ShownIntegration | undefined;
  isConnected: boolean;
  hasAccount: boolean;
  mappings: readonly MappingView[];
  isMapped: boolean;
  /** Somebody has looked at what consent is asked for. */
  isConsentSeen: boolean;
  isTested: boolean;
};

type Step = { id: StepId; isDone: boolean; note?: string; content: () => Promise<Child[]> | Child[] };
type StepId = keyof typeof t.steps;

/** From a source to a delivered conversion, one step after the other, each on this page. */
export async function setUp(place: Place, sourceId: string): Promise<View> {
  const guide = new Guide(place, sourceId);
  const source = await guide.load();
  return { title: source.name, content: [guide.element], started: () => guide.watch() };
}

class Guide {
  readonly element = h('div', { class: 'stack' });
  readonly #place: Place;
  readonly #sourceId: string;
  readonly #seenKey: string;
  #progress: Progress | undefined;

  constructor(place: Place, sourceId: string) {
    this.#place = place;
    this.#sourceId = sourceId;
    this.#seenKey = `directflight.set-up.${sourceId}`;
  }

  async load(): Promise<SourceView> {
    const { signal } = this.#place;
    const [source, latest, integrations] = await Promise.all([
      api<SourceView>(`/sources/${this.#sourceId}`, { signal }),
      api<Page<EventView>>(`/sources/${this.#sourceId}/events?limit=200`, { signal }),
      integrationsOf(this.#sourceId, this.#place),
    ]);
    const [integration] = integrations;
    const mappings =
      integration === undefined ? [] : await all<MappingView>(`/integrations/${integration.id}/mappings`, signal);
    const isMapped = mappings.length > 0 || Object.keys(integration?.config.conversion_rule_id ?? {}).length > 0;
    const isDelivered = latest.data.some(({ state }) => state === 'delivered');
    this.#progress = {
      source,
      hasEvents: latest.data.length > 0,
      integration,
      isConnected: integration?.config.access_token.set === true,
      hasAccount: integration !== undefined && integration.config.account_id !== NO_ACCOUNT,
      mappings,
      isMapped,
      isConsentSeen: isDelivered || sessionStorage.getItem(this.#seenKey)?.includes('consent') === true,
      isTested: isDelivered || sessionStorage.getItem(this.#seenKey)?.includes('test') === true,
    };
    await this.#draw();
    return source;
  }

  /** Notices the first event by itself. */
  watch(): void {
    if (this.#progress?.hasEvents === true) return;
    const { signal } = this.#place;
    const until = new AbortController();
    signal.addEventListener('abort', () => until.abort());
    watchEvents(this.#sourceId, {
      signal: until.signal,
      onConnected: () => undefined,
      onEvent: () => {
        until.abort();
        this.#noticeFirst();
      },
    }).catch((error: unknown) => {
      // The page says what there is without it too.
      if (!(error instanceof ApiProblem)) throw error;
    });
  }

  /** Says it where it was waited for, and moves nothing below the hand of somebody who is at another step. */
  #noticeFirst(): void {
    if (this.#progress) this.#progress = { ...this.#progress, hasEvents: true };
    const place = this.element.querySelector('.first-event');
    if (place === null) return;
    fill(place, received());
    const step = place.closest('li');
    step?.classList.add('done');
    step?.querySelector('.step-number')?.replaceChildren('✓');
  }

  async #next(said: string): Promise<void> {
    await this.#place.act(async () => {
      await this.load();
      this.#place.say(said);
      this.element.querySelector<HTMLElement>('li:not(.done) details[open] > summary')?.focus();
    });
  }

  #remember(what: 'consent' | 'test'): void {
    sessionStorage.setItem(this.#seenKey, `${sessionStorage.getItem(this.#seenKey) ?? ''} ${what}`);
  }

  async #draw(): Promise<void> {
    const progress = this.#progress;
    if (progress === undefined) return;
    const steps = this.#steps(progress);
    const done = steps.filter(({ isDone }) => isDone).length;
    // The site is somebody else's work, and need not be waited for.
    const current = steps.find(({ isDone, id }) => !isDone && id !== 'snippet') ?? steps.find(({ isDone }) => !isDone);
    const items = await Promise.all(
      steps.map(async (step, index) =>
        stepItem(step, { number: index + 1, isOpen: step === current || (step.id === 'snippet' && !step.isDone) }),
      ),
    );
    fill(
      this.element,
      done === steps.length
        ? h(
            'div',
            { class: 'notice good' },
            h('strong', {}, t.done),
            h('p', {}, t.doneMore),
            h('a', { class: 'button', href: `#/sources/${this.#sourceId}/live` }, texts.nav.live),
          )
        : h('p', { class: 'lead' }, t.progress(done, steps.length)),
      h('ol', { class: 'guide' }, ...items),
    );
  }

  #steps(progress: Progress): Step[] {
    const { integration, isConnected, hasAccount, isMapped, source, hasEvents } = progress;
    const needs = (isThere: boolean, sentence: string, content: () => Promise<Child[]> | Child[]) => () =>
      isThere ? content() : [h('p', { class: 'hint' }, sentence)];
    return [
      { id: 'snippet', isDone: hasEvents, content: () => snippetStep(source, hasEvents) },
      {
        id: 'connect',
        isDone: isConnected,
        ...(isConnected && { note: t.connected(integration?.config.access_token.last4) }),
        content: () => [
          connectForms({
            sourceId: this.#sourceId,
            ...(integration && { known: integration }),
            place: this.#place,
            onConnected: () => this.#next(t.connectedNow),
          }),
        ],
      },
      {
        id: 'account',
        isDone: isConnected && hasAccount,
        ...(hasAccount && integration && { note: integration.config.account_id }),
        content: needs(isConnected, t.connectFirst, async () => [
          integration !== undefined &&
            (await accountPicker({
              integration,
              signal: this.#place.signal,
              onPicked: () => this.#next(texts.saved),
            })),
        ]),
      },
      {
        id: 'map',
        isDone: hasAccount && isMapped,
        ...(isMapped && {
          note: t.mapped(progress.mappings.length + Object.keys(integration?.config.conversion_rule_id ?? {}).length),
        }),
        content: needs(isConnected && hasAccount, t.accountFirst, () => this.#mapStep(progress)),
      },
      {
        id: 'consent',
        isDone: isMapped && progress.isConsentSeen,
        ...(integration && { note: integration.consent_categories.join(', ') }),
        content: needs(integration !== undefined, t.connectFirst, () => [this.#consentStep(progress)]),
      },
      {
        id: 'test',
        isDone: isMapped && progress.isTested,
        content: needs(isMapped && isConnected, t.mapFirst, () => [this.#testStep(progress)]),
      },
    ];
  }

  async #mapStep({ integration }: Progress): Promise<Child[]> {
    if (integration === undefined) return [];
    const seen = await seenEvents(this.#sourceId, this.#place.signal);
    const name = input({ list: 'usual-events' });
    const expected = new Form({
      submit: t.addEvent,
      onSubmit: () => {
        if (name.value.trim() === '') return Promise.resolve();
        const event: SeenEvent = {
          type: 'track',
          name: name.value.trim(),
          count: 0,
          fields: [],
          latest: undefined,
        };
        seen.push(event);
        return redraw();
      },
    });
    expected.add(
      h('datalist', { id: 'usual-events' }, ...t.usualEvents.map((event) => h('option', { value: event }))),
      expected.field(t.expectedEvent, name, { pointer: '/event', hint: t.expectedHint }),
    );
    const table = h('div', {});
    const redraw = async (): Promise<void> => {
      fill(
        table,
        await eventRules({
          place: this.#place,
          integration,
          seen,
          onSaved: (said) => {
            this.#place.say(said);
            isChanged = true;
          },
        }),
      );
    };
    let isChanged = false;
    await redraw();
    return [
      h('p', {}, t.mapLead),
      table,
      h('details', { open: seen.length === 0 }, h('summary', {}, t.notSeen), expected.element),
      h(
        'div',
        { class: 'actions' },
        h(
          'button',
          {
            type: 'button',
            class: 'primary',
            onclick: () => this.#next(isChanged ? texts.saved : t.nothingMapped),
          },
          t.next,
        ),
        h('a', { class: 'button', href: `#/sources/${this.#sourceId}/mappings` }, t.moreMappings),
      ),
    ];
  }

  #consentStep({ integration, source }: Progress): HTMLElement {
    const categories = input({ value: (integration?.consent_categories ?? []).join(', ') });
    const unknown = select(Object.entries(texts.source.consent), source.unknown_consent);
    const form = new Form({
      submit: t.saveConsent,
      onSubmit: async () => {
        await api(`/integrations/${integration?.id ?? ''}`, {
          method: 'PATCH',
          body: { consent_categories: categories.value.split(/[\s,]+/).filter((category) => category !== '') },
        });
        await api(`/sources/${source.id}`, { method: 'PATCH', body: { unknown_consent: unknown.value } });
        this.#remember('consent');
        await this.#next(texts.saved);
      },
    });
    form.add(
      form.field(texts.integration.consent, categories, {
        pointer: '/consent_categories',
        hint: texts.integration.consentHint,
      }),
      form.field(texts.source.unknownConsent, unknown, {
        pointer: '/unknown_consent',
        hint: texts.source.unknownConsentHint,
      }),
      h('p', { class: 'hint' }, t.consentCode),
      copyable(t.consentCodeLabel, `_df.consent({ ${integration?.consent_categories[0] ?? 'advertising'}: true })`),
    );
    return form.element;
  }

  #testStep({ integration, mappings }: Progress): HTMLElement {
    const names = [
      ...Object.keys(integration?.config.conversion_rule_id ?? {}),
      ...mappings.flatMap(({ trigger }) => /event = "([^"]+)"/.exec(trigger)?.[1] ?? []),
    ];
    const event = select(
      [...new Set(names)].map((name) => [name, name] as const),
      names[0] ?? '',
    );
    const email = input({ type: 'email' });
    const result = h('div', { class: 'stack', role: 'status' });
    const form = new Form({
      submit: t.sendTest,
      onSubmit: async () => {
        if (email.value.trim() === '')
          throw new ApiProblem({
            status: 400,
            title: t.testEmailMissing,
            detail: t.testEmailMissing,
            errors: [{ pointer: '/traits/email', detail: t.testEmailMissing }],
          });
        fill(result, h('p', { class: 'loading' }, texts.integration.checking));
        const sample = sampleNamed(event.value, integration?.consent_categories ?? []);
        const answer = await api<TestAnswer>(`/integrations/${integration?.id ?? ''}/test-event`, {
          body: { ...sample, ...(event.value === 'page' && { type: 'page' }), traits: { email: email.value } },
        }).catch((error: unknown) => {
          fill(result);
          throw error;
        });
        fill(result, ...testResult(answer));
        if (answer.results.every(({ accepted }) => accepted) && answer.sent) {
          this.#remember('test');
          if (this.#progress) this.#progress = { ...this.#progress, isTested: true };
          fill(
            result,
            ...testResult(answer),
            h('button', { type: 'button', onclick: () => this.#next(t.done) }, t.finish),
          );
        }
      },
    });
    form.add(
      h('p', { class: 'notice warn' }, t.testWarning),
      names.length > 0 && form.field(texts.deliveries.event, event, { pointer: '/event' }),
      form.field(t.testEmail, email, { pointer: '/traits/email', hint: t.testEmailHint }),
    );
    return h('div', { class: 'stack' }, form.element, result);
  }
}

type TestAnswer = {
  sent: boolean;
  sentence: string;
  note: string;
  results: {
    conversion_rule_id: string;
    accepted: boolean;
    status: number | null;
    message: string;
    remedy: string | null;
  }[];
};

function testResult({ sent, sentence, note, results }: TestAnswer): HTMLElement[] {
  if (!sent) return [h('div', { class: 'notice warn' }, h('strong', {}, sentence), h('p', {}, note))];
  return results.map(({ accepted, status, message, remedy, conversion_rule_id: rule }) =>
    h(
      'div',
      { class: `notice ${accepted ? 'good' : 'bad'}` },
      h('strong', {}, accepted ? t.accepted(rule) : t.refused(rule, status)),
      h('p', {}, message),
      remedy !== null && h('p', {}, `${texts.integration.remedy}: ${remedy}`),
    ),
  );
}

async function stepItem(
  { id, isDone, note, content }: Step,
  { number, isOpen }: { number: number; isOpen: boolean },
): Promise<HTMLElement> {
  const body = h('div', { class: 'step-body' });
  const details = h(
    'details',
    { open: isOpen },
    h(
      'summary',
      {},
      h('span', { class: 'step-number', 'aria-hidden': 'true' }, isDone ? '✓' : String(number)),
      h('h2', {}, t.steps[id]),
      h('span', { class: 'hint' }, isDone ? (note ?? t.isDone) : ''),
    ),
    body,
  );
  const show = async (): Promise<void> => {
    try {
      fill(body, ...(await content()));
    } catch (error) {
      fill(
        body,
        problemCard(error, () => {
          void show();
        }),
      );
    }
  };
  if (isOpen) await show();
  else
    details.addEventListener(
      'toggle',
      () => {
        fill(body, h('p', { class: 'loading' }, texts.loading));
        void show();
      },
      { once: true },
    );
  return h('li', { class: isDone ? 'done' : '' }, details);
}

function snippetStep(source: SourceView, hasEvents: boolean): Child[] {
  return [
    h('p', {}, texts.source.snippetLead),
    copyable(texts.source.snippet, snippet({ src: productUrl('df.js').href, writeKey: source.write_key })),
    h('p', {}, texts.source.snippetDone),
    copyable(texts.source.snippetDone, `_df.track('Lead Generated', { value: 500, currency: 'USD' })`),
    h('p', { class: 'hint' }, t.server),
    h('div', { class: 'first-event', role: 'status' }, hasEvents ? received() : waiting()),
  ];
}

function waiting(): HTMLElement {
  return h(
    'div',
    { class: 'notice waiting' },
    h('strong', {}, texts.source.waiting),
    h('p', {}, texts.source.waitingMore),
  );
}

function received(): HTMLElement {
  return h(
    'div',
    { class: 'notice good' },
    h('strong', {}, texts.source.received),
    h('p', {}, texts.source.receivedMore),
  );
}
