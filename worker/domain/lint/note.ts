import type { LintCode } from '../../schema/events/lint-rules.ts';

/**
 * Called by a reader with the lint code of each oddity, never with the value itself. The code that changes a value also
 * notes it, so notes can't differ from what happened.
 */
export type Note = (code: LintCode) => void;

/** Ignores all notes. */
export const unnoted: Note = () => {};

/** Notes why a value is left out, and returns undefined. */
export function leaveOut(code: LintCode, note: Note): undefined {
  note(code);
}
