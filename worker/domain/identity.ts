import type { Event } from '../schema/event.ts';
import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { countryIn } from './country.ts';
import { emailSha256 } from './email.ts';
import { unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';
import { companyIn, nameIn, titleIn } from './person-text.ts';

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
 *
 * @param note Told what was odd about it.
 */
export async function identityOf(event: Event, note: Note = unnoted): Promise<Identity> {
  const contextTraits = fieldsIn(event.context, 'traits');
  const places = [event.traits, contextTraits, event.properties];
  const addresses = places.map((place) => fieldsIn(place, 'address'));
  const email =
    (await emailSha256(event.traits['email'], note)) ??
    (await emailSha256(event.properties['email'], note)) ??
    (await emailSha256(contextTraits['email'], note));
  return withoutUndefined({
    emailSha256: email,
    firstName: first(places, FIELD_NAMES.firstName, nameIn, note),
    lastName: first(places, FIELD_NAMES.lastName, nameIn, note),
    companyName: first(places, FIELD_NAMES.companyName, companyIn, note),
    // Every page has a title, and it is not the visitor's.
    title: first(event.type === 'page' ? [event.traits, contextTraits] : places, FIELD_NAMES.title, titleIn, note),
    countryCode: first([...places, ...addresses], FIELD_NAMES.countryCode, countryIn, note),
    userId: event.userId === '' ? undefined : (event.userId ?? undefined),
  });
}

/** Joins what was known of the visitor with what an event adds; the newer word counts, and of somebody else nothing. */
export function mergeIdentity(known: Identity, added: Identity): Identity {
  const isSomebodyElse = known.userId !== undefined && added.userId !== undefined && known.userId !== added.userId;
  return isSomebodyElse ? added : { ...known, ...added };
}

/** The first place and name that give something. */
function first(
  places: readonly Fields[],
  names: readonly string[],
  read: (value: unknown, note: Note) => string | undefined,
  note: Note,
): string | undefined {
  for (const place of places) {
    for (const name of names) {
      const text = read(place[name], note);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** Leaves out what is not there, so that it hides nothing that was known. */
export function withoutUndefined(identity: { [Key in keyof Identity]: Identity[Key] | undefined }): Identity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}
