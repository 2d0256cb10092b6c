import { CONVERSIONS_ONLY_BYTES, FULL_BYTES } from '../../domain/collect/storage-budget.ts';
import { withRuleTotals, withTotals } from '../../domain/delivery/ledger-totals.ts';
import type { Pulse } from '../../domain/heartbeat/pulse.ts';
import type { SourceHealth } from '../../domain/incidents/source-facts.ts';
import type { Places, Progress } from '../../domain/metrics/progress.ts';
import { betweenMs, firstHourMs } from '../../domain/reports/report-days.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { SentWith } from '../../domain/rules/readiness.ts';
import type { DeliveryStory, EventView } from '../../schema/events/event-view.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger as LedgerView, RuleLedger } from '../../schema/reports/ledger.ts';
import type { Cause, DeliveryFilter, ReplayProgress } from '../../schema/reports/replay.ts';
import type { Changes } from '../event-store/changes.ts';
import { ConsentCounts } from '../event-store/consent-counts.ts';
import type { KeptStory, NumberedEvent } from '../event-store/event-view-of.ts';
import type { FoundEvents, WantedEvents } from '../event-store/found-events.ts';
import { inTurns } from '../event-store/in-parts.ts';
import type { InParts } from '../event-store/in-parts.ts';
import { LintReader } from '../event-store/lint-reader.ts';
import type { Look, Seen } from '../event-store/look.ts';
import { newestSeq } from './newest-seq.ts';
import type { Ports } from './ports.ts';
import { Backlog } from './reports/backlog.ts';
import type { BacklogView } from './reports/backlog.ts';
import { Causes } from './reports/causes.ts';
import { DeliveryHistory } from './reports/delivery-history.ts';
import type { DeliveryPage } from './reports/delivery-history.ts';
import { EventHistory } from './reports/event-history.ts';
import { FoundInOutbox } from './reports/found-in-outbox.ts';
import { Health } from './reports/health.ts';
import { Hourly } from './reports/hourly.ts';
import type { HourlyRead } from './reports/hourly.ts';
import { LedgerReader } from './reports/ledger-reader.ts';
import { ProgressReader } from './reports/progress-reader.ts';
import { readPulse } from './reports/pulse-reader.ts';
import { replayProgress } from './reports/replay-progress.ts';
import { ruleIdentifiers } from './reports/rule-identifiers.ts';
import { SiteReportReader } from './reports/site-report.ts';
import type { SiteReport } from './reports/site-report.ts';
import { standingDeliveries } from './reports/standing-deliveries.ts';
import type { DeliveryIdentity } from './reports/standing-deliveries.ts';
import { Learned } from './sending/learned-from-linkedin.ts';
import { VersionTrials } from './sending/version-trials.ts';
import type { VersionsLearned } from './sending/version-trials.ts';

/** The period of an overview. */
export type OverviewSpan = Days | { hours: number };

/**
 * The part of the overview that comes from a site's outbox. `backlogs` has one entry for each requested integration.
 */
export type SiteOverview = SiteReport & { ledger: LedgerView; backlogs: Omit<BacklogView, 'storage'>[] };

/** Answers the management API's questions about an outbox. Writes nothing. */
export class OutboxReader {
  readonly #ports: Ports;
  readonly #changes: Changes;
  readonly #history: EventHistory;
  readonly #deliveryHistory: DeliveryHistory;
  readonly #ledger: LedgerReader;
  readonly #lint: LintReader;
  readonly #backlog: Backlog;
  readonly #causes: Causes;
  readonly #consentCounts: ConsentCounts;
  readonly #siteReport: SiteReportReader;
  readonly #learned: Learned;
  readonly #health: Health;

  constructor(ports: Ports, changes: Changes) {
    const { sql } = ports.database;
    this.#ports = ports;
    this.#changes = changes;
    this.#history = new EventHistory(sql);
    this.#deliveryHistory = new DeliveryHistory(sql);
    this.#ledger = new LedgerReader(sql);
    this.#lint = new LintReader(sql);
    this.#backlog = new Backlog(sql);
    this.#causes = new Causes(sql);
    this.#consentCounts = new ConsentCounts(sql, () => newestSeq(sql));
    this.#siteReport = new SiteReportReader(sql);
    this.#learned = new Learned(sql);
    this.#health = new Health(sql);
  }

