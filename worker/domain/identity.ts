import type { Event } from '../schema/event.ts';
import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { emailSha256 } from './email.ts';

/**
 * Who the visitor is, as far as LinkedIn can use it. The e-mail is already hashed: the address itself lives only as long
 * as the call that hashes it.
 */
export type Identity = {
  emailSha256?: string;
  firstName?: string;
  lastName?: string;
  companyName?: string;
  title?: string;
  countryCode?: string;
  userId?: string;
};

/** LinkedIn's limit for a first and a last name (Salesforce's connector documents it, read 2026-11). */
export const MAX_NAME_CHARS = 35;
export const MAX_TEXT_CHARS = 255;

/** The names under which SDKs and forms send a field, the usual one first. */
const FIELD_NAMES = {
  firstName: ['firstName', 'first_name', 'firstname'],
  lastName: ['lastName', 'last_name', 'lastname'],
  companyName: ['companyName', 'company_name', 'company'],
  title: ['title', 'jobTitle', 'job_title'],
  countryCode: ['countryCode', 'country_code', 'country'],
} as const;

/**
 * Reads who an event says the visitor is: its traits, then context.traits, then its properties; the first that has a
 * field gives it (interfaces.md section 5). For the e-mail the properties come before context.traits.
 */
export async function identityOf(event: Event): Promise<Identity> {
  const contextTraits = fieldsIn(event.context, 'traits');
  const places = [event.traits, contextTraits, event.properties];
  const email =
    (await emailSha256(event.traits['email'])) ??
    (await emailSha256(event.properties['email'])) ??
    (await emailSha256(contextTraits['email']));
  return withoutUndefined({
    emailSha256: email,
    firstName: firstText(places, FIELD_NAMES.firstName, MAX_NAME_CHARS),
    lastName: firstText(places, FIELD_NAMES.lastName, MAX_NAME_CHARS),
    companyName: firstText(places, FIELD_NAMES.companyName, MAX_TEXT_CHARS),
    // Every page has a title, and it is not the visitor's.
    title: firstText(event.type === 'page' ? [event.traits, contextTraits] : places, FIELD_NAMES.title, MAX_TEXT_CHARS),
    countryCode: countryCode(places),
    userId: event.userId === '' ? undefined : (event.userId ?? undefined),
  });
}

/** Joins what was known of the visitor with what an event adds; the newer word counts, and of somebody else nothing. */
export function mergeIdentity(known: Identity, added: Identity): Identity {
  const isSomebodyElse = known.userId !== undefined && added.userId !== undefined && known.userId !== added.userId;
  return isSomebodyElse ? added : { ...known, ...added };
}

/** This is true when LinkedIn could find the person by it. */
export function identifies({ emailSha256: email, firstName, lastName }: Identity): boolean {
  return email !== undefined || (firstName !== undefined && lastName !== undefined);
}

/** The text of a field, without white space around it; a text that is nothing else is none. */
export function textIn(value: unknown, maxChars: number): string | undefined {
  // Segment's spec has company as an object with a name.
  const text = typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
  return typeof text === 'string' && text.isWellFormed() && text.trim() !== '' ? cut(text.trim(), maxChars) : undefined;
}

/** Two letters in capitals: LinkedIn's own form (ISO 3166-1). */
export function countryIn(value: unknown): string | undefined {
  const code = textIn(value, MAX_TEXT_CHARS)?.toUpperCase();
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

function firstText(places: readonly Fields[], names: readonly string[], maxChars: number): string | undefined {
  for (const place of places) {
    for (const name of names) {
      const text = textIn(place[name], maxChars);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** Cuts between characters: half of one would be another one by the time it arrives. */
function cut(text: string, maxChars: number): string {
  const short = text.slice(0, maxChars);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

function countryCode(places: readonly Fields[]): string | undefined {
  const addresses = places.map((place) => fieldsIn(place, 'address'));
  return countryIn(firstText([...places, ...addresses], FIELD_NAMES.countryCode, MAX_TEXT_CHARS));
}

/** Leaves out what is not there, so that it hides nothing that was known. */
export function withoutUndefined(identity: { [Key in keyof Identity]: Identity[Key] | undefined }): Identity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}
