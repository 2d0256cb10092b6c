import type { LintCode } from '../../schema/events/lint-rules.ts';

/**
 * Told by a reader what was odd about a value: the rule, never the value. A reader decides in one place, so what is noted
 * is what was done.
 */
export type Note = (code: LintCode) => void;

/** Ignores all notes. */
export const unnoted: Note = () => {};

/** Notes why a value gives nothing, and gives nothing. */
export function leaveOut(code: LintCode, note: Note): undefined {
  note(code);
}
