import type { Verdict } from '../../schema/reports/overview.ts';

/** How well a site works, the code of the worst cause, and what a person reads about it. */
export type Judged = { verdict: Verdict; cause: string | null; sentence: string };
