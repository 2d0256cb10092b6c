/** `fixed`: sent in the correct form. `left_out`: the rest is sent without it. `skipped`: no useful data was left. */
export type LintAction = 'fixed' | 'left_out' | 'skipped';

export type LintRule = {
  /** The field's name in mappings; `userInfo` for both names. */
  field: string;
  action: LintAction;
  sentence: string;
  remedy: string;
};

/** Returns a function that makes the rules of a field. */
export const ruleOf =
  (field: string) =>
  (action: LintAction, sentence: string, remedy: string): LintRule => ({ field, action, sentence, remedy });

export const LEAVE_OUT = 'Leave the field out when there is no value.';
export const FILL_IN = 'The template was sent unfilled: check the page or the tool that sends it.';
export const SEND_TEXT = 'Send it as text.';
