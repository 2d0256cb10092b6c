import type { Cause, Severity } from '../../schema/alerts/causes.ts';

/** Something that is wrong with a source now, as one look at it found. */
export type Symptom = {
  cause: Cause;
  severity: Severity;
  /**
   * What it has in common with the same symptom elsewhere: symptoms with one cause and scope are one incident. So a
   * hundred sites with one dead LinkedIn app are one.
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
  /** Days until something ends, for an incident about a date. */
  daysLeft: number | undefined;
};

export function keyOf({ cause, scope }: Pick<Symptom, 'cause' | 'scope'>): string {
  return `${cause}|${scope}`;
}
