import type { EventFields } from '../../../worker/domain/fql/compile.ts';
import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { LintFinding } from '../../../worker/schema/events/lint.ts';
import { api, ApiProblem } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { LINT } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { lintList } from '../ui/element-of-state.ts';
import { eventName } from '../ui/event-name.ts';
import { select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import { sampleNamed, sampleOf } from './sample-event.ts';
import type { SeenEvent } from './seen-events.ts';

const t = texts.preview;
/** The delay after a key: long enough to avoid a request per key, and short enough to seem immediate. */
const STILL_FOR_MS = 250;

type Decision = { decision: string; passed: boolean };
type Preview = {
  outcome: 'deliver' | 'skip';
  sentence: string;
  decisions: Decision[];
  lint: LintFinding[];
  requests: { body: { elements: unknown[] } }[];
};
const PREVIEW = shapeOf<Preview>({
  outcome: '',
  sentence: '',
  decisions: [{ decision: '', passed: false }],
  lint: [LINT],
  requests: [{ body: { elements: [undefined] } }],
});

/** Shows the result of a draft mapping for a sample event. Nothing is stored or sent. */
export class MappingPreview {
  readonly element: HTMLElement;
  readonly #sample = h('textarea', { rows: 14, spellcheck: 'false', class: 'mono', 'aria-label': t.sample });
  readonly #result = h('div', { class: 'stack', role: 'status' });
  readonly #integrationId: string;
  readonly #draft: () => object;
  readonly #hasRule: () => boolean;
  readonly #onSample: (sample: EventFields | undefined) => void;
  readonly #signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor({
    integrationId,
    seen,
    categories,
    chosen,
    draft,
    hasRule,
    onSample,
    signal,
  }: {
    integrationId: string;
    seen: readonly SeenEvent[];
    categories: readonly string[];
    /** The first event to show: the one that the trigger names. */
    chosen: SeenEvent | undefined;
    /** Returns the current draft. @throws SyntaxError while it is not valid. */
    draft: () => object;
    /** Whether a conversion rule is chosen. Without one nothing would be sent. */
    hasRule: () => boolean;
    onSample: (sample: EventFields | undefined) => void;
    signal: AbortSignal;
  }) {
    this.#integrationId = integrationId;
    this.#draft = draft;
    this.#hasRule = hasRule;
    this.#onSample = onSample;
    this.#signal = signal;
    const names = seen.map(
      (event, index) =>
        [String(index), t.seen(markedSpaces(eventName({ event: event.name, type: event.type })), event.count)] as const,
    );
    const which = select([...names, ['', t.example]], chosen === undefined ? '' : String(seen.indexOf(chosen)));
    which.setAttribute('aria-label', t.which);
    const take = (): void => {
      const event = seen[Number(which.value)];
      const made =
        event?.latest === undefined || which.value === ''
          ? sampleNamed('Lead Generated', categories)
          : sampleOf({ ...event.latest, fields: event.fields });
      this.#sample.value = JSON.stringify(made, undefined, 2);
      this.#changed();
    };
    which.addEventListener('change', take);
    this.#sample.addEventListener('input', () => this.#changed());
    this.element = h(
      'section',
      { class: 'card preview', 'aria-label': t.title },
      h('h2', {}, t.title),
      h('p', { class: 'hint' }, t.lead),
      which,
      this.#sample,
      this.#result,
    );
    take();
  }

  /** Requests a new preview once the person stops typing. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      inPart(this.#result, () => this.#show());
    }, STILL_FOR_MS);
  }

  #changed(): void {
    this.#onSample(this.#event());
    this.refresh();
  }

  #event(): EventFields | undefined {
    try {
      const value: unknown = JSON.parse(this.#sample.value);
      return isFields(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async #show(): Promise<void> {
    const event = this.#event();
    if (event === undefined) {
      fill(this.#result, h('p', { class: 'notice bad' }, t.notJson));
      return;
    }
    this.#asked += 1;
    const mine = this.#asked;
    const answer = await this.#ask(event);
    // A late answer is for an older draft, so it is ignored.
    if (mine !== this.#asked || this.#signal.aborted) return;
    fill(
      this.#result,
      ...(typeof answer === 'string' ? [h('p', { class: 'notice' }, answer)] : shown(answer, this.#hasRule())),
    );
  }

  async #ask(event: EventFields): Promise<Preview | string> {
    try {
      const mapping = this.#draft();
      return await api(PREVIEW, `/integrations/${this.#integrationId}/preview`, {
        body: { ...event, mapping },
        signal: this.#signal,
      });
    } catch (error) {
      if (error instanceof ApiProblem) return error.message;
      if (error instanceof SyntaxError) return t.fieldNotJson(error.message);
      if (this.#signal.aborted) return '';
      throw error;
    }
  }
}

function shown({ outcome, sentence, decisions, requests, lint }: Preview, hasRule: boolean): HTMLElement[] {
  const elements = hasRule ? requests.flatMap(({ body }) => body.elements) : [];
  const isReady = outcome === 'deliver' && hasRule;
  return [
    h(
      'p',
      { class: `notice ${isReady ? 'good' : 'warn'}` },
      h('strong', {}, outcome === 'deliver' && !hasRule ? t.noRule : sentence),
    ),
    h(
      'ul',
      { class: 'parts' },
      ...decisions.map(({ decision, passed }) =>
        h(
          'li',
          { class: passed ? 'holds' : 'fails' },
          h('span', { class: 'unseen' }, passed ? texts.yes : texts.no, ': '),
          t.decision(decision),
        ),
      ),
    ),
    ...(lint.length === 0 ? [] : [h('h3', {}, texts.lint.title), lintList(lint)]),
    ...(elements.length === 0
      ? []
      : [
          h('h3', {}, t.payload),
          h(
            'pre',
            { class: 'payload', tabindex: 0, role: 'region', 'aria-label': t.payload },
            h('code', {}, elements.map((element) => JSON.stringify(element, undefined, 2)).join('\n')),
          ),
        ]),
  ];
}

function isFields(value: unknown): value is EventFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
