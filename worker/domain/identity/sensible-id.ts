import { isMacro, PLACEHOLDER_WORDS } from '../lint/placeholder-values.ts';
import { idText } from '../reading/id-text.ts';

/** Placeholders that programs and people send when there is no ID. Case, spaces and quotes don't matter. */
const PLACEHOLDERS: readonly string[] = [
  ...PLACEHOLDER_WORDS.map((word) => word.toLowerCase()),
  'unknown',
  'anonymous',
  'anon',
  'guest',
  'nobody',
  'no one',
  'visitor',
  'user',
  'customer',
  'default',
  'test',
  'empty',
  'blank',
  'missing',
  'void',
  'not available',
  'not applicable',
  'not logged in',
  'logged out',
  'na',
  '#n/a',
  'id',
  'userid',
  'user id',
  'anonymousid',
  'anonymous id',
  'visitor id',
  'customer id',
  'client id',
  'your user id',
  'true',
  'false',
  'no',
  'infinity',
  '-infinity',
  '-1',
  '{}',
  '[]',
  'nan-nan',
  'placeholder',
  'example',
  'todo',
  'tbd',
  'object object',
];

const PLACEHOLDER_SET = new Set(PLACEHOLDERS.map(plain));

/** Template syntax anywhere in an ID: `{{…}}`, `${…}`, `#{…}`, `<%…%>`, `*|…|*`, `%%…%%`, `{%…%}`, `%7B%7B…`. */
const TEMPLATE = /\{\{|\}\}|\$\{|#\{|<%|%>|\{%|%\}|\*\|.*\|\*|%%.+%%|%7B%7B|%24%7B/iu;

/**
 * A placeholder name that was not replaced: `%s`, `%USER_ID%`, `$user_id`, `$1`, `:userId`, `<user_id>`, `{user}`,
 * `__USER_ID__`, `@@id@@`.
 */
const UNFILLED =
  /^(?:.*[\W_])?%(?:\(\w+\))?[sdifo@]$|^%\w+%$|^\$[\p{L}_][\w.]*$|^\$\d$|^:\p{L}[\w.]*$|^<[^<>]*>$|^\{[^{}]*\}$|^__\w+__$|^@@.*@@$/iu;

/** Prefixes that programs put before a missing value: `user_undefined`, `cust-null`. */
const GENERIC =
  /^(?:|a|anon|anonymous|user|users|usr|uid|u|customer|cust|c|client|visitor|guest|member|account|contact|lead|person|profile|order|ord|event|evt|msg|message|id|shop|crm)$/u;
const ABSENT = /^(?:null|nil|none|nan|undefined|unknown)$/u;

/**
 * Returns an ID without surrounding spaces and invisible characters, or undefined for a placeholder: an empty text, a word for nothing, all
 * zeros, or an unfilled template. Everybody without an ID would share the same placeholder, so it must not identify
 * anyone.
 *
 * Every ID is checked here: `userId`, `anonymousId`, `messageId`, external IDs, and the IDs of an erasure.
 */
export function sensibleId(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const id = idText(value);
  return id === undefined || isSenselessId(id) ? undefined : id;
}

/** Checks whether a text is a placeholder instead of an ID. */
export function isSenselessId(text: string): boolean {
  const bare = bareOf(text);
  if (isMacro(bare) || TEMPLATE.test(bare) || UNFILLED.test(bare)) return true;
  const word = plain(text);
  return PLACEHOLDER_SET.has(word) || isOneSignOver(word) || isMetWithNothing(word);
}

/** Removes invisible characters, and the spaces and quotes around a text. */
function bareOf(text: string): string {
  const visible = text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cc}/gu, '');
  // The lookbehind starts one search for each run of spaces. Without it the time would grow with the square of a run.
  return visible.replaceAll(/^[\s"'`]+|(?<![\s"'`])[\s"'`]+$/gu, '');
}

/** Lower-cases a text and reduces spaces and underscores to one space. */
function plain(text: string): string {
  return bareOf(text)
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, ' ');
}

/** A UUID with its version and variant digits. These are set even when all other digits are zeros. */
const UUID_MARKS = /^(.{8})-(.{4})-[1-8](.{3})-[89ab](.{3})-(.{12})$/u;

/**
 * Checks for punctuation only, for all zeros as in an empty UUID, and for one character repeated to the length of an
 * ID.
 */
function isOneSignOver(word: string): boolean {
  const signs = word.replace(UUID_MARKS, '$1$2$3$4$5').replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (/^(?:0*|x{2,36})$/u.test(signs)) return true;
  return signs.length >= 16 && signs.length <= 64 && new Set(signs).size === 1;
}

/** Checks for `undefined` anywhere, and for words for nothing after a generic prefix. */
function isMetWithNothing(word: string): boolean {
  if (word.includes('undefined') || word.includes('[object ')) return true;
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return parts.every((part) => ABSENT.test(part) || GENERIC.test(part)) && parts.some((part) => ABSENT.test(part));
}
