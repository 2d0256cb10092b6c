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

/**
 * The names under which SDKs, CRMs and forms send a field, the usual one first; each in any case, and with or without `_`,
 * `-` and spaces.
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
 * Reads who an event says the visitor is: its traits, then context.traits, then its properties; the first that has a
 * field gives it (docs/reference/mappings.md). For the e-mail the properties come before context.traits.
 *
 * A place that has another e-mail speaks of another person, and gives nothing: the traits of whoever is logged in say
 * nothing of the friend whose address stands in a form.
 *
 * @param note Told what was odd about it.
 */
export async function identityOf(said: Event, note: Note = unnoted): Promise<Identity> {
  // The traits of a group are a company's: its name, its e-mail, its country.
  const event = said.type === 'group' ? { ...said, traits: {} } : said;
  const ownTraits = withBothNames(event.traits, BOTH_NAMES);
  const contextTraits = withBothNames(fieldsIn(event.context, 'traits'), BOTH_NAMES);
  // Google's tags have the person there.
  const userData = fieldsIn(event.properties, 'user_data');
  const email =
    (await emailIn(ownTraits, note)) ??
    (await emailIn(event.properties, note)) ??
    (await emailIn(contextTraits, note)) ??
    (await emailIn(userData, note));
  const claimed = email ?? (await emailClaim(event));
  const [traits, context, properties, user] = await Promise.all(
    [ownTraits, contextTraits, event.properties, userData].map((place) => unlessSomebodyElses(place, claimed)),
  );
  const places = ofOneName([traits, context, properties, user].filter((place) => place !== undefined));
  const addresses = places.flatMap(addressesIn);
  // Every page has a title, and it is not the visitor's.
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

/** The first e-mail of a place that can be sent. */
async function emailIn(place: Fields, note: Note): Promise<string | undefined> {
  for (const given of fieldsCalled(place, FIELD_NAMES.email)) {
    const hash = await emailSha256(given, note);
    if (hash !== undefined) return hash;
  }
  return undefined;
}

/** One address, or GA4's list of them. */
function addressesIn(place: Fields): Fields[] {
  const address = fieldCalled(place, ['address']);
  const addresses: readonly unknown[] = Array.isArray(address) ? address.slice(0, 1) : [address];
  return addresses.filter(isFields);
}

/** A place of an event, unless it has another e-mail than the event's. */
async function unlessSomebodyElses(place: Fields, email: string | undefined): Promise<Fields | undefined> {
  const other = (await emailIn(place, unnoted)) ?? (await claimIn(place));
  return likeness({ emailSha256: other }, { emailSha256: email }) === 'somebody_else' ? undefined : place;
}

/** Leaves out the places that name somebody else than the first that names anybody. */
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

/** Joins what was known of the visitor with what an event adds; the newer word counts, and of somebody else nothing. */
export function mergeIdentity(known: Identity, added: Identity): Identity {
  return likeness(known, added) === 'somebody_else' ? added : { ...known, ...added };
}

/** The first place and name that give something. */
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

/** Leaves out what is not there, so that it hides nothing that was known. */
export function withoutUndefined(identity: { [Key in keyof Identity]: Identity[Key] | undefined }): Identity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}
