import { MAX_EVENT_AGE_MS } from '../../domain/collect/event-time.ts';
import { CONVERSIONS_ONLY_BYTES, FULL_BYTES } from '../../domain/collect/storage-budget.ts';
import type { LateIdentity } from '../../domain/identity/late-identity.ts';
import type { TriggerSet } from '../../domain/rules/ready-mappings.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { DeliveryFilter, ReplayAnswer } from '../../schema/reports/replay.ts';
import { migrate } from '../sql.ts';
import { Arrivals } from './arrivals.ts';
import { Deliveries } from './deliveries.ts';
import type { AcceptedEvent } from './delivery.ts';
import { IdentityWaits } from './identity-waits.ts';
import type { Introduction } from './identity-waits.ts';
import { Intake } from './intake.ts';
import type { Unsealed, Written } from './keys/payload-keys.ts';
import { Resealing } from './keys/resealing.ts';
import { SealedTexts } from './keys/sealed-texts.ts';
import { Memberships } from './memberships.ts';
import { OutboxReader } from './outbox-reader.ts';
import { OUTBOX_MIGRATIONS } from './outbox-schema.ts';
import type { Room, Ports } from './ports.ts';
import { Replays } from './replays.ts';
import { Consents } from './reports/consents.ts';
import { LedgerNames } from './reports/ledger-names.ts';
import { Ledger, ledgerDay, ledgerName } from './reports/ledger.ts';
import { LintCounts } from './reports/lint-counts.ts';
import { TriggerSets } from './reports/trigger-sets.ts';
import { Dispatcher, LINGER_MS } from './sending/dispatcher.ts';
import { ElementWaits } from './sending/element-waits.ts';
import { Learned } from './sending/learned.ts';
import { RuleQueues } from './sending/rule-queues.ts';
import { Unwritten } from './unwritten.ts';
import type { Arriving, Settled } from './unwritten.ts';

/**
 * Set first in each alarm, so that a run that dies is followed by another: the platform gives up after six throws. Longer
 * than a request may take; one that comes while a run goes on waits for its end, and is then replaced.
 */
const DEAD_MAN_MS = 15_000;

const PURGE_EVERY_MS = 60 * 60 * 1000;
const PURGE_EVENTS = 1_000;

/** What waits is kept until LinkedIn's deadline, whatever the retention; and a day more, as sets are dated by day. */
const LONGEST_WAIT_MS = MAX_EVENT_AGE_MS + 24 * 60 * 60 * 1000;

const ROOM: Room = { conversionsOnlyBytes: CONVERSIONS_ONLY_BYTES, fullBytes: FULL_BYTES };

/** An event that was refused beside good ones: counted, and nothing of it kept. */
export type Rejected = { name: string; atMs: number };

/** What comes with the events of a request. */
type Beside = {
  rejected: readonly Rejected[];
  triggerSets: readonly TriggerSet[];
  /** What stands beside the batch, so that it is kept once. */
  consent: ConsentCategories;
};

/** `source_deleted`: whoever sends it goes by a configuration that is a minute old. */
export type Enqueued = { kind: 'kept'; duplicates: number } | { kind: 'full' } | { kind: 'source_deleted' };

/**
 * Keeps each event until LinkedIn has it or its deadline has passed, and what became of it for as long again.
 *
 * It is the whole of the Outbox object but for the platform around it, so that a simulation can run it through years of
 * faults: see test/faults/simulation.
 */
