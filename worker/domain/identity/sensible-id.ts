import { isMacro, WORDS_FOR_NOTHING } from '../lint/telling-nothing.ts';

/** What programs and people write where an id is expected and there is none; in any case, spaces and quotes aside. */
const PLACEHOLDERS: readonly string[] = [
  ...WORDS_FOR_NOTHING.map((word) => word.toLowerCase()),
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

/** `{{…}}`, `${…}`, `#{…}`, `<%…%>`, `*|…|*`, `%%…%%`, `{%…%}`, `%7B%7B…`, also in the middle of an id. */
const TEMPLATE = /\{\{|\}\}|\$\{|#\{|<%|%>|\{%|%\}|\*\|.*\|\*|%%.+%%|%7B%7B|%24%7B/iu;

/** A name that was to be replaced: `%s`, `%USER_ID%`, `$user_id`, `$1`, `:userId`, `<user_id>`, `{user}`, `__USER_ID__`, `@@id@@`. */
const UNFILLED =
  /^(?:.*[\W_])?%(?:\(\w+\))?[sdifo@]$|^%\w+%$|^\$[\p{L}_][\w.]*$|^\$\d$|^:\p{L}[\w.]*$|^<[^<>]*>$|^\{[^{}]*\}$|^__\w+__$|^@@.*@@$/iu;

/** A prefix with which a program met what was not there: `user_undefined`, `cust-null`. */
const GENERIC =
  /^(?:|a|anon|anonymous|user|users|usr|uid|u|customer|cust|c|client|visitor|guest|member|account|contact|lead|person|profile|order|ord|event|evt|msg|message|id|shop|crm)$/u;
const ABSENT = /^(?:null|nil|none|nan|undefined|unknown)$/u;

/**
 * Gives an id without the spaces around it, or nothing when it is none: empty, a word for nothing, all zeros, a template
 * that nobody filled in. Such an id is the same for everybody who has none, so it must identify nobody.
 *
 * Every id goes through here: `userId`, `anonymousId`, `messageId`, external ids, and those that an erasure names.
 */
export function sensibleId(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const id = String(value).trim();
  return isSenselessId(id) ? undefined : id;
}

/** This is true for a text that stands where an id should, and is none. */
export function isSenselessId(text: string): boolean {
  const bare = bareOf(text);
  if (isMacro(bare) || TEMPLATE.test(bare) || UNFILLED.test(bare)) return true;
  const word = plain(text);
  return PLACEHOLDER_SET.has(word) || isOneSignOver(word) || isMetWithNothing(word);
}

/** What is to be seen of a text: without invisible characters, spaces and quotes around it. */
function bareOf(text: string): string {
  const visible = text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cc}/gu, '');
  return visible.replaceAll(/^[\s"'`]+|[\s"'`]+$/gu, '');
}

/** Lower case, with one space for whatever parts its words. */
function plain(text: string): string {
  return bareOf(text)
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, ' ');
}

/** A UUID's version and variant, which are digits of its own even where all others are zeros. */
const UUID_MARKS = /^(.{8})-(.{4})-[1-8](.{3})-[89ab](.{3})-(.{12})$/u;

/** Signs alone, all zeros as in an empty UUID, or one sign as long as an id. */
function isOneSignOver(word: string): boolean {
  const signs = word.replace(UUID_MARKS, '$1$2$3$4$5').replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (/^(?:0*|x{2,36})$/u.test(signs)) return true;
  return signs.length >= 16 && signs.length <= 64 && new Set(signs).size === 1;
}

/** `undefined` anywhere, or words for nothing behind a prefix that is everybody's. */
function isMetWithNothing(word: string): boolean {
  if (word.includes('undefined') || word.includes('[object ')) return true;
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return parts.some((part) => ABSENT.test(part)) && parts.every((part) => ABSENT.test(part) || GENERIC.test(part));
}
