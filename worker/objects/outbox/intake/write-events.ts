import { ledgerName } from '../../../domain/reports/ledger-name.ts';
import { hourOf, ledgerDay } from '../../../domain/reports/report-days.ts';
import type { TriggerSet } from '../../../domain/rules/ready-mappings.ts';
import type { ConsentCategories } from '../../../schema/events/event.ts';
import { ArrivalOrder } from '../../event-store/arrival-order.ts';
import { Consents } from '../../event-store/consents.ts';
import { LedgerNames } from '../../event-store/ledger-names.ts';
import { LintCounts } from '../../event-store/lint-counts.ts';
import { RowMemory } from '../../event-store/row-memory.ts';
import { TriggerSets } from '../../event-store/trigger-sets.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Rejected, SealedEvent } from '../delivery-types.ts';
import type { Written } from '../keys/payload-keys.ts';
import { newestSeq } from '../newest-seq.ts';
import type { Ports, Room } from '../ports.ts';
import { Ledger } from '../reports/ledger.ts';
import { freshFrom } from '../sending/fresh-deliveries.ts';
import type { FreshDeliveries } from '../sending/fresh-deliveries.ts';
import type { RuleQueues } from '../sending/rule-queues.ts';
import type { IdentityWaits, Introduction } from './identity-waits.ts';
import { Intake } from './intake.ts';
import { Memberships } from './memberships.ts';

/** The data of a request that accompanies its events. */
export type Beside = {
  rejected: readonly Rejected[];
  /** The sets that the receipts name. */
  triggerSets: readonly TriggerSet[];
  /** The consent of the whole batch, so that it is stored once. */
  consent: ConsentCategories;
};

/** A request to store. Its events are sealed. */
export type StoredRequest = { events: readonly SealedEvent[]; beside: Beside };

/** Stores requests: their events with their deliveries, and the counts. */
export class EventWriter {
  readonly #ports: Ports;
  readonly #room: Room;
  readonly #waits: IdentityWaits;
  readonly #intake: Intake;
  readonly #memberships: Memberships;
  readonly #consents: Consents;
  readonly #ledger: Ledger;
  readonly #ledgerNames: LedgerNames;
  readonly #lintCounts: LintCounts;
  readonly #triggerSets: TriggerSets;
  readonly #memory = new RowMemory();
  readonly #fresh: FreshDeliveries;
  readonly #order: ArrivalOrder;

  constructor(parts: { ports: Ports; room: Room; queues: RuleQueues; deliveries: Deliveries; waits: IdentityWaits }) {
    const { ports, room, queues, deliveries, waits } = parts;
    const { sql } = ports.database;
    this.#ports = ports;
    this.#room = room;
    this.#waits = waits;
    this.#intake = new Intake(sql, { queues, waits, states: deliveries.states, memory: this.#memory });
    this.#memberships = new Memberships(sql);
    this.#consents = new Consents(sql, this.#memory);
    this.#ledger = new Ledger(sql);
    this.#ledgerNames = new LedgerNames(sql);
    this.#lintCounts = new LintCounts(sql);
    this.#triggerSets = new TriggerSets(sql, this.#memory);
    this.#fresh = deliveries.states.fresh;
    // After 91 quiet days no event is left that has the newest number, and the clock may have been set back since. The
    // position from which fresh deliveries are read still has that number.
    this.#order = new ArrivalOrder('outbox', Math.max(newestSeq(sql), freshFrom(sql)));
  }

  /**
   * Must be called in a transaction, with the requests that it stores. `committed` must follow when it has succeeded.
   *
   * @returns How many events of each request were duplicates.
   */
  write(requests: readonly StoredRequest[]): number[] {
    this.#memory.forgetUncommitted();
    const nowMs = this.#ports.now();
    const today = ledgerDay(nowMs);
    const counts = new EventCounts();
    const counted: SealedEvent[] = [];
    const introductions: Introduction[] = [];
    const written: Written[] = [];
    let newest = 0;
    const nextSeq = (): number => (newest = this.#order.next(nowMs));
    const room = this.#ports.databaseBytes() > this.#room.conversionsOnlyBytes ? 'for_conversions' : 'for_all';
    const duplicates = requests.map(({ events, beside: { rejected, consent } }) => {
      const consents = this.#consents.keeper(consent, today);
      let own = 0;
      for (const came of events) {
        const name = this.#countedAs(came);
        const receipt = name === ledgerName(came) ? came : { ...came, countedAs: name };
        const { receivedAtMs: atMs } = receipt;
        counts.add({ atMs, name, outcome: 'received' });
        const joined = this.#memberships.apply(receipt);
        const became = this.#intake.keep(joined, { consents, room, nextSeq });
        if (became === 'duplicate') {
          own += 1;
          counts.add({ atMs, name, outcome: 'skipped:duplicate' });
        } else {
          counted.push(receipt);
          written.push(...sealedIn(joined));
        }
        if (became === 'skipped') counts.add({ atMs, name, outcome: `skipped:${joined.skipReason ?? 'no_mapping'}` });
        // Duplicates count too: another event may have had the same ID, and introducing a person twice changes nothing.
        if (receipt.introduction !== undefined) introductions.push(receipt.introduction);
      }
      for (const { atMs, name: refused } of rejected) {
        const name = this.#ledgerNames.countedAs(refused, { day: ledgerDay(atMs), rank: 'unwanted' });
        counts.add({ atMs, name, outcome: 'received' });
        counts.add({ atMs, name, outcome: 'rejected' });
      }
      return own;
    });
    if (introductions.length > 0) this.#waits.introduce(introductions, nowMs);
    this.#ports.payloads.remember(written);
    for (const sum of counts.sums()) this.#ledger.count(sum);
    this.#triggerSets.keep(
      requests.flatMap(({ beside }) => beside.triggerSets),
      today,
    );
    this.#lintCounts.count(counted);
    if (counted.length > 0) this.#fresh.settleOvertaken({ seq: newest, events: counted.length });
    return duplicates;
  }

  /** Records that the transaction of the last `write` was committed, so that the rows that it added may be cached. */
  committed(): void {
    this.#memory.keepCommitted();
  }

  #countedAs(receipt: SealedEvent): string {
    const { receivedAtMs, nameRank: rank } = receipt;
    return this.#ledgerNames.countedAs(ledgerName(receipt), { day: ledgerDay(receivedAtMs), rank });
  }
}

type Counted = { atMs: number; name: string; outcome: string };

/** Adds up the counts of a transaction, so that each is written once. */
class EventCounts {
  readonly #sums = new Map<string, Counted & { events: number }>();

  add(counted: Counted): void {
    const key = `${hourOf(counted.atMs)} ${counted.outcome} ${counted.name}`;
    const known = this.#sums.get(key);
    if (known === undefined) this.#sums.set(key, { ...counted, events: 1 });
    else known.events += 1;
  }

  sums(): Iterable<Counted & { events: number }> {
    return this.#sums.values();
  }
}

function sealedIn({ person, deliveries }: SealedEvent): Written[] {
  return deliveries.flatMap(({ payload }) =>
    payload.kind === 'sealed' ? [{ tags: person, sealed: payload.text }] : [],
  );
}
