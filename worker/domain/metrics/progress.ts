/**
 * The position up to which an outbox is counted. Everything before it is in the counters; `Progress` has what came
 * after it.
 */
export type Places = {
  /** When counting began. What happened earlier is not counted. */
  sinceMs: number;
  /** The UTC hour from which events without a row of their own, such as duplicates, are counted next. */
  hour: string;
  /** The newest event that is counted. */
  eventSeq: number;
  /** The newest event whose deliveries are counted by their outcome. */
  outcomeSeq: number;
  /** The newest request of each rule queue, as its end and number. */
  attempts: Readonly<Record<string, { endedAtMs: number; id: number }>>;
};

/** What has happened in an outbox since given positions. */
export type Progress = {
  places: Places;
  /** Whether this is everything. Otherwise the next call continues. */
  isComplete: boolean;
  events: readonly { outcome: string; events: number }[];
  /** The events without a row (duplicates and rejected ones), from the hour in the positions on. */
  rowless: readonly HourOutcome[];
  attempts: readonly { integrationId: string; outcome: string; events: number }[];
  deliveries: readonly { integrationId: string; outcome: string; bucket: number | null; deliveries: number }[];
};

/** The number of events in one UTC hour, such as `2026-11-29T18`, with the same outcome. */
export type HourOutcome = { hour: string; outcome: string; events: number };

/** The upper bounds of the time from received to accepted. */
export const LATENCY_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900] as const;

/** A delivery's outcome is counted when its event has this age, which is the largest bound. */
export const OUTCOME_AFTER_MS = 900_000;
