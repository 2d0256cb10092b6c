import type { TriggerSet } from '../../../domain/rules/ready-mappings.ts';
import type { ConsentCategories } from '../../../schema/events/event.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Rejected, SealedEvent } from '../delivery.ts';
import type { Written } from '../keys/payload-keys.ts';
import type { Ports, Room } from '../ports.ts';
import { Consents } from '../reports/consents.ts';
import { LedgerNames } from '../reports/ledger-names.ts';
import { Ledger, ledgerDay, ledgerName } from '../reports/ledger.ts';
import { LintCounts } from '../reports/lint-counts.ts';
import { TriggerSets } from '../reports/trigger-sets.ts';
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

/** Stores a request: its events with their deliveries, and the counts. */
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

  constructor(parts: { ports: Ports; room: Room; queues: RuleQueues; deliveries: Deliveries; waits: IdentityWaits }) {
    const { ports, room, queues, deliveries, waits } = parts;
    const { sql } = ports.database;
    this.#ports = ports;
    this.#room = room;
    this.#waits = waits;
    this.#intake = new Intake(sql, { queues, waits, states: deliveries.states });
    this.#memberships = new Memberships(sql);
    this.#consents = new Consents(sql);
    this.#ledger = new Ledger(sql);
    this.#ledgerNames = new LedgerNames(sql);
    this.#lintCounts = new LintCounts(sql);
    this.#triggerSets = new TriggerSets(sql);
  }

  /** Must be called in a transaction. Returns how many of the events were duplicates. */
  write(events: readonly SealedEvent[], { rejected, triggerSets, consent }: Beside): number {
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
    const counted: SealedEvent[] = [];
    const introductions: Introduction[] = [];
    const written: Written[] = [];
    let duplicates = 0;
    for (const came of events) {
      const name = this.#countedAs(came);
      const receipt = name === ledgerName(came) ? came : { ...came, countedAs: name };
      add(receipt.receivedAtMs, name, 'received');
      const joined = this.#memberships.apply(receipt);
      const became = this.#intake.keep(joined, keeping);
      if (became === 'duplicate') {
        duplicates += 1;
        add(receipt.receivedAtMs, name, 'skipped:duplicate');
      } else {
        counted.push(receipt);
        written.push(...sealedIn(joined));
      }
      if (became === 'skipped') add(receipt.receivedAtMs, name, `skipped:${joined.skipReason ?? 'no_mapping'}`);
      // Duplicates count too: another event may have had the same ID, and introducing a person twice changes nothing.
      if (receipt.introduction !== undefined) introductions.push(receipt.introduction);
    }
    this.#waits.introduce(introductions, this.#ports.now());
    this.#ports.payloads.remember(written);
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

  #countedAs(receipt: SealedEvent): string {
    const { receivedAtMs, nameRank: rank } = receipt;
    return this.#ledgerNames.countedAs(ledgerName(receipt), { day: ledgerDay(receivedAtMs), rank });
  }
}

function sealedIn({ person, deliveries }: SealedEvent): Written[] {
  return deliveries.flatMap(({ payload }) =>
    payload.kind === 'sealed' ? [{ tags: person, sealed: payload.text }] : [],
  );
}