export class OutboxEngine {
  /** What is known of events and deliveries. */
  readonly reader: OutboxReader;
  readonly #ports: Ports;
  readonly #room: Room;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #consents: Consents;
  readonly #dispatcher: Dispatcher;
  readonly #intake: Intake;
  readonly #ledger: Ledger;
  readonly #ledgerNames: LedgerNames;
  readonly #learned: Learned;
  readonly #lintCounts: LintCounts;
  readonly #memberships: Memberships;
  readonly #replays: Replays;
  readonly #waits: IdentityWaits;
  readonly #elementWaits: ElementWaits;
  readonly #resealing: Resealing;
  readonly #triggerSets: TriggerSets;
  readonly #arrivals = new Arrivals();
  readonly #unwritten = new Unwritten();
  #purgedAtMs = Number.NEGATIVE_INFINITY;
  /** When the alarm is set to; nobody else sets it. Read at the start, and by the watchdog in case it was lost. */
  #armedAtMs: number | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#room = { ...ROOM, ...ports.room };
    const { database } = ports;
    migrate(database, OUTBOX_MIGRATIONS);
    this.#queues = new RuleQueues(database.sql);
    this.#deliveries = new Deliveries(database.sql);
    this.#ledger = new Ledger(database.sql);
    this.#ledgerNames = new LedgerNames(database.sql);
    this.#learned = new Learned(database.sql);
    this.#lintCounts = new LintCounts(database.sql);
    this.#memberships = new Memberships(database.sql);
    this.#replays = new Replays(database.sql);
    this.#waits = new IdentityWaits(database.sql, (written) => ports.payloads.remember(written));
    this.#consents = new Consents(database.sql);
    this.#elementWaits = new ElementWaits(database.sql);
    this.#intake = new Intake(database.sql, { queues: this.#queues, waits: this.#waits });
    this.#resealing = new Resealing({
      ports,
      deliveries: this.#deliveries,
      sealedTexts: new SealedTexts(database.sql),
      waits: this.#waits,
    });
    this.#triggerSets = new TriggerSets(database.sql);
    this.reader = new OutboxReader(ports, this.#arrivals);
    const parts = {
      ports,
      queues: this.#queues,
      deliveries: this.#deliveries,
      waits: this.#waits,
      learned: this.#learned,
      elementWaits: this.#elementWaits,
    };
    this.#dispatcher = new Dispatcher(parts);
  }

  /**
   * Keeps events with their deliveries and skips: one call, one transaction, or nothing of it when there is no room.
   *
   * @param beside.triggerSets Those that the receipts name.
   */
  async enqueue(
    receipts: readonly AcceptedEvent[],
    rejected: readonly Rejected[],
    { triggerSets = [], consent = {} }: Partial<Omit<Beside, 'rejected'>> = {},
  ): Promise<Enqueued> {
    if (this.#isDeleted() && !(await this.#isBack())) return { kind: 'source_deleted' };
    return this.#unwritten.during(receipts, (arriving) => this.#enqueue(arriving, { rejected, triggerSets, consent }));
  }

  async #enqueue(arriving: Arriving, sent: Beside): Promise<Enqueued> {
    if (this.#ports.databaseBytes() > this.#room.fullBytes) return { kind: 'full' };
    const texts = arriving.receipts.flatMap(({ deliveries, introduction, person }): Unsealed[] => [
      ...deliveries.map(({ element, wait }) => ({ text: JSON.stringify(wait?.conversion ?? element), tags: person })),
      ...(introduction === undefined ? [] : [{ text: lateIdentity(introduction), tags: introduction.person }]),
    ]);
    const { payloads: keys } = this.#ports;
    let sealed = await keys.seal(texts);
    for (let stale = keys.unusable(sealed); stale.size > 0; stale = keys.unusable(sealed))
      sealed = await this.#sealAgain(texts, sealed, stale);
    // It was deleted while this was sealed.
    if (this.#isDeleted()) return { kind: 'source_deleted' };
    // From here on nothing is awaited: what is written is under keys that are to stay.
    const { receipts, payloads, erased } = this.#unwritten.settle(arriving, sealed);
    const beside = { ...sent, erased };
    const duplicates = this.#ports.database.transaction(() => this.#keep(receipts, payloads, beside));
    this.#arrivals.ring();
    if (receipts.some(({ deliveries, introduction }) => deliveries.length > 0 || introduction !== undefined)) {
      // Without an await in between, rows and alarm are written together: there is no row without an alarm.
      await this.#armBy(this.#ports.now() + LINGER_MS);
      this.#dispatcher.poke();
    }
    return { kind: 'kept', duplicates };
  }

  /** Seals those texts again whose key was condemned while they were sealed. */
  async #sealAgain(
    texts: readonly Unsealed[],
    sealed: readonly string[],
    stale: ReadonlySet<number>,
  ): Promise<string[]> {
    const again = await this.#ports.payloads.seal(texts.filter((_, index) => stale.has(index)));
    let next = 0;
    return sealed.map((text, index) => (stale.has(index) ? (again[next++] ?? text) : text));
  }

  /** Sends what is due. It never throws: the platform would give up on an alarm that does. */
  async alarm(): Promise<void> {
    const { alarm } = this.#ports;
    try {
      await this.#arm(this.#ports.now() + DEAD_MAN_MS);
      await this.#dispatcher.run();
      await this.#purgeOrLog();
      const nextMs = this.#nextRunAtMs();
      if (nextMs === undefined) {
        this.#armedAtMs = null;
        await alarm.clear();
      } else await this.#arm(Math.max(nextMs, this.#ports.now()));
    } catch (error) {
      // The dead-man alarm goes on from here; what was not written down is still pending.
      this.#ports.log('outbox.alarm', error);
    }
  }

  /** Makes sure that an alarm is set while anything waits. */
  async repair(): Promise<void> {
    this.#armedAtMs = await this.#ports.alarm.get();
    this.#queues.forgetFarTimes(this.#ports.now());
    await this.#armForNextRun();
  }

  /**
   * The watchdog's visit, every five minutes: an alarm that was lost is set again, and what is old goes, also where nothing
   * has come for months. Never throws.
   */
  async visit(): Promise<void> {
    try {
      await this.repair();
    } catch (error) {
      this.#ports.log('outbox.visit', error);
    }
    await this.#purgeOrLog();
  }

  /** Somebody fixed an integration: what was held for it is tried again now. */
  async resume(integrationId: string): Promise<void> {
    this.#ports.database.transaction(() => {
      this.#queues.resume(integrationId);
      this.#learned.forget(integrationId);
    });
    await this.#armForNextRun();
    this.#dispatcher.poke();
  }

  /** Sends dead letters and held deliveries again, or says what that would be. */
  async replay(
    integrationId: string,
    which: { filter: DeliveryFilter } | { ids: readonly string[] },
    { isPreview }: { isPreview: boolean },
  ): Promise<ReplayAnswer> {
    const nowMs = this.#ports.now();
    if (isPreview) return this.#replays.preview(integrationId, which, nowMs);
    const answer = this.#ports.database.transaction(() => {
      const applied = this.#replays.apply(integrationId, which, nowMs);
      if (applied.held > 0) this.#queues.resume(integrationId);
      return applied;
    });
    await this.#armForNextRun();
    this.#dispatcher.poke();
    return answer;
  }

  /**
   * Ends everything that waits for a person, by their tags, and forgets what they are a member of. Nothing happens where
   * nothing of them was ever sealed.
   *
   * @returns How many deliveries that were.
   */
  erase(tags: readonly string[], reason: EraseReason): number {
    const { payloads, database } = this.#ports;
    const { ended, isKnown } = database.transaction(() => {
      const older = payloads.keysOfOlderVersions().map((keyId) => ({ keyId, bucket: undefined }));
      const places = payloads.placesOf(tags);
      const own = this.#deliveries.ofPerson(tags, [...places, ...older]);
      this.#waits.end(own);
      this.#waits.forget(tags);
      this.#memberships.erase(tags);
      this.#deliveries.erase(own, { reason, atMs: this.#ports.now() });
      // Also when nothing waits for them: what was delivered is in free pages still.
      if (places.length > 0) payloads.condemn(tags);
      return { ended: own.length + this.#unwritten.erase(tags, reason), isKnown: places.length > 0 };
    });
    // Written with the rows of this turn; should it fail, the watchdog comes within five minutes.
    if (isKnown) this.#armForNextRun().catch((error: unknown) => this.#ports.log('outbox.erase', error));
    return ended;
  }

  /** The names of its payload keys, for whoever deletes the source. */
  payloadKeys(): string[] {
    return this.#ports.payloads.names();
  }

  /** Takes over from the outbox of a source that was deleted, whose keys are to go from KV. */
  async inherit(payloadKeys: readonly string[]): Promise<void> {
    const { database, payloads } = this.#ports;
    database.sql.exec('INSERT INTO deleted_source (at_ms) VALUES (?)', this.#ports.now());
    payloads.inherit(payloadKeys);
    await this.visit();
  }

  #isDeleted(): boolean {
    return this.#ports.database.sql.exec('SELECT 1 FROM deleted_source').toArray().length > 0;
  }

  /** A source may be made again under the same id. */
  async #isBack(): Promise<boolean> {
    const isBack = await this.#ports.isSourceBack();
    if (isBack) this.#ports.database.sql.exec('DELETE FROM deleted_source');
    return isBack;
  }

  /** Ends what an integration that was deleted leaves behind. Returns how many deliveries that were. */
  discard(integrationId: string): number {
    return this.#ports.database.transaction(() => {
      this.#waits.endOf(integrationId);
      return this.#deliveries.discard(integrationId, this.#ports.now());
    });
  }

  #keep(
    receipts: readonly AcceptedEvent[],
    payloads: readonly string[],
    { rejected, triggerSets, consent, erased }: Beside & Pick<Settled, 'erased'>,
  ): number {
    const today = ledgerDay(this.#ports.now());
    const keeping = {
      consents: this.#consents.keeper(consent, today),
      room: this.#ports.databaseBytes() > this.#room.conversionsOnlyBytes ? 'for_conversions' : 'for_all',
    } as const;
    const count = new Map<string, { atMs: number; name: string; outcome: string; events: number }>();
    const add = (atMs: number, name: string, outcome: string): void => {
      const key = `${outcome} ${name}`;
      const known = count.get(key);
      count.set(key, { atMs, name, outcome, events: (known?.events ?? 0) + 1 });
    };
    const counted: AcceptedEvent[] = [];
    const introductions: Introduction[] = [];
    const written: Written[] = [];
    let duplicates = 0;
    let taken = 0;
    for (const came of receipts) {
      const name = this.#countedAs(came);
      const receipt = name === ledgerName(came) ? came : { ...came, countedAs: name };
      add(receipt.receivedAtMs, name, 'received');
      const own = payloads.slice(taken, (taken += receipt.deliveries.length));
      const late = receipt.introduction === undefined ? undefined : payloads[taken++];
      const joined = this.#memberships.apply(receipt, own);
      const became = this.#intake.keep(joined.receipt, joined.payloads, keeping);
      if (became === 'duplicate') {
        duplicates += 1;
        add(receipt.receivedAtMs, name, 'skipped:duplicate');
      } else {
        counted.push(receipt);
        written.push(...joined.payloads.map((sealed) => ({ tags: receipt.person, sealed })));
      }
      if (became === 'skipped') add(receipt.receivedAtMs, name, `skipped:${joined.receipt.skipReason ?? 'no_mapping'}`);
      // Also of a duplicate: another event may have had its id, and saying it twice changes nothing.
      if (receipt.introduction !== undefined && late !== undefined)
        introductions.push({ ...receipt.introduction, sealed: late });
    }
    this.#waits.introduce(introductions, this.#ports.now());
    this.#ports.payloads.remember(written);
    for (const { receipt, reason } of erased)
      this.#deliveries.erase(this.#deliveries.withNothing(receipt), { reason, atMs: this.#ports.now() });
    for (const { atMs, name: own } of rejected) {
      const name = this.#ledgerNames.countedAs(own, { day: ledgerDay(atMs), rank: 'unwanted' });
      add(atMs, name, 'received');
      add(atMs, name, 'rejected');
    }
    for (const counts of count.values()) this.#ledger.count(counts);
    this.#triggerSets.keep(triggerSets, today);
    this.#lintCounts.count(counted);
    return duplicates;
  }

  #countedAs(receipt: AcceptedEvent): string {
    const { receivedAtMs, nameRank: rank } = receipt;
    return this.#ledgerNames.countedAs(ledgerName(receipt), { day: ledgerDay(receivedAtMs), rank });
  }

  /** In the same turn as the rows that need it, so that both are written or neither. */
  async #armForNextRun(): Promise<void> {
    const nextMs = this.#nextRunAtMs();
    if (nextMs !== undefined) await this.#armBy(Math.max(nextMs, this.#ports.now()));
  }

  /** When to send next, or to look after the keys; undefined when there is neither. */
  #nextRunAtMs(): number | undefined {
    const times = [this.#dispatcher.nextRunAtMs(), this.#ports.payloads.throwAwayAtMs()];
    const known = times.filter((atMs) => atMs !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  async #armBy(atMs: number): Promise<void> {
    // A row is written for each setAlarm, so one that comes early enough is left alone.
    if (this.#armedAtMs === null || this.#armedAtMs > atMs) await this.#arm(atMs);
  }

  #arm(atMs: number): Promise<void> {
    this.#armedAtMs = atMs;
    return this.#ports.alarm.set(atMs);
  }

  /** If cleanup fails, the next visit retries it. Sending never waits for it. */
  async #purgeOrLog(): Promise<void> {
    try {
      await this.#purge();
    } catch (error) {
      this.#ports.log('outbox.purge', error);
    }
  }

  /** Forgets what need not be kept. Also called when nothing is sent: a source without traffic keeps nothing for ever. */
  async #purge(): Promise<void> {
    await this.#letKeysGo();
    const nowMs = this.#ports.now();
    if (Math.abs(nowMs - this.#purgedAtMs) < PURGE_EVERY_MS) return;
    const { eventsMs, deadLettersMs } = await this.#ports.retention();
    const old = this.#deliveries.old({ receivedBeforeMs: nowMs - eventsMs, atMost: PURGE_EVENTS });
    this.#ports.database.transaction(() => {
      this.#ledger.close(old.map(({ seq }) => seq));
      this.#ledger.forgetHours(nowMs);
      this.#deliveries.remove(old);
      this.#deliveries.removeAttempts({ endedBeforeMs: nowMs - eventsMs });
      this.#deliveries.emptyDeadLetters({ doneBeforeMs: nowMs - deadLettersMs });
      this.#memberships.forgetOld(nowMs);
      this.#elementWaits.forgetEnded();
      this.#lintCounts.remove({ beforeMs: nowMs - eventsMs });
      this.#consents.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
      this.#triggerSets.forget({ usedBeforeDay: ledgerDay(nowMs - Math.max(eventsMs, LONGEST_WAIT_MS)) });
    });
    // A full page may not be the last: the next run goes on.
    if (old.length < PURGE_EVENTS) this.#purgedAtMs = nowMs;
  }

  /** Not at once with each erasure, so that a hundred of them cost one round; and what is due goes first. */
  async #letKeysGo(): Promise<void> {
    try {
      await this.#resealing.visit(() => (this.#dispatcher.nextRunAtMs() ?? Infinity) > this.#ports.now());
    } catch (error) {
      // KV is out of reach: the next visit goes on.
      this.#ports.log('outbox.keys', error);
    }
  }
}

function lateIdentity({ identity, consent }: LateIdentity): string {
  const late: LateIdentity = { identity, consent };
  return JSON.stringify(late);
}
