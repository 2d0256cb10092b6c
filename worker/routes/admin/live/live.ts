import type { Context } from 'hono';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';

import { isAtLeast, seesSource } from '../../../domain/access/permission.ts';
import { storeOf } from '../../../objects/event-store/arrival-order.ts';
import type { StoreName } from '../../../objects/event-store/arrival-order.ts';
import type { NumberedEvent } from '../../../objects/event-store/event-view-of.ts';
import type { Seen } from '../../../objects/event-store/look.ts';
import { logFault } from '../../../objects/log-fault.ts';
import type { Role } from '../../../schema/settings/access-token.ts';
import type { Source } from '../../../schema/settings/source.ts';
import { Problem } from '../../http/problem.ts';
import { SourceStores } from '../../stores/source-stores.ts';
import { principalNow } from '../access.ts';
import type { AdminEnv } from '../env.ts';
import { roleForRoute } from '../require-role.ts';
import { KeptWatch } from './object-watch.ts';
import type { ObjectWatch } from './object-watch.ts';

type AdminContext = Context<AdminEnv>;

/**
 * How often events are read although no object has reported a change, because a connection may end unnoticed. It is not
 * more often, because each call is charged, and a viewer may stay for hours.
 */
export const LOOK_ANYWAY_EVERY_MS = 5 * 60_000;

/**
 * The longest wait of a call to an object that can't report changes, because it may have an older version during a
 * deploy.
 */
const PATIENCE_MS = 25_000;

/** The wait before new events are read, so that those of one moment are read together. */
const BREATHE_MS = 50;

/** The least time between two reads of the states of watched events. */
const LOOK_EVERY_MS = 500;

/** The least time between two notices of refused traffic. The viewer then asks for the details. */
const REFUSALS_EVERY_MS = 5_000;

/** How often the time is checked. */
const TICK_MS = 500;

/** Proxies close a connection that is silent for a long time. */
const STILL_HERE_EVERY_MS = 15_000;

/**
 * How often the connection to the registry is checked, which reports that somebody's access has changed. Without a
 * connection, the viewer's rights are checked instead. Together with the timeout this stays within the 15 s that
 * docs/reference/http-api.md promises.
 */
export const ASK_AGAIN_EVERY_MS = 9_000;
const ANSWER_WITHIN_MS = 5_000;

/** The number of past events that a viewer sees, and in which changes of any state are noticed. */
const LATEST = 100;

/** The number of new events that are read at once. If there are more, the next ones are read immediately. */
const AT_ONCE = 200;

/** The number of unfinished events that are watched, however many came after them. */
const MAX_WATCHED = 500;

/** `/v1/admin/sources/{id}/live`: the latest events, and each new event or change of state, as server-sent events. */
export function adminLive(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/:id/live', (c) => live(c));
  // If the query has "seq", the request is for the story of an event whose messageId is "live".
  routes.get('/:id/events/live', (c, next) => (c.req.query('seq') === undefined ? live(c) : next()));
  return routes;
}

async function live(c: AdminContext): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const source = await c.env.REGISTRY.getByName('registry').source(id);
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  const role = roleForRoute(c);
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, (stream) => {
    const registry = c.env.REGISTRY.getByName('registry');
    return new LiveFeed(stream, {
      stores: new SourceStores(c.env, id),
      refusals: new KeptWatch(c.env.REFUSALS.getByName(id)),
      access: { watch: new KeptWatch(registry), untilMs: () => allowedUntilMs(c, source, role) },
    }).run();
  });
}

/**
 * Repeats the checks from the beginning of the stream: the caller, their role and sources, and that this source still
 * exists. Returns when the viewer's access ends by itself; 0 when it has ended.
 */
async function allowedUntilMs(c: AdminContext, source: Source, role: Role | undefined): Promise<number> {
  const [principal, now] = await Promise.all([principalNow(c), c.env.REGISTRY.getByName('registry').source(source.id)]);
  const isAllowed =
    isAtLeast(principal.role, role ?? 'owner') &&
    seesSource(principal, source.id) &&
    now?.created_at === source.created_at;
  return isAllowed ? (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) : 0;
}

/** What a feed has to know about the access of its viewer. */
type Access = {
  /** Reports when anybody's access has changed. */
  watch: KeptWatch;
  /** Returns when the viewer's access ends, or 0. If it has ended, it may also throw or never answer. */
  untilMs(): Promise<number>;
};

