import type { Database } from '../sql.ts';
import type { Viewers } from '../watchers.ts';
import type { LogRoom } from './tally-log.ts';

/** Everything that a tally needs from outside. Passed in, so that a simulation can replace it. */
export type TallyPorts = {
  database: Database;
  /** Resolves when everything that was written so far is on disk. */
  written(): Promise<void>;
  now(): number;
  /** Resolves after that time, or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  alarm: { get(): Promise<number | null>; set(atMs: number): Promise<void>; clear(): Promise<void> };
  /** Returns whether the registry has the source again after its deletion. */
  isSourceBack(): Promise<boolean>;
  /** Returns how long the source keeps events. */
  retentionMs(): Promise<number>;
  /** The viewers to notify when something has changed. */
  viewers?: Viewers;
  log(where: string, error: unknown): void;
  /** Smaller limits than the default, for tests. */
  room?: Partial<LogRoom & { uncounted: number }>;
};
