/** The facts that show whether an outbox works: its alarm, and how long conversions have waited in each rule queue. */
export type Pulse = {
  /** When the alarm runs next; null when nothing is due, or while it runs. */
  alarmAtMs: number | null;
  queues: readonly QueuePulse[];
};

export type QueuePulse = {
  integrationId: string;
  ruleId: string;
  /** Whether the queue waits for a person, or for LinkedIn after a failure. Incidents report both. */
  isHeld: boolean;
  isRetrying: boolean;
  /** When the next batch may be sent. */
  dueAtMs: number;
  /** When the longest-waiting of the next conversions arrived; null when none waits. */
  oldestEnqueuedAtMs: number | null;
};
