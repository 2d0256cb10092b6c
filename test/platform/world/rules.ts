/** How the platform behaves from now on. Everything is off by default, which is workerd as it runs on this machine. */
export type Rules = {
  /** Evicts an object before each call to it, unless it is busy. */
  evictBeforeCalls: boolean;
  /** How far the clock is ahead of the machine's, also for alarms. An alarm that was set before keeps its old time. */
  clockAheadMs: number;
  /**
   * How many times larger the database of an object seems than its data, by the object's name. It simulates a disk that
   * fills up.
   */
  databaseTimes: Readonly<Record<string, number>>;
  /** Another encryption key than the usual one, for the objects that start from now on. */
  encryptionKey: string | null;
  /** How long a call to an object takes on its way. */
  callDelayMs: number;
  /** The longest call to an object, in bytes; Cloudflare's is 32 MiB. */
  maxCallBytes: number;
  /** The number of subrequests of one request or alarm. */
  maxSubrequests: number;
  kv: {
    /** How long each location caches what it has read: values, and the absence of a key. */
    cacheMs: number;
    /** The prefixes of keys that seem to be missing, as in another namespace. */
    absent: readonly string[];
    /** Operations that fail. */
    down: readonly KvOperation[];
    delayMs: number;
    /** Refuses a second write to a key within a second. */
    isWriteRateLimited: boolean;
  };
  /** The remaining part of the day's quotas; null for no limit. */
  left: Record<Quota, number | null>;
  /** Answers of the edge, before the Worker. */
  edge: readonly EdgeRule[];
  /** Which version answers requests. During a deploy both do: with `both`, they take turns. */
  worker: Version | 'both';
  /** Which version objects start with. One that is in memory stays as it is, as during a deploy. */
  objects: Version;
  /** Methods that objects don't have yet, such as `OUTBOX.enqueue`; `OUTBOX.*` for all of a class. */
  missing: readonly string[];
  /** Adds an argument that no object knows to each call, and a field to each of its arguments. */
  hasUnknownArguments: boolean;
};

/** `head` is the product of this checkout, `former` another one. */
export type Version = 'head' | 'former';

export type KvOperation = 'get' | 'put' | 'delete' | 'list';
export type Quota =
  | 'requests'
  | 'objectRequests'
  | 'rowsRead'
  | 'rowsWritten'
  | 'kvReads'
  | 'kvWrites'
  | 'kvDeletes'
  | 'kvLists';

/** Answers requests to a path with a page of Cloudflare's own: HTML, without CORS headers. */
type EdgeRule = { path: string; status: number; times: number };

export type RulesChange = Partial<Omit<Rules, 'kv' | 'left'>> & {
  kv?: Partial<Rules['kv']>;
  left?: Partial<Rules['left']>;
};

const LENIENT: Rules = {
  evictBeforeCalls: false,
  clockAheadMs: 0,
  databaseTimes: {},
  encryptionKey: null,
  callDelayMs: 0,
  maxCallBytes: 32 * 1024 * 1024,
  maxSubrequests: 10_000,
  kv: { cacheMs: 0, absent: [], down: [], delayMs: 0, isWriteRateLimited: false },
  left: {
    requests: null,
    objectRequests: null,
    rowsRead: null,
    rowsWritten: null,
    kvReads: null,
    kvWrites: null,
    kvDeletes: null,
    kvLists: null,
  },
  edge: [],
  worker: 'head',
  objects: 'head',
  missing: [],
  hasUnknownArguments: false,
};

/** The rules that apply now. */
export const rules: { now: Rules } = { now: LENIENT };

export function changeRules(change: RulesChange): void {
  rules.now = {
    ...LENIENT,
    ...change,
    kv: { ...LENIENT.kv, ...change.kv },
    left: { ...LENIENT.left, ...change.left },
  };
}

/** @throws when the day's quota is used up, as the platform does. */
export function take(quota: Quota, amount = 1): void {
  const left = rules.now.left[quota];
  if (left === null) return;
  mustHaveLeft(quota);
  rules.now.left[quota] = Math.max(0, left - amount);
}

/** Cloudflare's messages about the limits of objects. */
const IN_WORDS: Partial<Record<Quota, string>> = {
  objectRequests: 'volume of requests',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
};

/** @throws when nothing of the day's quota is left. */
export function mustHaveLeft(quota: Quota): void {
  if (rules.now.left[quota] !== 0) return;
  throw new Error(`Exceeded allowed ${IN_WORDS[quota] ?? quota} in Durable Objects free tier.`);
}
