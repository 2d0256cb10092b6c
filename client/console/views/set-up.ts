import type { Finding } from '../../../worker/schema/reports/finding.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { replaceQuery } from '../app/address.ts';
import { all, api, ApiProblem } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { watchEvents } from '../app/live-stream.ts';
import { remembered, rememberForGood } from '../app/remembered.ts';
import { shapes, pageOf } from '../app/response-shapes.ts';
import { accountPicker } from '../connection/account-picker.ts';
import { connectForms } from '../connection/connect-form.ts';
import { integrationsOf, NO_ACCOUNT } from '../connection/integrations-of.ts';
import { cannotSend, cannotSendNotice } from '../connection/token-check.ts';
import { RefusedTraffic } from '../reports/refused-traffic.ts';
import { consentStep } from '../set-up/consent-step.ts';
import { afterTest, howFar, isReady } from '../set-up/how-far.ts';
import { forgetCheck, keepCheck, lastCheck } from '../set-up/last-check.ts';
import { mapStep } from '../set-up/map-step.ts';
import type { Progress } from '../set-up/progress.ts';
import { isRealEvent } from '../set-up/real-event.ts';
import { firstEvent, snippetStep } from '../set-up/snippet-step.ts';
import { StepItem } from '../set-up/step-item.ts';
import type { Step } from '../set-up/step-item.ts';
import { testStep } from '../set-up/test-step.ts';
import { usedCurrency } from '../set-up/used-currency.ts';
import { texts } from '../texts.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

const t = texts.setUp;

/** The page Set-up: the steps from a new source to a delivered conversion. */
export async function setUp(place: Place, sourceId: string): Promise<View> {
  const guide = new Guide(place, sourceId);
  const source = await guide.load();
  return { title: source.name, content: [guide.element], started: () => guide.start() };
}

class Guide {
  readonly element = h('div', { class: 'stack' });
  readonly #place: Place;
  readonly #sourceId: string;
  readonly #seenKey: string;
  readonly #refused: RefusedTraffic;
  readonly #top = h('div', { class: 'stack', role: 'status' });
  /** The step that the address asks for, until the person has done one. */
  #asked: string | null;
  #progress: Progress | undefined;
  #items: readonly StepItem[] = [];

  constructor(place: Place, sourceId: string) {
    this.#place = place;
    this.#asked = place.query.get('step');
    this.#sourceId = sourceId;
    this.#refused = new RefusedTraffic(place, sourceId, { onShown: () => this.#drawFirst() });
    this.#seenKey = `directflight.set-up.${sourceId}`;
  }

  async load(): Promise<SourceView> {
    const { signal } = this.#place;
    const [source, latest, integrations] = await Promise.all([
      api(shapes.source, `/sources/${this.#sourceId}`, { signal }),
      api(pageOf(shapes.event), `/sources/${this.#sourceId}/events?limit=200`, { signal }),
      integrationsOf(this.#sourceId, this.#place),
      this.#refused.loadQuietly(),
    ]);
    const [integration] = integrations;
    const mappings =
      integration === undefined ? [] : await all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal);
    const hasToken = integration?.config.access_token.set === true;
    const isDelivered = latest.data.some(({ state }) => state === 'delivered');
    const check = hasToken ? await this.#checked(integration) : undefined;
    const why = check?.finding;
    this.#progress = {
      source,
      hasEvents: latest.data.some(isRealEvent),
      hasOtherEvents: latest.data.length > 0,
      currency: usedCurrency(latest.data),
      integration,
      isConnected: hasToken && why === undefined,
      cannotSend: why,
      checkedAt: check?.at,
      hasAccount: integration !== undefined && integration.config.account_id !== NO_ACCOUNT,
      mappings,
      isMapped: mappedCount({ integration, mappings }) > 0,
      isConsentSeen: isDelivered || remembered(this.#seenKey).includes('consent'),
      isTested: isDelivered || remembered(this.#seenKey).includes('test'),
    };
    await this.#draw();
    return source;
  }

  /**
   * Asks LinkedIn about the stored token, unless this tab has its answer already: a doctor's questions count against
   * LinkedIn's limits.
   */
  async #checked(integration: ShownIntegration): Promise<{ at?: string; finding?: Finding | undefined }> {
    const known = lastCheck(integration);
    if (known !== undefined) return known;
    const { isAsked, finding } = await cannotSend(integration, this.#place.signal);
    return isAsked ? keepCheck(integration, finding) : { finding };
  }

  /** Asks again, because something may have changed at LinkedIn. */
  async #checkAgain(): Promise<void> {
    const { integration } = this.#progress ?? {};
    if (integration !== undefined) forgetCheck(integration);
    await this.#next(t.checkedNow);
  }

