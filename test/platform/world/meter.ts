/**
 * Counts what Cloudflare charges for, by place. The Worker and the objects share an isolate here, so they share this
 * module too.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import { rules } from './rules.ts';

/** `busyMs`: how long objects are in memory for a reason: a call, an alarm or a timer. Cloudflare charges for it. */
export type Unit =
  | 'requests'
  | 'objectRequests'
  | 'rowsRead'
  | 'rowsWritten'
  | 'alarms'
  | 'kvReads'
  | 'kvWrites'
  | 'kvDeletes'
  | 'kvLists'
  | 'fetches'
  | 'busyMs';
export type Spent = Record<Unit, number>;

/** An object in memory: the number of reasons to keep it there, and since when there is one. */
export type Instance = { holds: number; sinceMs: number; place: string };

/** A request, call or alarm that is under way. */
type Under = { place: string; instance: Instance | undefined; subrequests: number };

const under = new AsyncLocalStorage<Under>();

/** The costs since the last report, by place, such as `Outbox.enqueue` or `POST /v1/batch`. */
let spent = new Map<string, Spent>();
let pendingCursors: { place: string; cursor: SqlCursor; read: number; written: number }[] = [];
let longestCallBytes = 0;

type SqlCursor = { rowsRead: number; rowsWritten: number };

const NOTHING: Spent = {
  requests: 0,
  objectRequests: 0,
  rowsRead: 0,
  rowsWritten: 0,
  alarms: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  fetches: 0,
  busyMs: 0,
};

export function spend(unit: Unit, amount = 1, place = under.getStore()?.place ?? 'start'): void {
  const own = spent.get(place) ?? { ...NOTHING };
  own[unit] += amount;
  spent.set(place, own);
}

/** Counts a subrequest of this request or alarm. @throws when there are too many. */
export function spendSubrequest(): void {
  const now = under.getStore();
  if (now === undefined) return;
  now.subrequests += 1;
  if (now.subrequests > rules.now.maxSubrequests) throw new Error('Too many subrequests.');
}

/** Counts a statement's rows, now and when its results have been read. */
export function spendRows(cursor: SqlCursor): void {
  pendingCursors.push({ place: under.getStore()?.place ?? 'start', cursor, read: 0, written: 0 });
  if (pendingCursors.length > 1_000) settleRows();
}

/** Returns the rows that were counted. */
function settleRows(): void {
  for (const { place, cursor } of pendingCursors) {
    spend('rowsRead', cursor.rowsRead, place);
    spend('rowsWritten', cursor.rowsWritten, place);
  }
  pendingCursors = [];
}

export function noteCallBytes(bytes: number): void {
  longestCallBytes = Math.max(longestCallBytes, bytes);
}

/** Returns the costs since the last report. */
export function report(): { places: Record<string, Spent>; longestCallBytes: number } {
  settleRows();
  const places = Object.fromEntries(spent);
  spent = new Map();
  const longest = longestCallBytes;
  longestCallBytes = 0;
  return { places, longestCallBytes: longest };
}

/** Runs something whose costs count for a place. Its object stays in memory until it ends. */
export function inPlace<Result>(place: string, instance: Instance | undefined, work: () => Result): Result {
  if (instance !== undefined) hold(instance, place);
  const result = under.run({ place, instance, subrequests: 0 }, work);
  if (instance === undefined) return result;
  if (result instanceof Promise) result.then(noop, noop).finally(() => release(instance));
  else release(instance);
  return result;
}

function hold(instance: Instance, place: string): void {
  if (instance.holds === 0) Object.assign(instance, { sinceMs: Date.now(), place });
  instance.holds += 1;
}

function release(instance: Instance): void {
  instance.holds -= 1;
  if (instance.holds === 0) spend('busyMs', Date.now() - instance.sinceMs, instance.place);
}

const noop = (): void => undefined;

/** From now on, timers keep their object in memory, as on the platform, and requests to the outside are counted. */
export function watchGlobals(): void {
  const { setTimeout: startTimer, clearTimeout: stopTimer, fetch: fetchOutside } = globalThis;
  const releases = new Map<unknown, () => void>();
  const holding = (): (() => void) => {
    const now = under.getStore();
    if (now?.instance === undefined) return noop;
    const { instance, place } = now;
    let isHeld = true;
    hold(instance, place);
    return () => {
      if (isHeld) release(instance);
      isHeld = false;
    };
  };
  Object.assign(globalThis, {
    setTimeout: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const stop = holding();
      const timer: unknown = startTimer(() => {
        stop();
        callback(...args);
      }, ms);
      releases.set(timer, stop);
      return timer;
    },
    clearTimeout: (timer: number) => {
      releases.get(timer)?.();
      releases.delete(timer);
      stopTimer(timer);
    },
    fetch: (...args: Parameters<typeof fetch>) => {
      spend('fetches');
      spendSubrequest();
      return fetchOutside(...args);
    },
  });
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  Object.assign(AbortSignal, {
    timeout: (ms: number) => {
      // Nothing can clear its timer.
      setTimeout(noop, ms);
      return timeout(ms);
    },
  });
}