/** Sends the events of one source to one viewer. */
class LiveFeed {
  readonly #stream: SSEStreamingApi;
  readonly #stores: SourceStores;
  readonly #access: Access;
  readonly #outboxWatch: KeptWatch;
  readonly #tallyWatch: KeptWatch;
  readonly #refusals: KeptWatch;
  #isOver = false;
  /** The last message about each watched event, by its position in the order of arrival. */
  readonly #told = new Map<number, { text: string; isOver: boolean }>();
  #saidAtMs = Date.now();

  constructor(
    stream: SSEStreamingApi,
    { stores, refusals, access }: { stores: SourceStores; refusals: KeptWatch; access: Access },
  ) {
    this.#stream = stream;
    this.#stores = stores;
    this.#refusals = refusals;
    this.#access = access;
    this.#outboxWatch = new KeptWatch(stores.outbox);
    this.#tallyWatch = new KeptWatch(stores.tally);
  }

  /** Sends until the viewer disconnects or loses access. A call that waits for something new then ends by itself. */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#tellAll(), this.#tellOfRefusals(), this.#askAgainAndAgain()]);
    } finally {
      this.#isOver = true;
      for (const watch of [this.#access.watch, this.#outboxWatch, this.#tallyWatch, this.#refusals]) watch.close();
    }
  }

  get #goesOn(): boolean {
    return !this.#isOver && !this.#stream.aborted && !this.#stream.closed;
  }

  /** Resolves when the viewer is gone, or may not watch any more. */
  async #askAgainAndAgain(): Promise<void> {
    while (this.#goesOn) {
      // The connection is opened first, so that no change after the check is missed.
      const watch = await this.#access.watch.open();
      const untilMs = await this.#allowedUntilMs();
      if (untilMs <= Date.now()) return;
      if (!(await this.#waitForNews(watch, untilMs))) return;
    }
  }

  /** Resolves when the rights must be checked again. Returns false when nobody can say whether they must. */
  async #waitForNews(watch: ObjectWatch | undefined, untilMs: number): Promise<boolean> {
    const checkedAtMs = Date.now();
    let answeredAtMs = checkedAtMs;
    while (this.#goesOn && Date.now() < untilMs && Date.now() - checkedAtMs < LOOK_ANYWAY_EVERY_MS) {
      await this.#sayStillHere();
      if (watch === undefined) await this.#stream.sleep(TICK_MS);
      else if ((await watch.change(TICK_MS)) || !watch.isOpen) return true;
      if (Date.now() - answeredAtMs < ASK_AGAIN_EVERY_MS) continue;
      if (watch === undefined) return true;
      if (!(await watch.isAnswered(ANSWER_WITHIN_MS))) return false;
      answeredAtMs = Date.now();
    }
    return true;
  }

  async #allowedUntilMs(): Promise<number> {
    try {
      const noAnswer = this.#stream.sleep(ANSWER_WITHIN_MS).then(() => 0);
      return await Promise.race([this.#access.untilMs(), noAnswer]);
    } catch (error) {
      // Access was refused or could not be checked. A viewer who still has access connects again.
      if (!(error instanceof Problem)) logFault('admin.live', error);
      return 0;
    }
  }

  async #tellAll(): Promise<void> {
    const { data } = await this.#stores.latest({ limit: LATEST, beforeSeq: undefined });
    const latest = data.map((event) => ({ seq: event.seq, event })).toReversed();
    await this.#tell(latest);
    // Each store is read from its newest event on. If none of the latest events is in a store, the store has no newer
    // event either.
    const newestOf = (store: StoreName): number =>
      latest.findLast(({ seq }) => storeOf(seq) === store)?.seq ?? latest[0]?.seq ?? 0;
    await Promise.all([
      this.#follow({
        store: this.#stores.outbox,
        watch: this.#outboxWatch,
        newestAtFirst: newestOf('outbox'),
        lookAgain: () => this.#lookAgain(),
      }),
      // An event in the tally never changes.
      this.#follow({ store: this.#stores.tally, watch: this.#tallyWatch, newestAtFirst: newestOf('tally') }),
    ]);
  }

  /**
   * Sends each new event of a store.
   *
   * @param lookAgain Sends the changes of the other events.
   */
  async #follow({
    store,
    watch: kept,
    newestAtFirst,
    lookAgain,
  }: {
    store: Pick<SourceStores['outbox' | 'tally'], 'look'>;
    watch: KeptWatch;
    newestAtFirst: number;
    lookAgain?: () => Promise<void>;
  }): Promise<void> {
    let newest = newestAtFirst;
    let version: number | undefined;
    let lookedAtMs = Date.now();
    let isChanged = false;
    let hasMore = false;
    let lastWatch: ObjectWatch | undefined;
    while (this.#goesOn) {
      const watch = await kept.open();
      const longestMs = watch === undefined ? PATIENCE_MS : LOOK_ANYWAY_EVERY_MS;
      const nextLookMs = lookAgain === undefined ? longestMs : Math.max(0, lookedAtMs + LOOK_EVERY_MS - Date.now());
      const waitMs: number = isChanged ? nextLookMs : longestMs;
      // A viewer who has just connected may have missed something.
      if (watch !== undefined && watch === lastWatch && !hasMore) await watch.change(waitMs);
      lastWatch = watch;
      const isAtOnce = watch !== undefined || hasMore;
      const seen: Seen = await store.look({
        afterSeq: newest,
        limit: AT_ONCE,
        waitMs,
        version: isAtOnce ? undefined : version,
      });
      await this.#tell(seen.events);
      newest = seen.events.at(-1)?.seq ?? newest;
      isChanged ||= seen.version !== version;
      version = seen.version;
      if (lookAgain !== undefined && isChanged && Date.now() - lookedAtMs >= LOOK_EVERY_MS) {
        // From now on, everything counts as a new change.
        isChanged = false;
        await lookAgain();
        lookedAtMs = Date.now();
      }
      hasMore = seen.events.length >= AT_ONCE;
      if (!hasMore) await this.#stream.sleep(BREATHE_MS);
    }
  }

  /** Tells the viewer that there may be refused traffic: at the start, and after each refusal. */
  async #tellOfRefusals(): Promise<void> {
    while (this.#goesOn) {
      // The connection is opened first, so that no refusal after the viewer's request is missed.
      const watch = await this.#refusals.open();
      // The message has no data, so clients that know only events ignore it.
      await this.#stream.write('event: refused\n\n');
      await this.#stream.sleep(REFUSALS_EVERY_MS);
      if (watch === undefined) await this.#stream.sleep(PATIENCE_MS);
      else await watch.change(LOOK_ANYWAY_EVERY_MS);
    }
  }

  async #sayStillHere(): Promise<void> {
    if (Date.now() - this.#saidAtMs <= STILL_HERE_EVERY_MS) return;
    this.#saidAtMs = Date.now();
    await this.#stream.write(': still here\n\n');
  }

  /**
   * Sends changes of the watched events. Those of the tally never change. A call returns as many events as fit, so
   * several calls may be needed.
   */
  async #lookAgain(): Promise<void> {
    this.#forget();
    let seqs = [...this.#told.keys()].filter((seq) => storeOf(seq) === 'outbox');
    while (seqs.length > 0 && !this.#stream.aborted) {
      const events = await this.#stores.outbox.eventsAt(seqs);
      await this.#tell(events);
      const last = events.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
      seqs = seqs.filter((seq) => seq > last);
    }
  }

  async #tell(events: readonly NumberedEvent[]): Promise<void> {
    for (const { seq, event } of events) {
      if (!this.#goesOn) return;
      const text = JSON.stringify(event);
      if (this.#told.get(seq)?.text === text) continue;
      this.#told.set(seq, { text, isOver: event.state !== 'pending' && event.state !== 'held' });
      // A message's ID must be a single line, but an event's ID may contain anything. Percent-encoding makes it a
      // single line.
      await this.#stream.writeSSE({ event: 'event', id: encodeURIComponent(event.message_id), data: text });
      this.#saidAtMs = Date.now();
    }
  }

  /** Stops watching events that have ended, except the latest, and those beyond the maximum. */
  #forget(): void {
    const seqs = [...this.#told.keys()];
    const latest = new Set(seqs.slice(-LATEST));
    const watched = seqs.filter((seq) => latest.has(seq) || this.#told.get(seq)?.isOver === false).slice(-MAX_WATCHED);
    const kept = new Set(watched);
    for (const seq of seqs) if (!kept.has(seq)) this.#told.delete(seq);
  }
}
