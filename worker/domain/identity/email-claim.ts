import type { Event } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { emailSha256 } from './email.ts';

/**
 * Matches the names of fields that hold an e-mail address. The name is lower-cased first, without `_`, `-` and spaces.
 */
const EMAIL_FIELD =
  /^(?:(?:user|customer|contact|lead|person|member|buyer|primary|hashed|sha256)?e?mail(?:s|address(?:es)?|hash|hashed|id|sha256)?)$/;

const MAX_FIELD_CHARS = 40;

/** The nested objects that describe a person. */
const PERSON_FIELDS = ['user', 'customer', 'contact', 'lead', 'person', 'member', 'buyer', 'traits'] as const;

/** The most items of a list that are read. More items don't help to tell people apart. */
const MAX_ITEMS = 10;
const MAX_CHARS = 200;

/** Notes that mean the field holds no e-mail at all, rather than an unreadable one. */
const NO_EMAIL: ReadonlySet<LintCode> = new Set(['email_empty', 'email_nothing', 'email_macro']);

/**
 * Returns the e-mail that an event claims for its person when the usual fields have none. It may be an address under
 * another name, a list, or a text that can't be read as one address.
 *
 * The result is never sent. It only distinguishes people, so an unreadable value is compared unchanged.
 *
 * @returns The address's hash, or a marked text when the address is unreadable. Undefined when there is no e-mail.
 */
export async function emailClaim({ traits, properties, context }: Event): Promise<string | undefined> {
  for (const place of [traits, properties, fieldsIn(context, 'traits')]) {
    const claimed = await claimIn(place);
    if (claimed !== undefined) return claimed;
  }
  return undefined;
}

/** Returns the e-mail that one object of the event claims, like `emailClaim`. */
export async function claimIn(place: Fields): Promise<string | undefined> {
  const people = [place, ...PERSON_FIELDS.map((name) => place[name]).filter(isFields)];
  for (const fields of people) {
    for (const [name, value] of Object.entries(fields)) {
      if (!isEmailField(name)) continue;
      const claimed = await claimOf(value);
      if (claimed !== undefined) return claimed;
    }
  }
  return undefined;
}

/** Returns the e-mail in a field that should hold an ID. */
export async function emailInId(id: string | undefined): Promise<string | undefined> {
  return id !== undefined && /[@＠﹫]|%40/u.test(id) ? claimOf(id) : undefined;
}

function isEmailField(name: string): boolean {
  return name.length <= MAX_FIELD_CHARS && EMAIL_FIELD.test(name.toLowerCase().replaceAll(/[\s_-]/g, ''));
}

async function claimOf(value: unknown): Promise<string | undefined> {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return claimOfText(value);
  if (!Array.isArray(value)) return unread(value);
  const claims = await Promise.all(value.slice(0, MAX_ITEMS).map(claimOf));
  const several = new Set(claims.filter((claim) => claim !== undefined));
  const [only] = several;
  return several.size > 1 ? unread([...several]) : only;
}

async function claimOfText(text: string): Promise<string | undefined> {
  const codes = new Set<LintCode>();
  const hash = await emailSha256(text.normalize('NFKC'), (code) => codes.add(code));
  if (hash !== undefined) return hash;
  return [...codes].some((code) => NO_EMAIL.has(code)) ? undefined : unread(text.trim().toLowerCase());
}

/** Marks an unreadable value, so that it equals only itself and never a hash. */
function unread(value: unknown): string {
  return `?${JSON.stringify(value).slice(0, MAX_CHARS)}`;
}
