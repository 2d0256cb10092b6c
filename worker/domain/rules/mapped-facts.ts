import type { ConversionValue } from '../../schema/events/conversion-event.ts';
import type { Event } from '../../schema/events/event.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { Mapping, MappingFields } from '../../schema/settings/mapping.ts';
import type { ConversionFacts } from '../collect/conversion-element.ts';
import { mappedEventId } from '../collect/event-id.ts';
import { eventTime } from '../collect/event-time.ts';
import { TooCostly } from '../fql/work-budget.ts';
import type { WorkBudget } from '../fql/work-budget.ts';
import { validClickId } from '../identity/click-id.ts';
import { emailSha256 } from '../identity/email.ts';
import { withoutUndefined } from '../identity/identity.ts';
import type { Identity } from '../identity/identity.ts';
import { externalIdIn, googleAidIn, idIn, leadUrnIn } from '../identity/partner-id.ts';
import { companyIn, nameIn, titleIn } from '../identity/person-text.ts';
import { likeness } from '../identity/same-person.ts';
import { leaveOut } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { directiveOf } from '../mapping-kit/directives.ts';
import { liquidFor } from '../mapping-kit/liquid.ts';
import { ResolveContext } from '../mapping-kit/resolve-context.ts';
import { resolveWith } from '../mapping-kit/resolve.ts';
import { countryIn } from '../reading/country.ts';
import { onlyItem } from '../reading/only-item.ts';
import { currencyGiven, moneyOf, valueIn, valueOf } from '../value/conversion-value.ts';
import { currencyOf } from '../value/currency.ts';
import { decimal, moneyIn } from '../value/decimal.ts';

/** The input of a mapping: the event and the default facts. */
export type Unmapped = {
  event: Event;
  messageId: string;
  receivedAtMs: number;
  defaultCurrency: string | undefined;
  facts: ConversionFacts;
  budget: WorkBudget;
};

/**
 * Returns the facts of a conversion. A mapping overrides the defaults; the shorthand has no mapping and uses them
 * unchanged. Returns `too_costly` when the mapping exceeds its budget.
 */
export async function factsFor(
  mapping: Mapping | undefined,
  unmapped: Unmapped,
  note: Note,
): Promise<ConversionFacts | 'too_costly'> {
  if (mapping === undefined) return unmapped.facts;
  await liquidFor(mapping.fields);
  try {
    return await mappedFacts(mapping, unmapped, note);
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    note('mapping_too_costly');
    return 'too_costly';
  }
}

/**
 * Applies a mapping to the default facts. Each mapped field replaces the default, even with an empty value. Only the
 * time and the event ID fall back to the event's own, because a conversion needs both.
 *
 * @throws TooCostly
 * @param note Called with each oddity of a mapped value.
 */
async function mappedFacts(
  { fields, default_value }: Mapping,
  unmapped: Unmapped,
  note: Note,
): Promise<ConversionFacts> {
  const { facts } = unmapped;
  const read = reader(unmapped, note);
  const has = (name: keyof MappingFields) => Object.hasOwn(fields, name);
  const mapped = (name: keyof MappingFields) => read(fields[name]).value;
  const mappedId = (name: keyof MappingFields) => wholeId(fields[name], read, note);
  const email = has('email') ? { emailSha256: await emailSha256(mapped('email'), note) } : undefined;
  // If the mapping's e-mail belongs to another person, the known identity must not be sent with it.
  const isSomebodyElses = email !== undefined && likeness(facts.identity, email) === 'somebody_else';
  const known = isSomebodyElses ? {} : facts.identity;
  return {
    ...facts,
    happenedAtMs: has('conversionHappenedAt')
      ? happenedAt(mapped('conversionHappenedAt'), unmapped, note)
      : facts.happenedAtMs,
    // With a mapping to `null`, the event keeps its own ID, as without a mapping.
    eventId:
      has('eventId') && fields.eventId !== null
        ? await eventIdFrom(read(fields.eventId), facts.eventId, note)
        : facts.eventId,
    value: value(fields, { read, unmapped, note }) ?? defaultValue(default_value, unmapped),
    identity: withoutUndefined({
      ...withUserInfo(known, fields['userInfo'], { read, note }),
      ...email,
    }),
    clickId: has('linkedInUUID') ? validClickId(trimmed(mappedId('linkedInUUID')), note) : facts.clickId,
    externalId: has('externalIds')
      ? externalIdIn(mappedId('externalIds'), note)
      : isSomebodyElses
        ? undefined
        : facts.externalId,
    acxiomId: idIn(mappedId('acxiomID'), 'acxiom_id', note),
    oracleId: idIn(mappedId('oracleID'), 'oracle_id', note),
    googleAid: googleAidIn(mappedId('googleAID'), note),
    leadUrn: has('leadId') ? leadUrnIn(mappedId('leadId'), note) : facts.leadUrn,
  };
}

