import type { Invariant } from './invariants.ts';

/** Invariants that the code is known to violate, until a fix of it lands. Empty, or somebody is at work on it. */
export const KNOWN: ReadonlySet<Invariant> = new Set<Invariant>();
