/**
 * What decides what a person looks at first: of sites, of open incidents, and of the rows of the overview. There is one
 * order for all of them, so that two lists never contradict each other.
 */
export type Urgency = {
  /** How bad it is; 0 is the worst. */
  level: number;
  /** The value at risk, by currency. */
  value: Readonly<Record<string, string>>;
  /** How many conversions and events are held, failed or refused. */
  lost: number;
};

/** Compares two things for `sort`: the worse one first, then the one with more money at risk, then with more lost. */
export function worstFirst(one: Urgency, other: Urgency): number {
  return one.level - other.level || largestAmount(other.value) - largestAmount(one.value) || other.lost - one.lost;
}

/** Returns the largest amount in any currency. We know no rates, so currencies are compared as numbers. */
export function largestAmount(value: Readonly<Record<string, string>>): number {
  return Math.max(0, ...Object.values(value).map(Number));
}
