import { CONVERSIONS_ONLY_BYTES, FULL_BYTES, SHEDDING_BYTES } from '../../domain/collect/storage-budget.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { DeliveryFilter, ReplayAnswer } from '../../schema/reports/replay.ts';
import { Changes, ringingWrites } from '../event-store/changes.ts';
import { SourceDeletion } from '../event-store/source-deletion.ts';
import type { Database } from '../sql.ts';
import type { Cleanup } from './cleanup.ts';
import { Deliveries } from './deliveries.ts';
import type { AcceptedEvent, Rejected } from './delivery-types.ts';
import { erasePerson } from './erase-person.ts';
import { Enqueuer } from './intake/enqueue.ts';
import type { Enqueued } from './intake/enqueue.ts';
import { EventsBeingSealed } from './intake/events-being-sealed.ts';
import { IdentityWaits } from './intake/identity-waits.ts';
import { Memberships } from './intake/memberships.ts';
import { EventWriter } from './intake/write-events.ts';
import type { Beside } from './intake/write-events.ts';
import { OutboxAlarm } from './outbox-alarm.ts';
import type { Ports, Room } from './ports.ts';
import { Dispatcher } from './sending/dispatcher.ts';
import { ElementWaits } from './sending/element-waits.ts';
import { FreshDeliveries } from './sending/fresh-deliveries.ts';
import { Learned } from './sending/learned-from-linkedin.ts';
import { RuleQueues } from './sending/rule-queues.ts';

/** The part of an event that the live view shows. */
const WATCHED_TABLES: ReadonlySet<string> = new Set(['events', 'deliveries', 'lanes', 'integration_holds']);

const ROOM: Room = {
  conversionsOnlyBytes: CONVERSIONS_ONLY_BYTES,
  sheddingBytes: SHEDDING_BYTES,
  fullBytes: FULL_BYTES,
};

/**
 * Keeps each event until LinkedIn has it or its deadline has passed. After that, keeps its outcome as long as the
 * source's settings say.
 *
 * This is the whole Outbox object without the platform, so that a simulation can run it through years of faults; see
 * test/faults/simulation. This class has the operations, and its parts implement them.
 */
export class OutboxEngine {
  readonly ports: Ports;
  /** Notifies readers that wait for new events, or for a new state of one. */
  readonly changes: Changes;
  readonly #alarm: OutboxAlarm;
  readonly #loadCleanup: () => Promise<Cleanup>;
  #cleanup: Promise<Cleanup> | undefined;
  readonly #deletion: SourceDeletion;
  readonly #deliveries: Deliveries;
  readonly #dispatcher: Dispatcher;
  readonly #learned: Learned;
  readonly #erase: (person: { tags: readonly string[]; reason: EraseReason }) => number;
  readonly #queues: RuleQueues;
  readonly #waits: IdentityWaits;
  readonly #enqueuer: Enqueuer;

  /** @param outside Its database has the newest tables. */
  constructor(outside: Ports) {
    this.changes = new Changes(outside.viewers);
    const sql = ringingWrites(outside.database.sql, this.changes, WATCHED_TABLES);
    const fresh = new FreshDeliveries(sql, outside.eventsPerCheck);
    const ports = { ...outside, database: { sql, transaction: noticing(outside.database, () => fresh.reread()) } };
    const { payloads } = ports;
    const queues = new RuleQueues(sql);
    const deliveries = new Deliveries(sql, fresh);
    const waits = new IdentityWaits(sql, {
      states: deliveries.states,
      remember: (written) => payloads.remember(written),
    });
    const learned = new Learned(sql);
    const elementWaits = new ElementWaits(sql);
    const beingSealed = new EventsBeingSealed();
    this.ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#waits = waits;
    this.#learned = learned;
    this.#deletion = new SourceDeletion(ports);
    this.#dispatcher = new Dispatcher({ ports, queues, deliveries, waits, learned, elementWaits });
    const room = { ...ROOM, ...ports.room };
    const isSendingDue = (): boolean => (this.#dispatcher.nextRunAtMs() ?? Infinity) <= ports.now();
    this.#loadCleanup = async () => {
      const later = await ports.sending();
      return new later.Cleanup({ ports, room, deliveries, elementWaits, waits, isSendingDue });
    };
    this.#alarm = new OutboxAlarm(ports, () => earliest(this.#dispatcher.nextRunAtMs(), payloads.throwAwayAtMs()));
    const memberships = new Memberships(sql);
    this.#erase = (person) =>
      erasePerson(person, { ports, alarm: this.#alarm, deliveries, memberships, beingSealed, waits });
    this.#enqueuer = new Enqueuer({
      ports,
      room,
      alarm: this.#alarm,
      deletion: this.#deletion,
      beingSealed,
      writer: new EventWriter({ ports, room, queues, deliveries, waits }),
      wakeDispatcher: () => this.#dispatcher.poke(),
    });
  }

