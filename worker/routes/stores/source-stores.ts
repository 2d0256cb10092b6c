import { withTotals } from '../../domain/delivery/ledger-totals.ts';
import { mergedConsentReports } from '../../domain/reports/consent-rows.ts';
import { mergedLedgerRows } from '../../domain/reports/ledger-rows.ts';
import { mergedLintReports } from '../../domain/reports/lint-reports.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { Env } from '../../env.ts';
import type { KeptStory } from '../../objects/event-store/event-view-of.ts';
import type { FoundEvents, WantedEvents } from '../../objects/event-store/found-events.ts';
import { MAX_SAME_ID } from '../../objects/event-store/max-same-id.ts';
import type { EventView } from '../../schema/events/event-view.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger } from '../../schema/reports/ledger.ts';
import { mergedPage } from './merged-page.ts';
import type { EventPage } from './merged-page.ts';

type Stores = Pick<Env, 'OUTBOX' | 'TALLY'>;

/**
 * Reads the events and reports of a source. Its events are in two objects: the outbox has those that conversion rules
 * ask for, and the tally has the others.
 */
export class SourceStores {
  readonly outbox: ReturnType<Env['OUTBOX']['getByName']>;
  readonly tally: ReturnType<Env['TALLY']['getByName']>;

  constructor(env: Stores, sourceId: string) {
    this.outbox = env.OUTBOX.getByName(sourceId);
    this.tally = env.TALLY.getByName(sourceId);
  }

  /** Returns the latest events, the newest first. */
  async latest(page: { limit: number; beforeSeq: number | undefined }): Promise<EventPage> {
    return mergedPage(await Promise.all([this.outbox.latest(page), this.tally.latest(page)]), page.limit);
  }

  /**
   * Returns one event with its whole story.
   *
   * @param seq Selects one of the events with this ID. Without it, the newest that has deliveries, or else the newest.
   */
  async event(messageId: string, seq?: number): Promise<KeptStory | undefined> {
    const [inOutbox, inTally] = await Promise.all([
      this.outbox.event(messageId, seq),
      this.tally.event(messageId, seq),
    ]);
    if (inOutbox === undefined) return inTally;
    if (inTally === undefined) return inOutbox;
    return isBefore(inOutbox, inTally, seq)
      ? withSameId(inOutbox, [asView(inTally), ...inTally.same_id])
      : withSameId(inTally, [...(await this.#viewOf(inOutbox)), ...inOutbox.same_id]);
  }

  /** The story's own deliveries have more than a view of the event shows. */
  async #viewOf({ seq }: KeptStory): Promise<EventView[]> {
    const found = await this.outbox.eventsAt([seq]);
    return found.map(({ event }) => event);
  }

  /** Returns events by the beginning of an ID, and names of events. */
  async find(wanted: WantedEvents): Promise<FoundEvents> {
    const found = await Promise.all([this.outbox.find(wanted), this.tally.find(wanted)]);
    return {
      events: found.flatMap(({ events }) => events),
      names: [...new Set(found.flatMap(({ names }) => names))],
      ofOrder: found.flatMap(({ ofOrder = [] }) => ofOrder),
    };
  }

  async ledger(days: Days): Promise<Ledger> {
    return merged(await Promise.all([this.outbox.ledger(days), this.tally.ledger(days)]));
  }

  async lastHours(hours: number): Promise<Ledger> {
    return merged(await Promise.all([this.outbox.lastHours(hours), this.tally.lastHours(hours)]));
  }

  async lint(days: Days): Promise<LintReport> {
    return mergedLintReports(await Promise.all([this.outbox.lint(days), this.tally.lint(days)]));
  }

  /** @param asked The categories that the source's integrations require. */
  async consent(days: Days, asked: Iterable<string>): Promise<ConsentReport> {
    return mergedConsentReports(await Promise.all([this.outbox.consent(days), this.tally.consent(days)]), asked);
  }
}

function merged(ledgers: readonly Ledger[]): Ledger {
  return withTotals(mergedLedgerRows(ledgers.map(({ data }) => data)));
}

/** Whether a story is shown rather than another one with the same ID. */
function isBefore(one: KeptStory, other: KeptStory, seq: number | undefined): boolean {
  if (seq === one.seq || seq === other.seq) return seq === one.seq;
  return one.deliveries.length > 0 || one.seq > other.seq;
}

/** A story of the tally has no deliveries. */
function asView({ same_id: _sameId, triggers: _triggers, ...view }: KeptStory): EventView {
  return view;
}

function withSameId(story: KeptStory, others: readonly EventView[]): KeptStory {
  return { ...story, same_id: [...story.same_id, ...others].slice(0, MAX_SAME_ID) };
}
