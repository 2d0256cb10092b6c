import type { Event } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { emailSha256 } from './email.ts';

/** Names of fields that hold somebody's e-mail, without `_`, `-` and spaces, in any case. */
const EMAIL_FIELD =
  /^(?:(?:user|customer|contact|lead|person|member|buyer|primary|hashed|sha256)?e?mail(?:s|address(?:es)?|hash|hashed|id|sha256)?)$/;

const MAX_FIELD_CHARS = 40;

/** In these objects of a place stands a person. */
const PERSON_FIELDS = ['user', 'customer', 'contact', 'lead', 'person', 'member', 'buyer', 'traits'] as const;

/** Longer lists say no more of who somebody is. */
const MAX_ITEMS = 10;
const MAX_CHARS = 200;

/** The e-mail is told apart from these, which say that there is none. */
const NO_EMAIL: ReadonlySet<LintCode> = new Set(['email_empty', 'email_nothing', 'email_macro']);

/**
 * Says which e-mail an event claims for its person where the usual fields give none: an address under another name, a
 * list, a text that cannot be read as one address. It is sent to nobody. It only tells people apart, so what cannot be
 * read stands for itself.
 *
 * @returns The hash of an address, or a text that is none; undefined where there is no e-mail.
 */
export async function emailClaim({ traits, properties, context }: Event): Promise<string | undefined> {
  for (const place of [traits, properties, fieldsIn(context, 'traits')]) {
    const claimed = await claimIn(place);
    if (claimed !== undefined) return claimed;
  }
  return undefined;
}

/** The same of one place. */
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

/** The e-mail that stands in the place of an id. */
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

/** It is like itself and like no address. */
function unread(value: unknown): string {
  return `?${JSON.stringify(value).slice(0, MAX_CHARS)}`;
}
