import { MAX_BATCH_LENGTH, MAX_RETRIES, MAX_WAITING_BATCHES, MOMENT_MS, TIMEOUT_MS } from './limits.ts';
import { listen, safely } from './safely.ts';
import type { Envelope, Notice } from './wire.ts';

export interface Sender {
  /** Queues an event. @param event As JSON. @param notice Sent in a batch of its own, in order. */
  add(event: string, notice?: Notice): void;
  /** Sends shortly, if there is anything that may be sent. */
  wake(): void;
  /** Drops all unsent events. */
  drop(): void;
  /** Sends now. Resolves after every answer, even "try later", or after `TIMEOUT_MS`. */
  flush(): Promise<void>;
}

/** Events as JSON, separated by commas. */
type Batch = [events: string, notice: Notice | undefined];

/** Waits for a promise, for `TIMEOUT_MS` at most. */
const patiently = async (act: Promise<void>): Promise<void> =>
  Promise.race([act, new Promise<void>((done) => setTimeout(done, TIMEOUT_MS))]);

/**
 * Sends events to the collector, in order, and normally once.
 *
 * While the page is open it uses `fetch` with keepalive, one request at a time, so that the next request has the cookies of
 * the last answer. A request without an answer delays the next one by `TIMEOUT_MS` at most. Events that may be accepted
 * later are sent again with the same IDs: the collector accepts each ID once. When the page closes it uses a beacon.
 *
 * @param envelope Returns the batch's other fields, at the time it is sent.
 * @param isHeld Whether nothing may be sent yet.
 */
export function createSender(
  url: string,
  envelope: () => Envelope,
  isHeld: () => unknown,
  onAnswer: (answer: unknown) => void,
): Sender {
  let waiting: Batch[] = [];
  let sending: Promise<void> | undefined;
  let timer: number | undefined;
  let failures = 0;
  let isResting = false;
  let isGone = false;

  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    isResting = false;
    return patiently((sending ??= alone(sendAll).finally(() => (sending = undefined))));
  };

  async function sendAll(): Promise<void> {
    let batch;
    while (!isResting && (batch = !isHeld() && waiting.shift())) await patiently(send(batch));
  }

  async function send(batch: Batch): Promise<void> {
    // A failed batch returns to this queue. If the queue has been dropped since, so is the batch.
    const queue = waiting;
    let isTaken: unknown;
    try {
      const response = await safely(() =>
        fetch(url, { method: 'POST', body: bodyOf(batch), credentials: 'include', keepalive: true }),
      );
      if (response) {
        // A page of Cloudflare or a proxy is no JSON, and no answer: whatever its status, the outcome is unknown.
        const answer: unknown = await response.json();
        // A permanent refusal also ends the batch.
        isTaken = /^[24](?!08|25|29)/.test(`${response.status}`);
        if (response.ok) {
          failures = 0;
          onAnswer(answer);
        }
        // If the page has no `fetch`, or one that throws, a beacon is used.
      } else isTaken = beacon(batch);
    } catch {
      // No answer, or an unreadable one. While a page unloads, Chromium may reject a request that it still delivers, even
      // just before `pagehide`. Waiting one task prevents an unloading page from sending it again.
      await new Promise((done) => setTimeout(done));
    }
    if (isTaken || isGone) return;
    queue.unshift(batch);
    if (isResting) return;
    isResting = true;
    // After the last retry, waiting events are sent with the next call, or when the page closes.
    if (failures < MAX_RETRIES) {
      // Cancels the timer of a call made since, which would not wait long enough.
      clearTimeout(timer);
      // 1 to 2 s, then twice as long each time. The delay is random, so that a site's visitors do not all retry together.
      timer = setTimeout(flush, 2 ** failures++ * 1000 * (1 + Math.random()));
    }
  }

  /**
   * Sends everything at once, because this page may never run again. A page that is only hidden may, so it uses
   * `fetch`, which has an answer, unlike a beacon.
   */
  const leave = (): void => {
    if (!isHeld()) for (const batch of waiting.splice(0)) if (!isGone || !beacon(batch)) void send(batch);
  };

  const beacon = (batch: Batch) => safely(() => navigator.sendBeacon(url, bodyOf(batch)));

  const bodyOf = ([events, notice]: Batch) =>
    // Built by hand, because the events are already JSON, and old Prototype.js turns arrays into strings.
    `${JSON.stringify({ ...envelope(), ...notice }).slice(0, -1)},"batch":[${events}]}`;

  const wake = (): void => {
    // After pagehide timers may no longer fire (Firefox), so the rest is sent now.
    if (isGone) leave();
    else timer ??= setTimeout(flush, MOMENT_MS);
  };

  listen(window, 'online', flush);
  listen(document, 'visibilitychange', () => document.hidden && leave());
  listen(window, 'pageshow', () => (isGone = false));
  listen(window, 'pagehide', () => {
    isGone = true;
    leave();
  });

  return {
    add(event, notice) {
      const [last] = waiting.slice(-1);
      if (last && !notice && !last[1] && last[0].length + event.length < MAX_BATCH_LENGTH) last[0] += `,${event}`;
      else if (waiting.length < MAX_WAITING_BATCHES) waiting.push([event, notice]);
      wake();
    },
    wake,
    drop: () => (waiting = []),
    flush,
  };
}

/**
 * Runs an action in one tab at a time. Otherwise a new visitor's two tabs would get two IDs: this way the second asks once
 * the first has its cookies. It waits `TIMEOUT_MS` at most, and not at all if the browser has no locks.
 */
const alone = async (act: () => Promise<void>): Promise<void> =>
  safely(() => navigator.locks.request('_df', { signal: AbortSignal.timeout(TIMEOUT_MS) }, act).catch(act)) ?? act();
