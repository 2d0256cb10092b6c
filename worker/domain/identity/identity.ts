import type { Event } from '../../schema/events/event.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { countryIn } from '../reading/country.ts';
import { fieldCalled, fieldsCalled } from '../reading/field-called.ts';
import { claimIn, emailClaim } from './email-claim.ts';
import { emailSha256 } from './email.ts';
import { withBothNames } from './name-of-person.ts';
import { companyIn, nameIn, titleIn } from './person-text.ts';
import { areNamesDifferent, likeness } from './same-person.ts';
import { sensibleId } from './sensible-id.ts';

/**
 * The visitor's identity, in the fields that LinkedIn can use. The e-mail is already hashed. The clear address exists
 * only during the call that hashes it.
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

/**
 * The names that SDKs, CRMs and forms use for a field, with the usual one first. Case, `_`, `-` and spaces don't
 * matter.
 */
const FIELD_NAMES = {
  email: ['email', 'emailaddress', 'emailsha256', 'sha256email', 'sha256emailaddress', 'hashedemail', 'emailhash'],
  firstName: ['firstName', 'first_name', 'firstname', 'givenname', 'fname'],
  lastName: ['lastName', 'last_name', 'lastname', 'familyname', 'surname', 'lname'],
  companyName: ['companyName', 'company_name', 'company', 'companyname', 'organization', 'organisation'],
  title: ['title', 'jobTitle', 'job_title', 'jobtitle'],
  countryCode: ['countryCode', 'country_code', 'country', 'countrycode', 'countryname'],
} as const;
const BOTH_NAMES = [FIELD_NAMES.firstName, FIELD_NAMES.lastName];

/**
 * Reads who the visitor is from an event's traits, then context.traits, then its properties. The first place that has a
 * field wins (docs/reference/mappings.md). For the e-mail, the properties come before context.traits.
 *
 * A place with a different e-mail describes another person and is ignored. For example, the traits of the logged-in
 * person don't describe the friend whose address is in a form.
 *
 * @param note Called with each oddity of a value.
 */
export async function identityOf(said: Event, note: Note = unnoted): Promise<Identity> {
  // A group's traits describe a company: its name, its e-mail, its country.
  const event = said.type === 'group' ? { ...said, traits: {} } : said;
  const ownTraits = withBothNames(event.traits, BOTH_NAMES);
  const contextTraits = withBothNames(fieldsIn(event.context, 'traits'), BOTH_NAMES);
  // Google's tags put the person in `user_data`.
  const userData = fieldsIn(event.properties, 'user_data');
  let email: string | undefined;
  // Each place's address is hashed once.
  const emails = new Map<Fields, string | undefined>();
  for (const place of [ownTraits, event.properties, contextTraits, userData]) {
    email = await emailIn(place, note);
    emails.set(place, email);
    if (email !== undefined) break;
  }
  const claimed = email ?? (await emailClaim(event));
  const [traits, context, properties, user] = await Promise.all(
    [ownTraits, contextTraits, event.properties, userData].map(async (place) => {
      const own = emails.has(place) ? emails.get(place) : await emailIn(place, unnoted);
      return isSomebodyElses(own ?? (await claimIn(place)), claimed) ? undefined : place;
    }),
  );
  const places = ofOneName([traits, context, properties, user].filter((place) => place !== undefined));
  const addresses = places.flatMap(addressesIn);
  // A page's `title` property is the title of the page, not a job title.
  const titled = event.type === 'page' ? places.filter((place) => place !== properties) : places;
  return withoutUndefined({
    emailSha256: email,
    firstName: first([...places, ...addresses], FIELD_NAMES.firstName, nameIn, note),
    lastName: first([...places, ...addresses], FIELD_NAMES.lastName, nameIn, note),
    companyName:
      first(places, FIELD_NAMES.companyName, companyIn, note) ??
      (said.type === 'group' ? companyIn(said.traits['name'], note) : undefined),
    title: first(titled, FIELD_NAMES.title, titleIn, note),
    countryCode: first([...places, ...addresses], FIELD_NAMES.countryCode, countryIn, note),
    userId: sensibleId(event.userId),
  });
}

/** Returns the first e-mail in a place that can be sent. */
async function emailIn(place: Fields, note: Note): Promise<string | undefined> {
  for (const given of fieldsCalled(place, FIELD_NAMES.email)) {
    const hash = await emailSha256(given, note);
    if (hash !== undefined) return hash;
  }
  return undefined;
}

/** Returns the place's address. GA4 sends a list of addresses, and only the first is used. */
function addressesIn(place: Fields): Fields[] {
  const address = fieldCalled(place, ['address']);
  const addresses: readonly unknown[] = Array.isArray(address) ? address.slice(0, 1) : [address];
  return addresses.filter(isFields);
}

/** Whether an e-mail is another one than the event's. */
function isSomebodyElses(other: string | undefined, email: string | undefined): boolean {
  return likeness({ emailSha256: other }, { emailSha256: email }) === 'somebody_else';
}

/** Leaves out the places whose name differs from the first name found. */
function ofOneName(places: readonly Fields[]): Fields[] {
  const named = places.map((place) => ({ place, names: namesIn(place) }));
  const whose = named.find(({ names }) => names.firstName !== undefined || names.lastName !== undefined)?.names ?? {};
  return named.filter(({ names }) => !areNamesDifferent(whose, names)).map(({ place }) => place);
}

function namesIn(place: Fields): Pick<Identity, 'firstName' | 'lastName'> {
  const firstName = first([place], FIELD_NAMES.firstName, nameIn, unnoted);
  const lastName = first([place], FIELD_NAMES.lastName, nameIn, unnoted);
  return { ...(firstName !== undefined && { firstName }), ...(lastName !== undefined && { lastName }) };
}

/**
 * Adds an event's identity to the known one. Newer values win. When the event is from somebody else, the known values
 * are dropped.
 */
export function mergeIdentity(known: Identity, added: Identity): Identity {
  return likeness(known, added) === 'somebody_else' ? added : { ...known, ...added };
}

/** Returns the first readable value, by place and then by field name. */
function first(
  places: readonly Fields[],
  names: readonly string[],
  read: (value: unknown, note: Note) => string | undefined,
  note: Note,
): string | undefined {
  for (const place of places) {
    for (const given of fieldsCalled(place, names)) {
      const text = read(given, note);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** Removes undefined fields, so that they don't overwrite known ones. */
export function withoutUndefined(identity: { [Key in keyof Identity]: Identity[Key] | undefined }): Identity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}
