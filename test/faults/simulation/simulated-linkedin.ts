import { readBatchResponse } from '../../../worker/linkedin/batch/read-batch-response.ts';
import type { SentBatch } from '../../../worker/linkedin/batch/send-conversions.ts';
import type { Chance } from './chance.ts';
import type { Fault } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One element that LinkedIn accepted. */
export type Taken = { ruleId: string; eventId: string; happenedAtMs: number; atMs: number };

type Element = {
  conversion: string;
  conversionHappenedAt: number;
  eventId: string;
  user: { userIds: { idType: string }[] };
};

type Reply = { status: number; text: string; headers?: Record<string, string> };

type Request = { token: string; version: string; elements: readonly string[] };

/** LinkedIn's behaviour to everybody for a while. */
type Mood = 'well' | 'down' | 'throttling' | 'ambiguous' | 'odd' | 'element_status' | 'element_stuck';

const MOODS: readonly { mood: Mood; fault: Fault }[] = [
  { mood: 'down', fault: 'linkedin_down' },
  { mood: 'throttling', fault: 'linkedin_throttles' },
  { mood: 'ambiguous', fault: 'linkedin_ambiguous' },
  { mood: 'odd', fault: 'linkedin_odd' },
  { mood: 'element_status', fault: 'element_status' },
  { mood: 'element_stuck', fault: 'element_stuck' },
];

const NINETY_DAYS_MS = 90 * 86_400_000;

/**
 * LinkedIn as the outbox sees it. It accepts a batch completely or not at all, gives a reason in its own words, and
 * sometimes accepts one without an answer.
 */
export class SimulatedLinkedIn {
  readonly taken: Taken[] = [];
  /** The time of each request, and the app whose limits it counts for. */
  readonly requests: { atMs: number; app: string; events: number }[] = [];
  /** Batches that were accepted without the sender hearing of it. */
  readonly untold = new Set<string>();
  readonly refusedRules = new Map<string, string>();
  readonly deniedTokens = new Set<string>();
  readonly validTokens = new Map<string, { app: string; fromMs: number; untilMs: number }>();
  readonly retiredVersions = new Set<string>();
  readonly refusedIdTypes = new Set<string>();
  /** Elements that are refused for a while, each by itself, in a request that is accepted. */
  throttledElements: (eventId: string) => boolean = () => false;
  maxElements = 5_000;
  #mood: Mood = 'well';
  readonly #time: VirtualTime;
  readonly #chance: Chance;

  constructor({ time, chance }: { time: VirtualTime; chance: Chance }) {
    this.#time = time;
    this.#chance = chance;
  }

  changeMood(faults: ReadonlySet<Fault>): void {
    const possible = MOODS.filter(({ fault }) => faults.has(fault)).map(({ mood }) => mood);
    this.#mood = this.#chance.is(0.5) ? 'well' : this.#chance.of(['well', ...possible]);
  }

  breakDown(): void {
    this.#mood = 'down';
  }

  recover(): void {
    this.#mood = 'well';
    this.refusedRules.clear();
    this.deniedTokens.clear();
    this.maxElements = 5_000;
  }

  /** Returns how long a request takes, and its answer. */
  receive(request: Request): { ms: number; answer: () => SentBatch } {
    const ms =
      this.#mood === 'ambiguous' || this.#mood === 'down'
        ? this.#chance.of([60, 500, 10_000])
        : this.#chance.between(30, 250);
    this.requests.push({
      atMs: this.#time.nowMs,
      app: this.validTokens.get(request.token)?.app ?? request.token,
      events: request.elements.length,
    });
    return { ms, answer: () => this.#answer(request) };
  }

  #answer(request: Request): SentBatch {
    const { elements } = request;
    // The answer is lost after the batch was accepted, or the batch is lost before. From outside both look the same.
    const isAnswerLost = this.#mood === 'ambiguous' && this.#chance.is(0.4);
    if (isAnswerLost && this.#chance.is(0.4)) return noResponse();
    const { status, text, headers } = this.#decide(request);
    if (isAnswerLost) {
      if (status === 200)
        for (const { ruleId, eventId } of parseElements(elements)) this.untold.add(`${ruleId}/${eventId}`);
      return noResponse();
    }
    const response = readBatchResponse(
      { status, headers: new Headers(headers), text },
      { batchSize: elements.length, nowMs: this.#time.nowMs },
    );
    return { status, response };
  }

  #decide({ token, version, elements: texts }: Request): {
    status: number;
    text: string;
    headers?: Record<string, string>;
  } {
    const elements = parseElements(texts);
    if (this.#mood === 'down')
      return this.#chance.of([
        { status: 500, text: '' },
        { status: 503, text: '<html>Service Unavailable</html>' },
        { status: 504, text: '{"message":"Gateway Timeout","status":504}' },
      ]);
    const known = this.validTokens.get(token);
    const nowMs = this.#time.nowMs;
    if (known === undefined || nowMs < known.fromMs || nowMs >= known.untilMs)
      return {
        status: 401,
        text: '{"status":401,"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN","message":"The token used in the request has expired"}',
      };
    if (this.retiredVersions.has(version))
      return {
        status: 426,
        text: `{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version ${version}01 is not active"}`,
      };
    if (this.deniedTokens.has(token))
      return {
        status: 403,
        text: '{"status":403,"serviceErrorCode":100,"code":"ACCESS_DENIED","message":"Not enough permissions to access: conversionEvents.CREATE.20260901"}',
      };
    if (this.#mood === 'throttling' && this.#chance.is(0.7)) return this.#throttle();
    if (elements.length > this.maxElements) return { status: 413, text: '' };
    const refusal = this.#refusal(elements);
    if (refusal !== undefined) return refusal;
    if (this.#mood === 'odd' && this.#chance.is(0.3))
      return this.#chance.of<Reply>([
        { status: 302, text: '', headers: { Location: 'https://elsewhere.example/' } },
        { status: 404, text: '{"status":404,"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}' },
        { status: 408, text: '' },
        // An answer that has never been seen.
        { status: 403, text: '' },
        { status: 403, text: '<html>Forbidden</html>' },
        { status: 409, text: '{"code":"CONFLICT"}' },
        { status: 412, text: '{"errorDetails":{"inputErrors":[{"description":"Not now"}]}}' },
      ]);
    return this.#take(elements);
  }