/**
 * Returns the conversion's time. The event's own timestamp is already corrected by `sentAt`, so it is not parsed again.
 */
function happenedAt(mapped: unknown, { event, receivedAtMs, facts }: Unmapped, note: Note): number {
  if (mapped === undefined || mapped === null || mapped === event.timestamp) return facts.happenedAtMs;
  const time = eventTime({ timestamp: mapped, sentAt: undefined }, receivedAtMs, note);
  if (time.kind === 'ok') return time.atMs;
  note(time.kind === 'far_ahead' ? 'time_far_ahead' : 'time_unreadable');
  return facts.happenedAtMs;
}

function trimmed(mapped: unknown): unknown {
  const given = onlyItem(mapped);
  if (typeof given === 'number') return String(given);
  return typeof given === 'string' ? given.trim() : given;
}

/** The value of a field, and whether a template in it had a gap. */
type Found = { value: unknown; hasGap: boolean };
type Read = (field: unknown) => Found;

function reader({ event, messageId, receivedAtMs, budget }: Unmapped, note: Note): Read {
  const view = { ...event, messageId, receivedAt: new Date(receivedAtMs).toISOString() };
  return (field) => {
    const work = new ResolveContext(budget);
    const found = resolveWith(field, view, work);
    if (work.failures > 0) note('liquid_failed');
    if (work.unknownFilters > 0) note('liquid_filter_unknown');
    return { value: found, hasGap: work.gaps > 0 };
  };
}

/**
 * Returns the mapped event ID, or the event's own when a part is missing. Otherwise all events without that part would
 * share an ID, and all but the first would count as duplicates.
 */
async function eventIdFrom({ value: mapped, hasGap }: Found, own: string, note: Note): Promise<string> {
  if (!hasGap || mapped === '') return mappedEventId(mapped, own, note);
  note('event_id_gap');
  return own;
}

/**
 * Returns a mapped ID of a person, or undefined when a part is missing. Otherwise all people without that part would
 * share an ID.
 */
function wholeId(field: unknown, read: Read, note: Note): unknown {
  if (Array.isArray(field)) return field.map((one: unknown) => wholeId(one, read, note));
  const { value: mapped, hasGap } = read(field);
  return hasGap && mapped !== '' ? leaveOut('id_template_gap', note) : mapped;
}

function value(
  fields: MappingFields,
  { read, unmapped: { event, defaultCurrency, facts }, note }: { read: Read; unmapped: Unmapped; note: Note },
): ConversionValue | undefined {
  if (!Object.hasOwn(fields, 'conversionValue')) return facts.value;
  const field = fields['conversionValue'];
  if (isFields(field) && directiveOf(field) === undefined) {
    // The amount and the currency each have their own default.
    const money = Object.hasOwn(field, 'amount')
      ? moneyIn(read(field['amount']).value, note)
      : moneyOf(event.properties, note);
    const currency = Object.hasOwn(field, 'currencyCode')
      ? read(field['currencyCode']).value
      : currencyGiven(event.properties);
    return valueIn(money, currency, { defaultCurrency, note });
  }
  const whole = onlyItem(read(field).value);
  if (!isFields(whole))
    return valueIn(moneyIn(whole, note), currencyGiven(event.properties), { defaultCurrency, note });
  return valueIn(moneyIn(whole['amount'], note), whole['currencyCode'] ?? whole['currency'], { defaultCurrency, note });
}

function defaultValue(
  given: Mapping['default_value'],
  { event, defaultCurrency }: Unmapped,
): ConversionValue | undefined {
  // A negative amount is a refund and gets no default value.
  if (given === null || moneyOf(event.properties)?.amount.lt(0) === true) return undefined;
  return valueOf(
    decimal(given.amount),
    given.currency ?? currencyOf(currencyGiven(event.properties)) ?? defaultCurrency,
  );
}

function withUserInfo(
  identity: Identity,
  field: unknown,
  { read: readField, note }: { read: Read; note: Note },
): { [Key in keyof Identity]: Identity[Key] | undefined } {
  if (field === undefined) return identity;
  const isWhole = !isFields(field) || directiveOf(field) !== undefined;
  const given = readField(field).value;
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
