import type { Pulse } from '../../domain/heartbeat/pulse.ts';
import type { Address, Channel } from '../../domain/incidents/alerts/channel.ts';
import type { SourceTotals } from '../../domain/incidents/alerts/digest-words.ts';
import type { Alert } from '../../domain/incidents/alerts/messages.ts';
import type { SourceFacts } from '../../domain/incidents/source-facts.ts';
import type { HourOutcome, Places, Progress } from '../../domain/metrics/progress.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { ScoutedVersions } from '../../linkedin/scouted-versions.ts';
import type { HourlyRead } from '../outbox/reports/hourly.ts';
import type { Database } from '../sql.ts';
import type { AddressSeal } from './channel-store.ts';

/** Everything that the alerts need from outside. Passed in, so that a test can replace it. */
export type AlertsPorts = {
  database: Database;
  now(): number;
  newId(prefix: 'inc' | 'alt'): string;
  alarm: { get(): Promise<number | null>; set(atMs: number): Promise<void>; clear(): Promise<void> };
  /** Resolves after that time, or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  seal: AddressSeal;
  sourceIds(): Promise<readonly string[]>;
  /** Returns the names of some sources by ID. */
  sourceNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Asks LinkedIn which of its versions it answers with. */
  scout(versions: readonly string[]): Promise<ScoutedVersions>;
  /** Checks a source. Returns undefined when it was deleted. */
  observe(sourceId: string, versions: ScoutedVersions): Promise<SourceFacts | undefined>;
  /** Lets the next batch of an integration try a newer API version. */
  tryVersion(sourceId: string, integrationId: string, version: string): Promise<void>;
  /** Returns the events of complete hours that arrived after a given position in the source's outbox. */
  hourly(sourceId: string, afterSeq: number): Promise<HourlyRead>;
  /** Returns what has happened in a source's outbox after the given positions, and its present state. */
  progress(sourceId: string, after: Places | undefined): Promise<{ progress: Progress; pulse: Pulse }>;
  /** Returns the events of a source's last hours that no conversion rule asked for, by outcome. */
  tallied(sourceId: string, hours: number): Promise<readonly HourOutcome[]>;
  /** Returns the totals of a source's ledger. Undefined when it was deleted. */
  totals(sourceId: string, days: Days): Promise<SourceTotals | undefined>;
  /** Sends an alert once. Returns why it was not sent; undefined when the receiver has confirmed it. */
  send(channel: Channel, address: Address, alert: Alert): Promise<string | undefined>;
  /** The address of this installation, for links; undefined when it isn't known. */
  base(): string | undefined;
  log(where: string, error: unknown): void;
};
