import { MAX_BATCH_LENGTH, MAX_RETRIES, MAX_WAITING_BATCHES, MOMENT_MS } from './limits.ts';
import { listen, safely } from './safely.ts';
import type { Envelope, Notice } from './wire.ts';

export interface Sender {
  /** @param event As JSON. @param notice Goes in a batch of its own, in order. */
  add(event: string, notice?: Notice): void;
  /** Sends in a moment, if there is something that may be sent. */
  wake(): void;
  /** Forgets what has not been sent. */
  drop(): void;
  /** Sends now. Resolves when all of it was answered, also when the answer was "later". */
  flush(): Promise<void>;
}

/** Events as JSON, with commas between. */
type Batch = [events: string, notice: Notice | undefined];

/**
 * Gets events to the collector, in order, and once each on the wire.
 *
 * While the page lives: `fetch` with keepalive, one at a time, so that an answer's cookies are there for the
 * next request. Only a received 429 or 5xx is tried again: a page that goes away sees a rejection for a request
 * that the browser then delivers, and trying again is how duplicates are made. When the page goes: a beacon.
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
  let isGone = false;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (sending ??= sendAll().finally(() => (sending = undefined)));
  }

  async function sendAll(): Promise<void> {
    let batch;
    while ((batch = next())) {
      // Back into the queue that it came from: if that was dropped meanwhile, so is this.
      const queue = waiting;
      if (await mustGoAgain(batch)) {
        queue.unshift(batch);
        // That of a call made meanwhile, which would not wait.
        clearTimeout(timer);
        // 1 to 2 s, then twice as long each time: spread, so that a site's visitors do not come back together. At
        // last no more by itself: what waits goes with the next call, or when the page goes.
        if (failures < MAX_RETRIES) timer = setTimeout(flush, 2 ** failures++ * 1000 * (1 + Math.random()));
        return;
      }
      failures = 0;
    }
  }

  async function mustGoAgain(batch: Batch): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: bodyOf(batch),
        credentials: 'include',
        keepalive: true,
      });
      if (response.ok) onAnswer(await response.json());
      return response.status === 429 || response.status >= 500;
    } catch {
      return !navigator.onLine;
    }
  }

  /** The last chance: this page may never run again. */
  const leave = (): void => {
    let batch;
    while ((batch = next())) {
      const body = bodyOf(batch);
      if (!safely(() => navigator.sendBeacon(url, body))) void mustGoAgain(batch);
    }
  };

  const next = () => !isHeld() && navigator.onLine && waiting.shift();

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
      const last = waiting[waiting.length - 1];
      if (last && !notice && !last[1] && last[0].length + event.length < MAX_BATCH_LENGTH) last[0] += `,${event}`;
      else if (waiting.length < MAX_WAITING_BATCHES) waiting.push([event, notice]);
      wake();
    },
    wake,
    drop: () => (waiting = []),
    flush,
  };
}
