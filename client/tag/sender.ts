import { MAX_BATCH_LENGTH, MAX_RETRIES, MAX_WAITING_BATCHES, MOMENT_MS, PATIENCE_MS } from './limits.ts';
import { listen, safely } from './safely.ts';
import type { Envelope, Notice } from './wire.ts';

export interface Sender {
  /** @param event As JSON. @param notice Goes in a batch of its own, in order. */
  add(event: string, notice?: Notice): void;
  /** Sends in a moment, if there is something that may be sent. */
  wake(): void;
  /** Forgets what has not been sent. */
  drop(): void;
  /** Sends now. Resolves when all of it was answered, also when the answer was "later", or when patience ends. */
  flush(): Promise<void>;
}

/** Events as JSON, with commas between. */
type Batch = [events: string, notice: Notice | undefined];

/** Waits for something, and not for ever. */
const patiently = async (act: Promise<void>): Promise<void> =>
  Promise.race([act, new Promise<void>((done) => setTimeout(done, PATIENCE_MS))]);

/**
 * Gets events to the collector, in order, and once each if all goes well.
 *
 * While the page lives: `fetch` with keepalive, one at a time, so that an answer's cookies are there for the
 * next request; one without an answer keeps the next waiting for as long as patience lasts. What was not taken, and may be
 * later, goes again with the same ids: the collector takes each id once. When the page goes: a beacon.
 *
 * @param envelope What a batch says beside its events, as of when it is sent.
 * @param isHeld True while nothing may leave the page.
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
    // Back into the queue that it came from: if that was dropped meanwhile, so is this.
    const queue = waiting;
    let isTaken: unknown;
    try {
      const response = await safely(() =>
        fetch(url, { method: 'POST', body: bodyOf(batch), credentials: 'include', keepalive: true }),
      );
      // What is refused for good is taken from us too. A page may have no `fetch`, or one that throws: then a beacon.
      isTaken = response ? response.ok || /^4(?!08|25|29)/.test(String(response.status)) : beacon(batch);
      if (response?.ok) {
        failures = 0;
        onAnswer(await response.json());
      }
    } catch {
      // No answer, or none that can be read. While a page unloads, Chromium may reject a request that it still delivers, even
      // just before `pagehide`. Waiting for one task keeps an unloading page from sending it again.
      await new Promise((done) => setTimeout(done));
    }
    if (isTaken || isGone) return;
    queue.unshift(batch);
    if (isResting) return;
    isResting = true;
    // That of a call made meanwhile, which would not wait.
    clearTimeout(timer);
    // 1 to 2 s, then twice as long each time: spread, so that a site's visitors do not come back together. At
    // last no more by itself: what waits goes with the next call, or when the page goes.
    timer = failures < MAX_RETRIES ? setTimeout(flush, 2 ** failures++ * 1000 * (1 + Math.random())) : undefined;
  }

  /**
   * All at once, for this page may never run again. A page that is only hidden may: there the way that has an answer is the
   * better one, and a beacon has none.
   */
  const leave = (): void => {
    if (!isHeld()) for (const batch of waiting.splice(0)) if (!isGone || !beacon(batch)) void send(batch);
  };

  const beacon = (batch: Batch) => safely(() => navigator.sendBeacon(url, bodyOf(batch)));

  const bodyOf = ([events, notice]: Batch) =>
    // By hand, for the events are JSON already, and old Prototype.js makes arrays into texts.
    `${JSON.stringify({ ...envelope(), ...notice }).slice(0, -1)},"batch":[${events}]}`;

  const wake = (): void => {
    // After pagehide no timer may fire any more (Firefox), so what is left goes now.
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
 * Two first tabs of a visitor would otherwise get two ids: the second asks when the first has its cookies. Another tab is
 * not waited for longer than patience lasts, and not at all where the browser has no locks.
 */
const alone = async (act: () => Promise<void>): Promise<void> =>
  safely(() => navigator.locks.request('_df', { signal: AbortSignal.timeout(PATIENCE_MS) }, act).catch(act)) ?? act();