  /** Shows the step that the address asks for, and follows what arrives. */
  start(): void {
    if (this.#asked !== null) this.#show('[data-asked] summary');
    this.#watch();
  }

  /** Watches for the first event, and for events that are refused instead. */
  #watch(): void {
    if (this.#progress?.hasEvents === true) return;
    const { signal } = this.#place;
    const until = new AbortController();
    signal.addEventListener('abort', () => until.abort());
    inPart(this.element, () =>
      watchEvents(this.#sourceId, {
        signal: until.signal,
        onConnected: () => undefined,
        onRefused: () => this.#refused.reload(),
        onEvent: (event) => {
          if (!isRealEvent(event)) return;
          until.abort();
          this.#noticeFirst();
        },
      }).catch((error: unknown) => {
        // The page is useful without this too.
        if (!(error instanceof ApiProblem)) throw error;
      }),
    );
  }

  /** Shows the first event in its step, without moving the step that the person may be using. */
  #noticeFirst(): void {
    if (this.#progress === undefined) return;
    const wasReady = isReady(this.#steps(this.#progress));
    this.#progress = { ...this.#progress, hasEvents: true };
    if (wasReady) {
      inPart(this.element, () => this.#draw());
      return;
    }
    this.#drawFirst();
    this.#tick();
  }

  /** Shows which steps are done by now, without touching what the person has entered. */
  #tick(): void {
    if (this.#progress === undefined) return;
    const steps = this.#steps(this.#progress);
    for (const [index, step] of steps.entries()) this.#items[index]?.update(step);
    fill(this.#top, this.#end(steps));
  }

  /** Shows whether an event has arrived, or was refused. */
  #drawFirst(): void {
    if (this.#progress !== undefined) fill(this.#top, this.#end(this.#steps(this.#progress)));
    const place = this.element.querySelector('.first-event');
    if (place !== null && this.#progress !== undefined) fill(place, firstEvent(this.#progress, this.#known()));
  }

  #known(): { isRefused: boolean; isReady: boolean } {
    const isAtEnd = this.#progress !== undefined && isReady(this.#steps(this.#progress));
    return { isRefused: this.#refused.count > 0, isReady: isAtEnd };
  }

  /** Shows the page again, with its next step in view and focused. */
  async #next(said: string): Promise<void> {
    await this.#place.act(async () => {
      this.#asked = null;
      replaceQuery({});
      await this.load();
      this.#place.say(said);
      this.#show('[aria-current=step] summary, .set-up-end');
    });
  }

  /** Brings a part into view, with the focus. */
  #show(selector: string): void {
    const part = this.element.querySelector<HTMLElement>(selector);
    part?.scrollIntoView({ block: 'start' });
    part?.focus({ preventScroll: true });
  }

  #remember(what: 'consent' | 'test'): void {
    rememberForGood(this.#seenKey, `${remembered(this.#seenKey)} ${what}`);
  }

  async #draw(): Promise<void> {
    const progress = this.#progress;
    if (progress === undefined) return;
    const steps = this.#steps(progress);
    // Adding the snippet may be another person's job, so the next steps need not wait for it.
    const current = steps.find(({ isDone, id }) => !isDone && id !== 'snippet') ?? steps.find(({ isDone }) => !isDone);
    const isNew = !progress.isConnected && !progress.hasEvents;
    const items = steps.map(
      (step, index) =>
        new StepItem(step, {
          number: index + 1,
          isOpen: step === current || step.id === this.#asked || (step.id === 'snippet' && isNew),
          isCurrent: step === current && !isReady(steps),
          isAsked: step.id === this.#asked,
        }),
    );
    await Promise.all(items.map((item) => item.build()));
    this.#items = items;
    fill(this.#top, this.#end(steps));
    fill(
      this.element,
      this.#top,
      this.#refused.element,
      h('ol', { class: 'guide' }, ...items.map(({ element }) => element)),
    );
  }

