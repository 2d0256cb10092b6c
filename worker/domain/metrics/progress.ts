/**
 * Where counting has got to in an outbox. Everything up to here is in the counters; `Progress` is what came after it.
 */
export type Places = {
  /** When counting began. What happened earlier is not counted. */
  sinceMs: number;
  /** The UTC hour from which the events without a row of their own, such as duplicates, are counted next. */
  hour: string;
  /** The newest event that is counted. */
  eventSeq: number;
  /** The newest event whose deliveries are counted by their outcome. */
  outcomeSeq: number;
  /** The newest request of each rule queue, as its end and number. */
  attempts: Readonly<Record<string, { endedAtMs: number; id: number }>>;
};

/** What has happened in an outbox since some places. */
export type Progress = {
  places: Places;
  /** Whether it has everything. Otherwise the next call goes on. */
  isComplete: boolean;
  events: readonly { outcome: string; events: number }[];
  /** The events without a row, duplicates and rejected ones, of the hour in the places and later. */
  rowless: readonly HourOutcome[];
  attempts: readonly { integrationId: string; outcome: string; events: number }[];
  deliveries: readonly { integrationId: string; outcome: string; bucket: number | null; deliveries: number }[];
};

/** A number of events of one UTC hour, such as `2026-11-29T18`, with one outcome. */
export type HourOutcome = { hour: string; outcome: string; events: number };

/** The upper bounds of the time from received to accepted. */
export const LATENCY_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900] as const;

/** A delivery's outcome is counted when its event is this old: as old as the largest bound. */
export const OUTCOME_AFTER_MS = 900_000;
