import type { Access } from '../../domain/delivery/linkedin-access.ts';
import type { Limiter } from '../../linkedin/ask-linkedin.ts';
import type { SentBatch } from '../../linkedin/batch/send-conversions.ts';
import type { RequestLine } from '../../linkedin/request-line.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Database } from '../sql.ts';
import type { Viewers } from '../watchers.ts';
import type { Cleanup } from './cleanup.ts';
import type { PayloadKeys } from './keys/payload-keys.ts';
import type { Replays } from './replays.ts';
import type { BatchRun } from './sending/batch-run.ts';
import type { VersionTrials } from './sending/version-trials.ts';

/** Everything that the outbox needs from outside. Passed in, so that a simulation can replace it. */
export type Ports = {
  /** The source of this outbox; undefined when the platform does not say. */
  sourceId: string | undefined;
  database: Database;
  /** Returns the size of the database in bytes. */
  databaseBytes(): number;
  /** Resolves when everything that was written so far is on disk. */
  written(): Promise<void>;
  /** Smaller limits than the default, for tests. */
  room?: Partial<Room>;
  /** A smaller number than that of `FreshDeliveries`, for tests. */
  eventsPerCheck?: number;
  now(): number;
  /** Returns a number in [0, 1). */
  random(): number;
  /** Resolves after that time, or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  alarm: { get(): Promise<number | null>; set(atMs: number): Promise<void>; clear(): Promise<void> };
  payloads: Payloads;
  /** Returns whether the registry has the source again after its deletion. */
  isSourceBack(): Promise<boolean>;
  /** Returns how long the source keeps data that the delivery itself does not need. */
  retention(): Promise<Retention>;
  /** Returns undefined when no integration has this ID. */
  integration(integrationId: string): Promise<Integration | undefined>;
  access(integrationId: string): Promise<Access>;
  /** Reports that LinkedIn refused a token, and returns another one. */
  refused(integrationId: string, tokenId: string): Promise<Access>;
  limiter(key: string): Limiter;
  /** Loads the code that sends, sends again and deletes, which only alarms and people need. */
  sending(): Promise<{
    BatchRun: typeof BatchRun;
    Cleanup: typeof Cleanup;
    Replays: typeof Replays;
    VersionTrials: typeof VersionTrials;
  }>;
  send(request: { token: string; version: string; elements: readonly string[] }): Promise<SentBatch>;
  /** The viewers to notify when something has changed. */
  viewers?: Viewers;
  log(where: string, error: unknown): void;
  /** Called once per request. */
  logRequest(line: RequestLine): void;
};

/** The sizes above which a database accepts less. */
export type Room = {
  /** Above this, events without deliveries are counted and not stored. */
  conversionsOnlyBytes: number;
  /** Above this, events whose deliveries have ended well are deleted before their retention ends. */
  sheddingBytes: number;
  /** Above this, nothing is accepted. */
  fullBytes: number;
};

/** Seals pending payloads, and deletes the keys of payloads that must become unreadable. */
export type Payloads = Pick<
  PayloadKeys,
  | 'seal'
  | 'open'
  | 'unreadable'
  | 'unusable'
  | 'remember'
  | 'placesOf'
  | 'condemn'
  | 'condemned'
  | 'keysOfOlderVersions'
  | 'throwAway'
  | 'throwAwayAtMs'
  | 'names'
  | 'inherit'
>;

type Retention = {
  /** For events with their outcomes, which also serve to recognise duplicates. */
  eventsMs: number;
  /** For the payloads of failed deliveries. */
  deadLettersMs: number;
};
