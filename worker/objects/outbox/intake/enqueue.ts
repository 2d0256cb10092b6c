import { CommitGroup } from '../../event-store/commit-group.ts';
import type { SourceDeletion } from '../../event-store/source-deletion.ts';
import type { AcceptedEvent, SealedEvent } from '../delivery-types.ts';
import type { OutboxAlarm } from '../outbox-alarm.ts';
import type { Ports, Room } from '../ports.ts';
import { LINGER_MS } from '../sending/dispatcher.ts';
import type { Arriving, EventsBeingSealed } from './events-being-sealed.ts';
import { sealedTextsOf, sealEvents } from './seal-events.ts';
import type { Beside, EventWriter } from './write-events.ts';

/** `source_deleted`: the collector's configuration, which may be a minute old, still has the source. */
export type Enqueued = { kind: 'kept'; duplicates: number } | { kind: 'full' } | { kind: 'source_deleted' };

/** A request whose events are sealed and not stored yet. */
type Sealed = { arriving: Arriving; events: readonly SealedEvent[]; beside: Beside };

/** `key_condemned`: a person was erased while the events were sealed, so they have to be sealed again. */
type Committed = Enqueued | { kind: 'key_condemned' };

/** Stores requests: seals their events, and commits requests that arrive together in one transaction. */
export class Enqueuer {
  readonly #ports: Ports;
  readonly #room: Room;
  readonly #alarm: OutboxAlarm;
  readonly #deletion: SourceDeletion;
  readonly #beingSealed: EventsBeingSealed;
  readonly #writer: EventWriter;
  readonly #wakeDispatcher: () => void;
  readonly #commits = new CommitGroup<Sealed, Committed>((requests) => this.#commit(requests));

  constructor(parts: {
    ports: Ports;
    room: Room;
    alarm: OutboxAlarm;
    deletion: SourceDeletion;
    beingSealed: EventsBeingSealed;
    writer: EventWriter;
    wakeDispatcher: () => void;
  }) {
    this.#ports = parts.ports;
    this.#room = parts.room;
    this.#alarm = parts.alarm;
    this.#deletion = parts.deletion;
    this.#beingSealed = parts.beingSealed;
    this.#writer = parts.writer;
    this.#wakeDispatcher = parts.wakeDispatcher;
  }

  /** Stores the events of a request with their deliveries and skips: all of them, or nothing. */
  async enqueue(receipts: readonly AcceptedEvent[], beside: Beside): Promise<Enqueued> {
    if (this.#deletion.isDeleted() && !(await this.#deletion.isTakenBack())) return { kind: 'source_deleted' };
    return this.#beingSealed.during(receipts, (arriving) => this.#sealAndCommit(arriving, beside));
  }

  async #sealAndCommit(arriving: Arriving, beside: Beside): Promise<Enqueued> {
    if (this.#ports.databaseBytes() > this.#room.fullBytes) return { kind: 'full' };
    for (;;) {
      const events = await sealEvents(arriving.receipts, this.#ports.payloads);
      const committed = await this.#commits.add({ arriving, events, beside });
      if (committed.kind !== 'key_condemned') return committed;
    }
  }

  /** Nothing is awaited in here, so the keys of the stored texts cannot be condemned in between. */
  #commit(requests: readonly Sealed[]): { results: readonly Committed[]; isWritten: Promise<unknown> } {
    // The source was deleted while the events were sealed.
    if (this.#deletion.isDeleted())
      return { results: requests.map(() => ({ kind: 'source_deleted' })), isWritten: Promise.resolve() };
    const isUsable = this.#usable(requests);
    const usable = requests.filter((request) => isUsable.has(request));
    const nowMs = this.#ports.now();
    const settled = usable.map(({ arriving, events, beside }) => ({
      events: this.#beingSealed.settle(arriving, events, nowMs),
      beside,
    }));
    const duplicates = this.#ports.database.transaction(() => this.#writer.write(settled));
    this.#writer.committed();
    for (const { arriving } of usable) this.#beingSealed.stored(arriving);
    const kept = new Map(usable.map((request, index) => [request, duplicates[index] ?? 0]));
    return {
      results: requests.map((request): Committed => {
        const own = kept.get(request);
        return own === undefined ? { kind: 'key_condemned' } : { kind: 'kept', duplicates: own };
      }),
      isWritten: this.#setAlarm(settled.some(({ events }) => events.some(isToDo))),
    };
  }

  /**
   * Sets the alarm in the turn of the transaction, so that both are written together: there is no row without an alarm.
   * Resolves when they are on disk.
   */
  async #setAlarm(hasWork: boolean): Promise<void> {
    const armed = hasWork ? this.#alarm.setBy(this.#ports.now() + LINGER_MS) : undefined;
    await Promise.all([armed, this.#ports.written()]);
    if (hasWork) this.#wakeDispatcher();
  }

  /** Returns the requests whose keys may all still be used. */
  #usable(requests: readonly Sealed[]): ReadonlySet<Sealed> {
    const texts = requests.flatMap((request) => sealedTextsOf(request.events).map((text) => ({ request, text })));
    if (texts.length === 0) return new Set(requests);
    const unusable = this.#ports.payloads.unusable(texts.map(({ text }) => text));
    const stale = new Set([...unusable].map((index) => texts[index]?.request));
    return new Set(requests.filter((request) => !stale.has(request)));
  }
}

/** Whether something is left to do for the event. */
function isToDo({ deliveries, introduction }: SealedEvent): boolean {
  return deliveries.length > 0 || introduction !== undefined;
}
