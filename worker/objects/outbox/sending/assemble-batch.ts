import { isConsented } from '../../../domain/consent/consent.ts';
import { completedElement } from '../../../domain/delivery/completed-element.ts';
import { withoutIdTypes } from '../../../domain/delivery/without-id-types.ts';
import type { LateIdentity, WaitingConversion } from '../../../domain/identity/late-identity.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import type { Deliveries } from '../deliveries.ts';
import type {
  DeliveryKey,
  ElementPayload,
  LostText,
  OpenedDelivery,
  PendingDelivery,
  SealedDelivery,
  SealedPayload,
  WaitedPayload,
} from '../delivery-types.ts';
import { LOST } from '../keys/payload-keys.ts';
import type { Opened } from '../keys/payload-keys.ts';
import type { Ports } from '../ports.ts';
import type { Learned } from './learned-from-linkedin.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';

/** The most keys: one for each day on which LinkedIn still accepts an event, and some more. */
const MAX_KEYS_TRIED = 100;

/** The wait when no payload's key can be read. Events whose key can be read may arrive earlier. */
const NO_KEY_PROBE_MS = 60_000;

/**
 * The number of deliveries read at once to find some that may be sent, and opened at once. It does not depend on the
 * size of requests.
 */
const PAGE = 500;

/**
 * The number of pages in which one visit skips deliveries that may not be sent. Then other rule queues have their turn.
 */
const MAX_PAGES = 20;

export type AssemblyParts = {
  ports: Ports;
  queues: RuleQueues;
  deliveries: Deliveries;
  learned: Learned;
  /** The maximum length of the sealed payloads in this batch. The other batches of the alarm need memory too. */
  maxChars: number;
};

/** The deliveries to send, and the value of `takenBack` when they were read. */
export type Assembled = { batch: readonly PendingDelivery[]; readAt: number };

/** Chooses the next deliveries of a rule queue, and skips those that may not be sent any more. */
export class BatchAssembly {
  readonly #queue: RuleQueue;
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #learned: Learned;
  readonly #maxChars: number;
  #readAt = 0;

  constructor(queue: RuleQueue, { ports, queues, deliveries, learned, maxChars }: AssemblyParts) {
    this.#queue = queue;
    this.#ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#learned = learned;
    this.#maxChars = maxChars;
  }

  /**
   * Returns pending deliveries without the identifiers that LinkedIn refuses. Deliveries that have no other identifiers
   * are skipped, and the next ones take their place.
   */
  async assemble(integration: Integration): Promise<Assembled> {
    for (let tries = 0; tries < MAX_KEYS_TRIED; tries += 1) {
      const readable = await this.#readable(integration);
      if (readable.length === 0) break;
      const batch = await this.#identified(readable, integration);
      if (batch.length > 0) return { batch, readAt: this.#readAt };
    }
    return { batch: [], readAt: this.#readAt };
  }

  /**
   * Skips deliveries in test mode, in which everything runs except the request. This includes deliveries whose key
   * can't be read now, because nothing is opened, and they would otherwise be read again and again.
   */
  skipForTest(): void {
    this.#allowed(() => false, 'test_mode', { withoutKeys: [] });
  }

  async #identified(
    readable: readonly OpenedDelivery[],
    integration: Integration,
  ): Promise<readonly PendingDelivery[]> {
    const refused = this.#learned.refusedIdTypes(this.#queue.integrationId);
    if (refused.size === 0 && readable.every(isReady)) return readable;
    const going: PendingDelivery[] = [];
    const unidentified: OpenedDelivery[] = [];
    const unreadable: OpenedDelivery[] = [];
    for (const delivery of readable) {
      try {
        const payload = await readyPayload(delivery.payload, { asked: integration.consent_categories, refused });
        if (payload === undefined) unidentified.push(delivery);
        else going.push({ ...delivery, payload });
      } catch (error) {
        // A release with another format wrote it. Only this delivery fails, and its payload stays for a release that
        // can read it.
        this.#ports.log('outbox.payload', error);
        unreadable.push(delivery);
      }
    }
    this.#skip(unidentified, 'no_identity');
    this.#deliveries.states.fail(unreadable, { reason: 'payload_unreadable', atMs: this.#ports.now() });
    return going;
  }

  /**
   * Returns deliveries that have the consent which the integration requires now, with readable payloads. The others
   * wait for their key, and later ones are sent before them.
   */
  async #readable({ consent_categories: asked }: Integration): Promise<OpenedDelivery[]> {
    let atMost = this.#queue.batchLimit;
    for (let tries = 0; tries < MAX_KEYS_TRIED; tries += 1) {
      const withoutKeys = [...this.#ports.payloads.unreadable().keys()];
      const allowed = this.#allowed(({ consent }) => isConsented(asked, consent), 'no_consent', {
        atMost,
        withoutKeys,
      });
      if (allowed.length === 0) return this.#withoutKey();
      const readable = await this.#opened(allowed);
      if (readable.length > 0) return readable.slice(0, this.#queue.batchLimit);
      // Now one more key is known to be unreadable, or these texts are lost. The deliveries after them may be sent.
      atMost = Math.max(atMost, PAGE);
    }
    return [];
  }

