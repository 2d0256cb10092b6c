import type { Cause, Severity } from '../../schema/alerts/causes.ts';

/** Something that is wrong with a source now, as found by one check. */
export type Symptom = {
  cause: Cause;
  severity: Severity;
  /**
   * Symptoms with the same cause and scope are one incident. So if a hundred sites share a LinkedIn app that no longer
   * works, that is one incident.
   */
  scope: string;
  sourceId: string;
  integrationId: string | null;
  ruleId: string | null;
  detail: string;
  /** The deliveries that wait because of it. */
  held: number;
  value: readonly { currency: string; amount: string }[];
  /** When the oldest of them happened; undefined when none waits. */
  oldestMs: number | undefined;
  /** The days until a deadline, for an incident that has one. */
  daysLeft: number | undefined;
};

export function keyOf({ cause, scope }: Pick<Symptom, 'cause' | 'scope'>): string {
  return `${cause}|${scope}`;
}
