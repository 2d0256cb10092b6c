import type { Invariant } from './invariants.ts';

/** Invariants that the code is known to violate until a fix lands. Empty unless someone is working on one. */
export const KNOWN: ReadonlySet<Invariant> = new Set<Invariant>();
