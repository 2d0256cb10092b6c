import { Hono } from 'hono';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';

import type { Env } from '../env.ts';
import type { NumberedEvent } from '../objects/stories.ts';
import { Problem } from './problem.ts';

type AdminContext = Context<{ Bindings: Env }>;

/** How often it is looked whether something has become of an event. What comes is told as it comes. */
const LOOK_EVERY_MS = 500;

/** What comes within a moment is fetched together. */
const BREATHE_MS = 50;

/** Proxies close a connection on which nothing is said for long. */
const STILL_HERE_EVERY_MS = 15_000;

/** How far back a viewer sees, and how far back a change of any state is noticed. */
const LATEST = 100;

/** New ones that are fetched at once; when there are more, the next are fetched straight away. */
const AT_ONCE = 200;

/** Of so many whose end is still to come it is noticed, however many came after them. */
const MAX_WATCHED = 500;

/** `/v1/admin/sources/{id}/live`: the latest events, and each that comes or changes its state, as server-sent events. */
export function adminLive(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const path of ['/:id/live', '/:id/events/live']) routes.get(path, (c) => live(c));
  return routes;
}

async function live(c: AdminContext): Promise<Response> {
  const id = c.req.param('id') ?? '';
  if ((await c.env.REGISTRY.getByName('registry').source(id)) === undefined)
    throw new Problem('not_found', 'There is no source of this id');
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, (stream) => new LiveFeed(stream, c.env.OUTBOX.getByName(id)).run());
}

/** What one viewer has been told, and what there is to tell. */
class LiveFeed {
  readonly #stream: SSEStreamingApi;
  readonly #outbox: ReturnType<Env['OUTBOX']['getByName']>;
  /** What was told of those that are still watched, by their place in the order of arrival. */
  readonly #told = new Map<number, { text: string; isOver: boolean }>();
  #newest: number | undefined;
  #saidAtMs = Date.now();

  constructor(stream: SSEStreamingApi, outbox: ReturnType<Env['OUTBOX']['getByName']>) {
    this.#stream = stream;
    this.#outbox = outbox;
  }

  /** Tells for as long as somebody listens. */
  async run(): Promise<void> {
    let lookedAtMs = Date.now();
    while (!this.#stream.aborted && !this.#stream.closed) {
      const limit = this.#newest === undefined ? LATEST : AT_ONCE;
      const arrived = await this.#outbox.arrivals({ afterSeq: this.#newest, limit, waitMs: LOOK_EVERY_MS });
      await this.#tell(arrived);
      this.#newest = arrived.at(-1)?.seq ?? this.#newest ?? 0;
      if (Date.now() - lookedAtMs >= LOOK_EVERY_MS) {
        this.#forget();
        await this.#tell(await this.#outbox.eventsAt([...this.#told.keys()]));
        lookedAtMs = Date.now();
      }
      if (Date.now() - this.#saidAtMs > STILL_HERE_EVERY_MS) {
        await this.#stream.write(': still here\n\n');
        this.#saidAtMs = Date.now();
      }
      if (arrived.length < AT_ONCE) await this.#stream.sleep(BREATHE_MS);
    }
  }

  async #tell(events: readonly NumberedEvent[]): Promise<void> {
    for (const { seq, event } of events) {
      const text = JSON.stringify(event);
      if (this.#told.get(seq)?.text === text) continue;
      this.#told.set(seq, { text, isOver: event.state !== 'pending' && event.state !== 'held' });
      await this.#stream.writeSSE({ event: 'event', id: event.message_id, data: text });
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
