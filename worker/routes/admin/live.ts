import { Hono } from 'hono';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';

import { isAtLeast, seesSource } from '../../domain/access/permission.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import type { NumberedEvent } from '../../objects/outbox/reports/event-history.ts';
import type { Role } from '../../schema/settings/access-token.ts';
import type { Source } from '../../schema/settings/source.ts';
import { Problem } from '../http/problem.ts';
import { principalNow } from './access.ts';
import type { AdminEnv } from './env.ts';
import { roleForRoute } from './require-role.ts';

type AdminContext = Context<AdminEnv>;

/** How often it is looked whether something has become of an event. What comes is told as it comes. */
const LOOK_EVERY_MS = 500;

/** What comes within a moment is fetched together. */
const BREATHE_MS = 50;

/** Proxies close a connection on which nothing is said for long. */
const STILL_HERE_EVERY_MS = 15_000;

/** How often it is asked again whether whoever watches still may; together within the 15 s that docs/reference/http-api.md promises. */
const ASK_AGAIN_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;

/** How far back a viewer sees, and how far back a change of any state is noticed. */
const LATEST = 100;

/** New ones that are fetched at once; when there are more, the next are fetched straight away. */
const AT_ONCE = 200;

/** Of so many whose end is still to come it is noticed, however many came after them. */
const MAX_WATCHED = 500;

/** `/v1/admin/sources/{id}/live`: the latest events, and each that comes or changes its state, as server-sent events. */
export function adminLive(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/:id/live', (c) => live(c));
  // With "seq" it is the story of an event whose messageId is "live".
  routes.get('/:id/events/live', (c, next) => (c.req.query('seq') === undefined ? live(c) : next()));
  return routes;
}

async function live(c: AdminContext): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const source = await c.env.REGISTRY.getByName('registry').source(id);
  if (source === undefined) throw new Problem('not_found', 'There is no source of this id');
  const role = roleForRoute(c);
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, (stream) =>
    new LiveFeed(stream, c.env.OUTBOX.getByName(id), () => isStillAllowed(c, source, role)).run(),
  );
}

/**
 * Asks what was asked when the stream began: who it is, which role and which sources that is, and whether this very source
 * is still there.
 */
async function isStillAllowed(c: AdminContext, source: Source, role: Role | undefined): Promise<boolean> {
  const [principal, now] = await Promise.all([principalNow(c), c.env.REGISTRY.getByName('registry').source(source.id)]);
  return (
    isAtLeast(principal.role, role ?? 'owner') &&
    seesSource(principal, source.id) &&
    now?.created_at === source.created_at
  );
}

/** What one viewer has been told, and what there is to tell. */
class LiveFeed {
  readonly #stream: SSEStreamingApi;
  readonly #outbox: ReturnType<Env['OUTBOX']['getByName']>;
  readonly #mayStillWatch: () => Promise<boolean>;
  #isOver = false;
  /** What was told of those that are still watched, by their place in the order of arrival. */
  readonly #told = new Map<number, { text: string; isOver: boolean }>();
  #newest: number | undefined;
  #saidAtMs = Date.now();

  /** @param mayStillWatch Whether whoever watches still may; it throws, or gives no answer, where they may not. */
  constructor(
    stream: SSEStreamingApi,
    outbox: ReturnType<Env['OUTBOX']['getByName']>,
    mayStillWatch: () => Promise<boolean>,
  ) {
    this.#stream = stream;
    this.#outbox = outbox;
    this.#mayStillWatch = mayStillWatch;
  }

  /** Tells for as long as somebody listens who may. */
  async run(): Promise<void> {
    // Beside the telling: that may wait for a listener who does not read.
    const asking = this.#askAgainAndAgain();
    try {
      await this.#tellAll();
    } finally {
      this.#isOver = true;
      await asking;
    }
  }

  get #goesOn(): boolean {
    return !this.#isOver && !this.#stream.aborted && !this.#stream.closed;
  }

  async #askAgainAndAgain(): Promise<void> {
    let askedAtMs = Date.now();
    while (this.#goesOn) {
      await this.#stream.sleep(LOOK_EVERY_MS);
      if (Date.now() - askedAtMs < ASK_AGAIN_EVERY_MS) continue;
      if (!(await this.#isAnsweredYes())) this.#isOver = true;
      askedAtMs = Date.now();
    }
  }

  async #isAnsweredYes(): Promise<boolean> {
    try {
      const noAnswer = this.#stream.sleep(ANSWER_WITHIN_MS).then(() => false);
      return await Promise.race([this.#mayStillWatch(), noAnswer]);
    } catch (error) {
      // A no, or nobody to ask: whoever may still watch connects again.
      if (!(error instanceof Problem)) logFault('admin.live', error);
      return false;
    }
  }

  async #tellAll(): Promise<void> {
    let lookedAtMs = Date.now();
    while (this.#goesOn) {
      const limit = this.#newest === undefined ? LATEST : AT_ONCE;
      const arrived = await this.#outbox.arrivals({ afterSeq: this.#newest, limit, waitMs: LOOK_EVERY_MS });
      await this.#tell(arrived);
      this.#newest = arrived.at(-1)?.seq ?? this.#newest ?? 0;
      if (Date.now() - lookedAtMs >= LOOK_EVERY_MS) {
        this.#forget();
        await this.#lookAgain();
        lookedAtMs = Date.now();
      }
      if (Date.now() - this.#saidAtMs > STILL_HERE_EVERY_MS) {
        await this.#stream.write(': still here\n\n');
        this.#saidAtMs = Date.now();
      }
      if (arrived.length < AT_ONCE) await this.#stream.sleep(BREATHE_MS);
    }
  }

  /** As many go in one call as fit, so that several may be needed. */
  async #lookAgain(): Promise<void> {
    let seqs = [...this.#told.keys()];
    while (seqs.length > 0 && !this.#stream.aborted) {
      const events = await this.#outbox.eventsAt(seqs);
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
      // The id of a message is a line of its own, and an event's is whatever its sender likes: percent-encoded it has one line.
      await this.#stream.writeSSE({ event: 'event', id: encodeURIComponent(event.message_id), data: text });
      this.#saidAtMs = Date.now();
    }
  }

  /** Watches no longer what has ended, but for the latest, nor more than can be looked at. */
  #forget(): void {
    const seqs = [...this.#told.keys()];
    const latest = new Set(seqs.slice(-LATEST));
    const watched = seqs.filter((seq) => latest.has(seq) || this.#told.get(seq)?.isOver === false).slice(-MAX_WATCHED);
    const kept = new Set(watched);
    for (const seq of seqs) if (!kept.has(seq)) this.#told.delete(seq);
  }
}