  #refusal(elements: readonly ParsedElement[]): { status: number; text: string } | undefined {
    const refusedType = elements
      .flatMap(({ idTypes }, index) => idTypes.map((idType) => ({ idType, index })))
      .find(({ idType }) => this.refusedIdTypes.has(idType));
    if (refusedType !== undefined)
      return {
        status: 422,
        text: message(
          422,
          `Index: ${refusedType.index}, ERROR :: /user/userIds/0/idType :: "${refusedType.idType}" is not an enum symbol\n`,
        ),
      };
    const unnamed = elements.filter(({ eventId }) => eventId.startsWith('unnamed-poison'));
    if (unnamed.length > 0)
      return { status: 422, text: message(422, 'Something in this request is not as it should be') };
    const named = elements.flatMap(({ eventId }, index) => (eventId.startsWith('poison') ? [index] : []));
    if (named.length > 0) return this.#blame(named);
    const [first] = elements;
    const words = first === undefined ? undefined : this.refusedRules.get(first.ruleId);
    if (words !== undefined)
      return {
        status: /^(No ad|Invalid conversion target|Blocked)/.test(words) ? 403 : 400,
        text: message(400, words),
      };
    const old = elements.flatMap(({ happenedAtMs }, index) =>
      this.#time.nowMs - happenedAtMs > NINETY_DAYS_MS ? [index] : [],
    );
    if (old.length === 0) return undefined;
    return {
      status: 400,
      text: message(
        400,
        `Conversion time should be within 90 days and not exceed current time, indices [${old.join(', ')}] (0-indexed).`,
      ),
    };
  }

  #blame(indices: readonly number[]): { status: number; text: string } {
    return this.#chance.of([
      { status: 400, text: message(400, `Something is wrong with them, indices [${indices.join(', ')}] (0-indexed).`) },
      {
        status: 422,
        text: message(
          422,
          indices
            .map(
              (index) =>
                `Index: ${index}, ERROR :: /conversionValue/amount :: field is required but not found and has no default value\n`,
            )
            .join(''),
        ),
      },
      {
        status: 400,
        text: message(400, indices.map((index) => `{field=Invalid, batchIndex=${index}, type=INVALID}`).join(', ')),
      },
    ]);
  }

  #throttle(): Reply {
    const text = '{"message":"Resource level throttle limit for calls to this resource is reached.","status":429}';
    return this.#chance.of<Reply>([
      { status: 429, text },
      { status: 429, text, headers: { 'Retry-After': '30' } },
      { status: 429, text, headers: { 'Retry-After': '99999999' } },
      { status: 429, text, headers: { 'Retry-After': 'banana' } },
    ]);
  }

  #take(elements: readonly ParsedElement[]): { status: number; text: string } {
    const statuses = elements.map((element) => {
      const isRefused =
        this.throttledElements(element.eventId) ||
        (this.#mood === 'element_status' && this.#chance.is(0.2)) ||
        // Always the same ones, for as long as the mood lasts.
        (this.#mood === 'element_stuck' && Number(/\d+$/.exec(element.eventId)?.[0] ?? 0) % 9 === 0);
      const status = isRefused ? this.#chance.of([500, 503, 429]) : 201;
      if (status === 201)
        this.taken.push({
          ruleId: element.ruleId,
          eventId: element.eventId,
          happenedAtMs: element.happenedAtMs,
          atMs: this.#time.nowMs,
        });
      return { status };
    });
    if (this.#mood === 'odd' && this.#chance.is(0.2) && statuses.every(({ status }) => status === 201))
      return {
        status: 200,
        text: this.#chance.of(['', '<html>', '{"elements":[', '{}', nullElements(statuses.length), 'x'.repeat(70_000)]),
      };
    return { status: 200, text: JSON.stringify({ elements: statuses }) };
  }
}

type ParsedElement = { ruleId: string; eventId: string; happenedAtMs: number; idTypes: string[] };

export function parseElements(texts: readonly string[]): ParsedElement[] {
  return texts.map((text) => {
    const element: Element = JSON.parse(text);
    return {
      ruleId: element.conversion.split(':').at(-1) ?? '',
      eventId: element.eventId,
      happenedAtMs: element.conversionHappenedAt,
      idTypes: element.user.userIds.map(({ idType }) => idType),
    };
  });
}

function message(status: number, words: string): string {
  return JSON.stringify({ message: words, status });
}

function nullElements(count: number): string {
  return JSON.stringify({ elements: Array.from({ length: count }, () => null) });
}

function noResponse(): SentBatch {
  return { status: undefined, response: { kind: 'unavailable', message: 'Error: Network connection lost.' } };
}