  /** Returns which deliveries exist already, for an import. */
  known(deliveries: readonly DeliveryIdentity[]): boolean[] {
    return standingDeliveries(this.#ports.database.sql, deliveries);
  }

  /** Returns the latest events with their outcomes, the newest first. */
  latest(page: { limit: number; beforeSeq: number | undefined }): { data: EventView[]; nextSeq: number | undefined } {
    return this.#history.latest(page);
  }

  /** Returns the events after a position in the order of arrival. While nothing has changed, waits. */
  async look({ afterSeq, limit, waitMs, version }: Look): Promise<Seen> {
    if (version === this.#changes.read()) await this.#changes.wait((signal) => this.#ports.sleep(waitMs, signal));
    // The version is read first, so that the next call finds any change made after it.
    return { version: this.#changes.read(), events: this.#history.after({ seq: afterSeq, limit }) };
  }

  /** Returns the current state of the events at some positions in the order of arrival. */
  eventsAt(seqs: readonly number[]): NumberedEvent[] {
    return this.#history.at(seqs);
  }

  /** Returns one event with everything known about its outcome. */
  event(messageId: string, seq?: number): KeptStory | undefined {
    return this.#history.event(messageId, seq);
  }

  /** Returns events by the beginning of an ID, and names of events. */
  find(wanted: WantedEvents): FoundEvents {
    return new FoundInOutbox(this.#ports.database.sql, this.#history).find(wanted);
  }

  deliveries(integrationId: string, page: DeliveryPage): ReturnType<DeliveryHistory['ofIntegration']> {
    return this.#deliveryHistory.ofIntegration(integrationId, page);
  }

  delivery(integrationId: string, id: string): DeliveryStory | undefined {
    return this.#deliveryHistory.whole(integrationId, id);
  }

  /**
   * Reads in parts, like the other reports about all events of a period, so that requests from pages are answered in
   * between.
   */
  async ledger(days: Days): Promise<LedgerView> {
    return withTotals(await this.#inTurns(this.#ledger.read(days)));
  }

  /** Returns the ledger of the current hour and those before it. */
  async lastHours(hours: number): Promise<LedgerView> {
    return withTotals(await this.#inTurns(this.#ledger.readHours(hours, this.#ports.now())));
  }

  /**
   * Returns everything that the overview shows of a site, in one call.
   *
   * @param span.hours The number of hours, for a short period.
   */
  async siteOverview(integrationIds: readonly string[], span: OverviewSpan): Promise<SiteOverview> {
    const fromMs = 'hours' in span ? firstHourMs(span.hours, this.#ports.now()) : betweenMs(span)[0];
    return {
      ledger: await ('hours' in span ? this.lastHours(span.hours) : this.ledger(span)),
      backlogs: integrationIds.map((id) => this.#backlog.of(id, this.#ports.now())),
      ...(await this.#inTurns(this.#siteReport.read(fromMs))),
    };
  }

  async ruleLedger(days: Days): Promise<RuleLedger> {
    return withRuleTotals(await this.#inTurns(this.#ledger.readRules(days)));
  }

  /** Returns the identifiers with which each rule's conversions were sent, from a sample. */
  ruleIdentifiers(integrationId: string): Record<string, SentWith[]> {
    return ruleIdentifiers(this.#ports.database.sql, integrationId);
  }

  /** Returns the linter's findings by rule. */
  lint(days: Days): LintReport {
    return this.#lint.read(days);
  }

  /** Returns the consent answers of visitors. */
  consent(days: Days): Promise<ConsentReport> {
    return this.#inTurns(this.#consentCounts.read(days));
  }

  /** Returns why deliveries of an integration failed or are held, skipped or erased, the most frequent reason first. */
  causes(integrationId: string, filter: DeliveryFilter): Promise<Cause[]> {
    return this.#inTurns(this.#causes.of(integrationId, filter));
  }

  /** Counts the deliveries of one replay by their present state. */
  replayProgress(integrationId: string, id: string): ReplayProgress | undefined {
    return replayProgress(this.#ports.database.sql, integrationId, id);
  }

  /** Returns the API version that an integration's deliveries use. */
  workingVersion(integrationId: string, configured: string): string {
    return this.#learned.workingVersion(integrationId, configured);
  }

  /** Returns what is known about an integration's API versions. */
  versions(integrationId: string, configured: string): VersionsLearned {
    return new VersionTrials(this.#ports.database.sql).versions(integrationId, configured);
  }

  backlog(integrationId: string): BacklogView {
    const { bytes, isForConversionsOnly } = this.#storage();
    const { fullBytes = FULL_BYTES } = this.#ports.room ?? {};
    return {
      ...this.#backlog.of(integrationId, this.#ports.now()),
      storage: { bytes, full_at_bytes: fullBytes, conversions_only: isForConversionsOnly },
    };
  }

  /** Returns how the deliveries of all integrations are doing. */
  health(): SourceHealth {
    return { storage: this.#storage(), integrations: this.#health.read(this.#ports.now()) };
  }

  /** Returns whether the alarm is set, and how long conversions have waited. */
  async pulse(): Promise<Pulse> {
    return { alarmAtMs: await this.#ports.alarm.get(), ...readPulse(this.#ports.database.sql) };
  }

  /** Returns what has happened since given positions, for metrics. */
  async progress(after: Places | undefined): Promise<{ progress: Progress; pulse: Pulse }> {
    const progress = new ProgressReader(this.#ports.database.sql).read(after, this.#ports.now());
    return { progress, pulse: await this.pulse() };
  }

  /** Returns the events of complete hours by name, to find out what is usual. */
  hourly(afterSeq: number): Promise<HourlyRead> {
    return this.#inTurns(new Hourly(this.#ports.database.sql).read(afterSeq, this.#ports.now()));
  }

  #inTurns<Report>(report: InParts<Report>): Promise<Report> {
    return inTurns(report, () => this.#ports.sleep(0));
  }

  #storage(): SourceHealth['storage'] {
    const bytes = this.#ports.databaseBytes();
    const { conversionsOnlyBytes = CONVERSIONS_ONLY_BYTES } = this.#ports.room ?? {};
    return { bytes, isForConversionsOnly: bytes > conversionsOnlyBytes };
  }
}
