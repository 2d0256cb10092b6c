import * as v from 'valibot';

/**
 * A name that a person chooses, of 1 to 200 characters. A control character in it is invisible. No event can have
 * U+0000 in its name, and SQLite cuts a name there.
 */
export const NameText = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('expected at least one character'),
  v.maxLength(200),
  v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'expected text without control characters'),
);
