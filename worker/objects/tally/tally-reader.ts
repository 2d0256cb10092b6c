import { MAX_LIST_CHARS } from '../../domain/collect/storage-budget.ts';
import { withTotals } from '../../domain/delivery/ledger-totals.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import { readTrace } from '../../domain/rules/read-trace.ts';
import type { EventView } from '../../schema/events/event-view.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger } from '../../schema/reports/ledger.ts';
import type { Changes } from '../event-store/changes.ts';
import { readFacts } from '../event-store/event-facts.ts';
import { eventViewOf } from '../event-store/event-view-of.ts';
import type { KeptStory, NumberedEvent } from '../event-store/event-view-of.ts';
import type { FoundEvents, WantedEvents } from '../event-store/found-events.ts';
import { readTriggers } from '../event-store/kept-triggers.ts';
import type { Look, Seen } from '../event-store/look.ts';
import { MAX_SAME_ID } from '../event-store/max-same-id.ts';
import { TriggerSets } from '../event-store/trigger-sets.ts';
import { entriesOfOrder, entriesWith, namesInTally } from './found-in-tally.ts';
import type { LogEntry } from './log-page.ts';
import type { TallyCounts } from './tally-counts.ts';
import type { TallyLog } from './tally-log.ts';
import type { TallyPorts } from './tally-ports.ts';
import { TallyReports } from './tally-reports.ts';

/** Answers the management API's questions about a tally. Writes nothing. */
export class TallyReader {
  readonly #ports: TallyPorts;
  readonly #log: TallyLog;
  readonly #reports: TallyReports;
  readonly #changes: Changes;
  readonly #triggerSets: TriggerSets;
  readonly #counts: TallyCounts;

  constructor(parts: { ports: TallyPorts; log: TallyLog; counts: TallyCounts; changes: Changes }) {
    this.#ports = parts.ports;
    this.#log = parts.log;
    this.#counts = parts.counts;
    this.#reports = new TallyReports(parts.ports.database.sql, parts.counts);
    this.#changes = parts.changes;
    this.#triggerSets = new TriggerSets(parts.ports.database.sql);
  }

  /** Returns the latest events, the newest first. */
  latest({ limit, beforeSeq }: { limit: number; beforeSeq: number | undefined }): {
    data: EventView[];
    nextSeq: number | undefined;
  } {
    const events = inOneCall(this.#log.before(beforeSeq ?? Number.MAX_SAFE_INTEGER), limit);
    return { data: events.map(({ event }) => event), nextSeq: events.length < limit ? undefined : events.at(-1)?.seq };
  }

  /** Returns the events after a position in the order of arrival. While nothing has changed, waits. */
  async look({ afterSeq, limit, waitMs, version }: Look): Promise<Seen> {
    if (version === this.#changes.read()) await this.#changes.wait((signal) => this.#ports.sleep(waitMs, signal));
    return { version: this.#changes.read(), events: inOneCall(this.#log.after(afterSeq), limit) };
  }

  /** Returns the events at some positions in the order of arrival. */
  eventsAt(seqs: readonly number[]): NumberedEvent[] {
    const inOrder = seqs.toSorted((one, other) => one - other);
    return inOneCall(
      inOrder.map((seq) => [this.#log.at(seq)].filter((entry) => entry !== undefined)),
      seqs.length,
    );
  }

  /** Returns one event with the result of each trigger. */
  event(messageId: string, seq?: number): KeptStory | undefined {
    const found = this.#log.withId(messageId, MAX_SAME_ID + 1);
    const chosen = found.find((entry) => entry.seq === seq) ?? found[0];
    const view = chosen && viewOf(chosen);
    if (chosen === undefined || view === undefined) return undefined;
    const traces = Object.entries(readTriggers(chosen.event?.facts ?? '{}'));
    return {
      ...view,
      deliveries: [],
      same_id: found.flatMap((entry) => (entry === chosen ? [] : (viewOf(entry) ?? []))),
      triggers: Object.fromEntries(
        traces.map(([integrationId, trace]) => [
          integrationId,
          readTrace(trace, this.#triggerSets.bodyOf(trace.set) ?? '[]'),
        ]),
      ),
    };
  }

  /** Returns events by the beginning of an ID, and names of events. */
  find(wanted: WantedEvents): FoundEvents {
    const { sql } = this.#ports.database;
    const ofOrder = entriesOfOrder(sql, wanted);
    const byId = entriesWith(sql, wanted).filter(({ seq }) => ofOrder.every((entry) => entry.seq !== seq));
    return {
      events: [...ofOrder, ...byId].flatMap((entry) => viewOf(entry) ?? []),
      names: namesInTally(sql, this.#counts.uncounted, wanted),
      ofOrder: ofOrder.map(({ seq }) => seq),
    };
  }

  ledger(days: Days): Ledger {
    return withTotals(this.#reports.ledger(days));
  }

  lastHours(hours: number): Ledger {
    return withTotals(this.#reports.hourlyLedger(hours, this.#ports.now()));
  }

  lint(days: Days): LintReport {
    return this.#reports.lint(days);
  }

  consent(days: Days): ConsentReport {
    return this.#reports.consent(days);
  }
}

/** Reads events until there are enough, or the answer is as large as a call to another object allows. At least one. */
function inOneCall(pages: Iterable<readonly LogEntry[]>, limit: number): NumberedEvent[] {
  const events: NumberedEvent[] = [];
  let chars = 0;
  for (const entries of pages)
    for (const entry of entries) {
      const event = viewOf(entry);
      if (event === undefined) continue;
      chars += JSON.stringify(event).length;
      if (chars > MAX_LIST_CHARS && events.length > 0) return events;
      events.push({ seq: entry.seq, event });
      if (events.length >= limit) return events;
    }
  return events;
}

/** Returns undefined for an entry without an event, such as a duplicate. */
function viewOf({ seq, receivedAtMs, outcome, lint, event }: LogEntry): EventView | undefined {
  if (event === undefined) return undefined;
  return eventViewOf(
    {
      seq,
      messageId: event.messageId,
      type: event.type,
      name: event.name,
      happenedAtMs: event.happenedAtMs,
      receivedAtMs,
      skipReason: outcome.slice('skipped:'.length),
      facts: { ...readFacts(event.facts), lint: [...lint] },
      consent: event.consent,
    },
    [],
  );
}