  /**
   * Stores events with their deliveries and skips, in one transaction. Stores nothing when there is no room.
   *
   * @param beside.triggerSets The sets that the receipts name.
   */
  enqueue(
    receipts: readonly AcceptedEvent[],
    rejected: readonly Rejected[],
    { triggerSets = [], consent = {} }: Partial<Omit<Beside, 'rejected'>> = {},
  ): Promise<Enqueued> {
    return this.#enqueuer.enqueue(receipts, { rejected, triggerSets, consent });
  }

  /** Sends due deliveries. Never throws: the platform would give up on an alarm that does. */
  async alarm(): Promise<void> {
    try {
      await this.#alarm.setDeadMan();
      await this.#dispatcher.run();
      await this.#cleanUp();
      this.#deliveries.states.fresh.moveOn();
      await this.#alarm.setExactly();
    } catch (error) {
      // The alarm that was set first starts the next run. Deliveries without a stored result are still pending.
      this.ports.log('outbox.alarm', error);
    }
  }

  /** Ends the sending: starts no further request, and resolves when the running ones are recorded. */
  sent(): Promise<void> {
    return this.#dispatcher.end();
  }

  /** Makes sure that an alarm is set while there is something to do. */
  async repair(): Promise<void> {
    this.#dispatcher.begin();
    await this.#alarm.read();
    this.#queues.forgetFarTimes(this.ports.now());
    await this.#alarm.setForNextRun();
  }

  /**
   * Handles the watchdog's visit, every five minutes. Sets a lost alarm again and deletes old data, even for a source
   * without traffic. Never throws.
   */
  async visit(): Promise<void> {
    try {
      await this.repair();
    } catch (error) {
      this.ports.log('outbox.visit', error);
    }
    await this.#cleanUp();
    this.#deliveries.states.fresh.moveOn();
  }

  /** Deletes what is no longer needed. One object does so, which remembers how far it is. Never throws. */
  async #cleanUp(): Promise<void> {
    try {
      this.#cleanup ??= this.#loadCleanup();
      const cleanup = await this.#cleanup;
      await cleanup.run();
    } catch (error) {
      this.ports.log('outbox.purge', error);
    }
  }

  /** Retries everything that was held for an integration, because a person fixed it. */
  async resume(integrationId: string): Promise<void> {
    this.ports.database.transaction(() => {
      this.#queues.resume(integrationId);
      this.#learned.forget(integrationId);
    });
    await this.#alarm.setForNextRun();
    this.#dispatcher.poke();
  }

  /** Lets the next batch of an integration try a newer API version, before all others follow. */
  async tryVersion(integrationId: string, version: string): Promise<void> {
    const { VersionTrials } = await this.ports.sending();
    const { database } = this.ports;
    database.transaction(() => new VersionTrials(database.sql).offer(integrationId, version));
    await this.#alarm.setForNextRun();
    this.#dispatcher.poke();
  }

  /** Replays failed and held deliveries, or previews that. There may be any number, so other calls run in between. */
  async replay(
    integrationId: string,
    which: { filter: DeliveryFilter } | { ids: readonly string[] },
    { id }: { id: string | null },
  ): Promise<ReplayAnswer> {
    const nowMs = this.ports.now();
    const { Replays } = await this.ports.sending();
    const replays = new Replays(this.ports.database.sql, this.#deliveries.states);
    if (id === null) return replays.preview(integrationId, which, { nowMs, pause: () => this.ports.sleep(0) });
    const parts = replays.parts(integrationId, which, { nowMs, id });
    for (;;) {
      const part = this.ports.database.transaction(() => {
        const next = parts.next();
        if (next.done === true && next.value.held > 0) this.#queues.resume(integrationId);
        return next;
      });
      // In the turn of the transaction.
      await this.#alarm.setForNextRun();
      if (part.done === true) {
        this.#dispatcher.poke();
        return part.value;
      }
      await this.ports.sleep(0);
    }
  }

  /**
   * Erases a person, found by their tags.
   *
   * @returns The number of ended deliveries.
   */
  erase(tags: readonly string[], reason: EraseReason): number {
    return this.#erase({ tags, reason });
  }

  /** Ends the deliveries of a deleted integration. Returns their number. */
  discard(integrationId: string): number {
    return this.ports.database.transaction(() => {
      this.#waits.endOf(integrationId);
      return this.#deliveries.states.discard(integrationId, this.ports.now());
    });
  }

  /** Returns the names of the payload keys, for the deletion of the source. */
  payloadKeys(): string[] {
    return this.ports.payloads.names();
  }

  /** Takes over from the outbox of a deleted source, and deletes its keys from KV. */
  async inherit(payloadKeys: readonly string[]): Promise<void> {
    const { payloads } = this.ports;
    this.#deletion.note();
    payloads.inherit(payloadKeys);
    await this.visit();
  }
}

/** Returns a database's `transaction` that reports failures, after which the rows are as before. */
function noticing(database: Database, onFailure: () => void): Database['transaction'] {
  return (work) => {
    try {
      return database.transaction(work);
    } catch (error) {
      onFailure();
      throw error;
    }
  };
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
