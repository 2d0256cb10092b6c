import type { ConversionValue } from '../schema/conversion-event.ts';
import type { Event } from '../schema/event.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { Mapping, MappingFields } from '../schema/mapping.ts';
import { validClickId } from './click-id.ts';
import type { ConversionFacts } from './conversion-element.ts';
import { amountIn, currencyOf, valueOf } from './conversion-value.ts';
import { countryIn } from './country.ts';
import { decimal } from './decimal.ts';
import { emailSha256 } from './email.ts';
import { mappedEventId } from './event-id.ts';
import { eventTime } from './event-time.ts';
import { TooCostly } from './fql/work-budget.ts';
import type { WorkBudget } from './fql/work-budget.ts';
import { withoutUndefined } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Note } from './lint/note.ts';
import { directiveOf, resolve } from './mapping-kit/resolve.ts';
import { externalIdIn, googleAidIn, idIn, leadUrnIn } from './partner-id.ts';
import { companyIn, nameIn, titleIn } from './person-text.ts';
import { likeness } from './same-person.ts';

/** What a mapping starts from: the event and what it gives by default. */
export type Unmapped = {
  event: Event;
  messageId: string;
  receivedAtMs: number;
  defaultCurrency: string | undefined;
  facts: ConversionFacts;
  budget: WorkBudget;
};

/** The facts of a conversion by a mapping, or by the shorthand, which is none; or that the mapping is too costly for the event. */
export async function factsFor(
  mapping: Mapping | undefined,
  unmapped: Unmapped,
  note: Note,
): Promise<ConversionFacts | 'too_costly'> {
  if (mapping === undefined) return unmapped.facts;
  try {
    return await mappedFacts(mapping, unmapped, note);
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    note('mapping_too_costly');
    return 'too_costly';
  }
}

/**
 * Lays a mapping over the defaults: each of its fields replaces the default, also with nothing. Only the time and the event
 * id, without which there is no conversion, fall back to the event's own.
 *
 * @throws TooCostly
 * @param note Told what was odd about what the mapping takes.
 */
async function mappedFacts(
  { fields, default_value }: Mapping,
  unmapped: Unmapped,
  note: Note,
): Promise<ConversionFacts> {
  const { event, facts, budget } = unmapped;
  const view = { ...event, messageId: unmapped.messageId };
  const has = (name: keyof MappingFields) => Object.hasOwn(fields, name);
  const mapped = (name: keyof MappingFields) => resolve(fields[name], view, budget);
  const email = has('email') ? { emailSha256: await emailSha256(mapped('email'), note) } : undefined;
  // Of whoever is known by another e-mail than the one that the mapping takes, nothing goes with that one.
  const isSomebodyElses = email !== undefined && likeness(facts.identity, email) === 'somebody_else';
  const known = isSomebodyElses ? {} : facts.identity;
  return {
    ...facts,
    happenedAtMs: has('conversionHappenedAt')
      ? happenedAt(mapped('conversionHappenedAt'), unmapped, note)
      : facts.happenedAtMs,
    // One that says nothing, by `null`, leaves the event its own as one that is left out does.
    eventId:
      has('eventId') && fields.eventId !== null
        ? await mappedEventId(mapped('eventId'), facts.eventId, note)
        : facts.eventId,
    value: value(fields, { view, unmapped, note }) ?? defaultValue(default_value, unmapped),
    identity: withoutUndefined({
      ...withUserInfo(known, fields['userInfo'], { view, budget, note }),
      ...email,
    }),
    clickId: has('linkedInUUID') ? validClickId(trimmed(mapped('linkedInUUID')), note) : facts.clickId,
    externalId: has('externalIds')
      ? externalIdIn(mapped('externalIds'), note)
      : isSomebodyElses
        ? undefined
        : facts.externalId,
    acxiomId: idIn(mapped('acxiomID'), 'acxiom_id', note),
    oracleId: idIn(mapped('oracleID'), 'oracle_id', note),
    googleAid: googleAidIn(mapped('googleAID'), note),
    leadUrn: leadUrnIn(mapped('leadId'), note),
  };
}

/** The event's own time is the one that was corrected by `sentAt`, so it is not read anew. */
function happenedAt(mapped: unknown, { event, receivedAtMs, facts }: Unmapped, note: Note): number {
  if (mapped === undefined || mapped === null || mapped === event.timestamp) return facts.happenedAtMs;
  const time =
    typeof mapped === 'string' || typeof mapped === 'number'
      ? eventTime({ timestamp: mapped, sentAt: undefined }, receivedAtMs, note)
      : undefined;
  if (time?.kind === 'ok') return time.atMs;
  note(time?.kind === 'far_ahead' ? 'time_far_ahead' : 'time_unreadable');
  return facts.happenedAtMs;
}

function trimmed(mapped: unknown): unknown {
  if (typeof mapped === 'number') return String(mapped);
  return typeof mapped === 'string' ? mapped.trim() : mapped;
}

type View = Readonly<Record<string, unknown>>;

function value(
  fields: MappingFields,
  { view, unmapped: { event, defaultCurrency, facts, budget }, note }: { view: View; unmapped: Unmapped; note: Note },
): ConversionValue | undefined {
  if (!Object.hasOwn(fields, 'conversionValue')) return facts.value;
  const field = fields['conversionValue'];
  if (isFields(field) && directiveOf(field) === undefined) {
    // Each half has its own default.
    const amount = Object.hasOwn(field, 'amount')
      ? decimal(resolve(field['amount'], view, budget), note)
      : amountIn(event.properties, note);
    const currency = resolve(
      Object.hasOwn(field, 'currencyCode') ? field['currencyCode'] : event.properties['currency'],
      view,
      budget,
    );
    return valueOf(amount, currencyOf(currency, note) ?? defaultCurrency, note);
  }
  const whole = resolve(field, view, budget);
  if (!isFields(whole))
    return valueOf(decimal(whole, note), currencyOf(event.properties['currency'], note) ?? defaultCurrency, note);
  const currency = currencyOf(whole['currencyCode'] ?? whole['currency'], note) ?? defaultCurrency;
  return valueOf(decimal(whole['amount'], note), currency, note);
}

function defaultValue(
  given: Mapping['default_value'],
  { event, defaultCurrency }: Unmapped,
): ConversionValue | undefined {
  // A negative amount is a refund, and worth no default.
  if (given === null || amountIn(event.properties)?.lt(0) === true) return undefined;
  return valueOf(decimal(given.amount), given.currency ?? currencyOf(event.properties['currency']) ?? defaultCurrency);
}

function withUserInfo(
  identity: Identity,
  field: unknown,
  { view, budget, note }: { view: View; budget: WorkBudget; note: Note },
): { [Key in keyof Identity]: Identity[Key] | undefined } {
  if (field === undefined) return identity;
  const isWhole = !isFields(field) || directiveOf(field) !== undefined;
  const given = resolve(field, view, budget);
  const info: Fields = isFields(given) ? given : {};
  const read = <Value>(name: string, own: Value, readIn: (found: unknown) => Value): Value =>
    isWhole || Object.hasOwn(info, name) ? readIn(info[name]) : own;
  return {
    ...identity,
    firstName: read('firstName', identity.firstName, (found) => nameIn(found, note)),
    lastName: read('lastName', identity.lastName, (found) => nameIn(found, note)),
    companyName: read('companyName', identity.companyName, (found) => companyIn(found, note)),
    title: read('title', identity.title, (found) => titleIn(found, note)),
    countryCode: read('countryCode', identity.countryCode, (found) => countryIn(found, note)),
  };
}