  /** Returns the next deliveries that may be sent, and skips those before them that may not. */
  #allowed(
    isAllowed: (delivery: SealedDelivery) => boolean,
    otherwise: 'no_consent' | 'test_mode',
    { atMost = this.#queue.batchLimit, withoutKeys }: { atMost?: number; withoutKeys: readonly string[] },
  ): SealedDelivery[] {
    this.#readAt = this.#deliveries.takenBack;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const waiting = this.#deliveries.pending(this.#queue, {
        withoutKeys,
        atMost: Math.max(atMost, PAGE),
        maxChars: this.#maxChars,
        nowMs: this.#ports.now(),
      });
      const allowed = waiting.filter(isAllowed).slice(0, atMost);
      this.#skip(
        waiting.filter((delivery) => !isAllowed(delivery)),
        otherwise,
      );
      if (allowed.length > 0 || waiting.length === 0) return allowed;
    }
    return [];
  }

  /**
   * Returns the deliveries that can be opened completely, including what the person said later. Those that can never be
   * opened fail. Opening thousands takes a while, so other calls have their turn in between.
   */
  async #opened(deliveries: readonly SealedDelivery[]): Promise<OpenedDelivery[]> {
    const opened: OpenedDelivery[] = [];
    for (let first = 0; first < deliveries.length; first += PAGE) {
      if (first > 0) await this.#ports.sleep(0);
      opened.push(...(await this.#openedPart(deliveries.slice(first, first + PAGE))));
    }
    return opened;
  }

  async #openedPart(deliveries: readonly SealedDelivery[]): Promise<OpenedDelivery[]> {
    const texts = await this.#ports.payloads.open(deliveries.map(({ payload }) => payload.text));
    const withLate = deliveries.flatMap((delivery) => {
      const text = sealedLate(delivery);
      return text === undefined ? [] : [{ delivery, text }];
    });
    const lates = await this.#ports.payloads.open(withLate.map(({ text }) => text));
    const lateOf = new Map<SealedDelivery, Opened>(withLate.map(({ delivery }, index) => [delivery, lates[index]]));
    const opened: OpenedDelivery[] = [];
    const lost: LostText[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const { queueId, eventId, payload } = delivery;
      const text = texts[index];
      const late = lateOf.get(delivery);
      if (text === LOST) lost.push({ queueId, eventId, column: 'payload', text: payload.text });
      else if (late === LOST) lost.push({ queueId, eventId, column: 'late', text: sealedLate(delivery) ?? '' });
      else if (text !== undefined && (late !== undefined || !lateOf.has(delivery)))
        opened.push({ ...delivery, payload: openedPayload(payload, { text, late }) });
    }
    const atMs = this.#ports.now();
    this.#ports.database.transaction(() => this.#deliveries.states.lose(lost, atMs));
    return opened;
  }

  /** Postpones the rule queue if anything is pending, because none of it can be read. */
  #withoutKey(): [] {
    const nowMs = this.#ports.now();
    if (this.#deliveries.pending(this.#queue, { withoutKeys: [], atMost: 1, maxChars: 0, nowMs }).length === 0)
      return [];
    const reasons = [...this.#ports.payloads.unreadable().values()];
    const hold = { nowMs, probeAfterMs: NO_KEY_PROBE_MS };
    if (reasons.includes('sealed')) this.#queues.holdRule(this.#queue, { reason: 'encryption_key_missing', ...hold });
    else if (reasons.includes('missing'))
      this.#queues.holdRule(this.#queue, { reason: 'payload_key_missing', ...hold });
    else this.#queues.postpone(this.#queue, { nowMs, afterMs: NO_KEY_PROBE_MS });
    return [];
  }

  #skip(deliveries: readonly DeliveryKey[], reason: 'test_mode' | 'no_identity' | 'no_consent'): void {
    this.#deliveries.states.skip(deliveries, { reason, atMs: this.#ports.now() });
  }
}

function sealedLate({ payload }: SealedDelivery): string | undefined {
  return payload.kind === 'sealed_conversion' ? payload.late : undefined;
}

function openedPayload(
  { kind }: SealedPayload,
  { text, late }: { text: string; late: string | undefined },
): OpenedDelivery['payload'] {
  return kind === 'sealed_conversion'
    ? { kind: 'conversion', conversion: text, late }
    : { kind: 'element', element: text, isRebuilt: false };
}

function isReady(delivery: OpenedDelivery): delivery is PendingDelivery {
  return delivery.payload.kind === 'element';
}

/** Returns the payload to be sent; undefined when nothing identifies the person. */
async function readyPayload(
  payload: OpenedDelivery['payload'],
  { asked, refused }: { asked: readonly string[]; refused: ReadonlySet<string> },
): Promise<ElementPayload | undefined> {
  const complete = payload.kind === 'conversion' ? await completed(payload, asked) : payload.element;
  const element = complete && withoutIdTypes(complete, refused);
  if (element === undefined) return undefined;
  return { kind: 'element', element, isRebuilt: payload.kind === 'conversion' || element !== payload.element };
}

/**
 * Builds the element of a conversion that waited for its person's e-mail; undefined when still nothing identifies them.
 */
async function completed(
  { conversion: text, late }: WaitedPayload,
  asked: readonly string[],
): Promise<string | undefined> {
  // `sealEvents` wrote it from values of these types.
  const conversion: WaitingConversion = JSON.parse(text);
  const known: LateIdentity | undefined = late === undefined ? undefined : JSON.parse(late);
  const identity = known !== undefined && isConsented(asked, known.consent) ? known.identity : undefined;
  const element = await completedElement(conversion, identity);
  return element && JSON.stringify(element);
}