  #end(steps: readonly Step[]): HTMLElement {
    return howFar(steps, this.#where());
  }

  #where(): { sourceId: string; isRefused: boolean } {
    const isRefused = this.#refused.count > 0 && this.#progress?.hasEvents !== true;
    return { sourceId: this.#sourceId, isRefused };
  }

  #steps(progress: Progress): Step[] {
    const { integration, isConnected, hasAccount, isMapped, hasEvents } = progress;
    // A step may be opened long after it was drawn.
    const now = (): Progress => this.#progress ?? progress;
    const needs = (isReachable: boolean, sentence: string, content: Step['content']) => ({
      isReachable,
      content: () => (isReachable ? content() : [h('p', { class: 'hint' }, sentence)]),
    });
    return [
      {
        id: 'snippet',
        isDone: hasEvents,
        isReachable: true,
        note: hasEvents ? t.isDone : t.noEvent,
        content: () => snippetStep(now(), this.#known()),
      },
      {
        id: 'connect',
        isDone: isConnected,
        isReachable: true,
        ...(isConnected && { note: t.connected(integration?.config.access_token.last4) }),
        content: () => [
          cannotSendNotice(progress.cannotSend),
          integration?.config.access_token.set === true && this.#checkLine(progress),
          connectForms({
            sourceId: this.#sourceId,
            ...(integration && { known: integration }),
            place: this.#place,
            onConnected: (said) => this.#next(said),
          }),
        ],
      },
      {
        id: 'account',
        isDone: isConnected && hasAccount,
        ...(hasAccount && integration && { note: integration.config.account_id }),
        ...needs(isConnected, t.connectFirst, async () => [
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
        ...(isMapped && { note: t.mapped(mappedCount(progress)) }),
        ...needs(isConnected && hasAccount, t.accountFirst, () =>
          integration === undefined
            ? []
            : mapStep(this.#place, integration, {
                onMapped: (mappings) => this.#noticeMapped(mappings),
                onNext: () => this.#next(texts.saved),
              }),
        ),
      },
      {
        id: 'consent',
        isDone: isMapped && progress.isConsentSeen,
        ...(integration && { note: integration.consent_categories.join(', ') }),
        ...needs(integration !== undefined, t.connectFirst, () => [
          consentStep(progress, () => {
            this.#remember('consent');
            return this.#next(texts.saved);
          }),
        ]),
      },
      {
        id: 'test',
        isDone: isMapped && progress.isTested,
        ...needs(isMapped && isConnected, t.mapFirst, () => [
          testStep(now(), {
            onAccepted: () => {
              this.#remember('test');
              this.#progress = { ...now(), isTested: true };
              this.#tick();
              return afterTest(this.#steps(now()), {
                ...this.#where(),
                onNext: () => this.#next(isReady(this.#steps(now())) ? t.ready : `${t.steps.test}: ${t.isDone}`),
              });
            },
          }),
        ]),
      },
    ];
  }

  /** A choice of a rule is saved immediately, so its step is done, or no longer. */
  #noticeMapped(mappings: readonly MappingView[]): void {
    if (this.#progress === undefined) return;
    const progress = { ...this.#progress, mappings };
    this.#progress = { ...progress, isMapped: mappedCount(progress) > 0 };
    this.#tick();
  }

  /** Says when LinkedIn was asked about the token, with a button to ask again. */
  #checkLine({ checkedAt }: Progress): HTMLElement {
    return h(
      'p',
      { class: 'hint' },
      checkedAt === undefined ? t.notChecked : t.checked(formatTime(checkedAt)),
      ' ',
      h('button', { type: 'button', class: 'small', onclick: () => this.#checkAgain() }, t.checkAgain),
    );
  }
}

/** Counts what makes events conversions: mappings, and entries by event name. */
function mappedCount({ integration, mappings }: Pick<Progress, 'integration' | 'mappings'>): number {
  return mappings.length + Object.keys(integration?.config.conversion_rule_id ?? {}).length;
}
