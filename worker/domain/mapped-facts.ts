import type { ConversionValue } from '../schema/conversion-event.ts';
import type { Event } from '../schema/event.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { Mapping, MappingFields } from '../schema/mapping.ts';
import { validClickId } from './click-id.ts';
import { eventIdOf } from './conversion-element.ts';
import type { ConversionFacts } from './conversion-element.ts';
import { amountIn, currencyOf, valueOf } from './conversion-value.ts';
import { decimal } from './decimal.ts';
import { emailSha256 } from './email.ts';
import { eventTime } from './event-time.ts';
import { countryIn, MAX_NAME_CHARS, MAX_TEXT_CHARS, textIn, withoutUndefined } from './identity.ts';
import type { Identity } from './identity.ts';
import { directiveOf, resolve } from './mapping-kit/resolve.ts';

/** Longer than any id of LinkedIn's partners. */
const MAX_ID_CHARS = 256;
const LEAD_PREFIX = 'urn:li:leadGenFormResponse:';
const NO_DEVICE = '00000000-0000-0000-0000-000000000000';

/** What a mapping starts from: the event and what it gives by default. */
export type Unmapped = {
  event: Event;
  messageId: string;
  receivedAtMs: number;
  defaultCurrency: string | undefined;
  facts: ConversionFacts;
};

/**
 * Lays a mapping over the defaults: each of its fields replaces the default, also with nothing. Only the time and the event
 * id, without which there is no conversion, fall back to the event's own.
 */
export async function mappedFacts({ fields, default_value }: Mapping, unmapped: Unmapped): Promise<ConversionFacts> {
  const { event, facts } = unmapped;
  const view = { ...event, messageId: unmapped.messageId };
  const has = (name: keyof MappingFields) => Object.hasOwn(fields, name);
  const mapped = (name: keyof MappingFields) => resolve(fields[name], view);
  return {
    ...facts,
    happenedAtMs: has('conversionHappenedAt')
      ? happenedAt(mapped('conversionHappenedAt'), unmapped)
      : facts.happenedAtMs,
    eventId: has('eventId') ? await eventIdIn(mapped('eventId'), facts.eventId) : facts.eventId,
    value: value(fields, view, unmapped) ?? defaultValue(default_value, unmapped),
    identity: withoutUndefined({
      ...withUserInfo(facts.identity, fields['userInfo'], view),
      ...(has('email') && { emailSha256: await emailSha256(mapped('email')) }),
    }),
    clickId: has('linkedInUUID') ? validClickId(idIn(mapped('linkedInUUID'))) : facts.clickId,
    externalId: has('externalIds') ? firstId(mapped('externalIds')) : facts.externalId,
    acxiomId: idIn(mapped('acxiomID')),
    oracleId: idIn(mapped('oracleID')),
    googleAid: googleAidIn(mapped('googleAID')),
    leadUrn: leadUrnIn(mapped('leadId')),
  };
}

/** The event's own time is the one that was corrected by `sentAt`, so it is not read anew. */
function happenedAt(mapped: unknown, { event, receivedAtMs, facts }: Unmapped): number {
  if (typeof mapped !== 'string' && typeof mapped !== 'number') return facts.happenedAtMs;
  if (mapped === event.timestamp) return facts.happenedAtMs;
  const time = eventTime({ timestamp: mapped, sentAt: undefined }, receivedAtMs);
  return time.kind === 'ok' ? time.atMs : facts.happenedAtMs;
}

async function eventIdIn(mapped: unknown, own: string): Promise<string> {
  const id = textIn(typeof mapped === 'number' ? String(mapped) : mapped, Number.MAX_SAFE_INTEGER);
  return id === undefined || id.includes('\u0000') ? own : eventIdOf(id);
}

type View = Readonly<Record<string, unknown>>;

function value(
  fields: MappingFields,
  view: View,
  { event, defaultCurrency, facts }: Unmapped,
): ConversionValue | undefined {
  if (!Object.hasOwn(fields, 'conversionValue')) return facts.value;
  const field = fields['conversionValue'];
  if (isFields(field) && directiveOf(field) === undefined) {
    // Each half has its own default.
    const amount = Object.hasOwn(field, 'amount')
      ? decimal(resolve(field['amount'], view))
      : amountIn(event.properties);
    const currency = resolve(
      Object.hasOwn(field, 'currencyCode') ? field['currencyCode'] : event.properties['currency'],
      view,
    );
    return valueOf(amount, currencyOf(currency) ?? defaultCurrency);
  }
  const whole = resolve(field, view);
  return isFields(whole)
    ? valueOf(decimal(whole['amount']), currencyOf(whole['currencyCode'] ?? whole['currency']) ?? defaultCurrency)
    : valueOf(decimal(whole), currencyOf(event.properties['currency']) ?? defaultCurrency);
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
  view: View,
): { [Key in keyof Identity]: Identity[Key] | undefined } {
  if (field === undefined) return identity;
  const isWhole = !isFields(field) || directiveOf(field) !== undefined;
  const given = resolve(field, view);
  const info: Fields = isFields(given) ? given : {};
  const read = <Value>(name: string, own: Value, readIn: (found: unknown) => Value): Value =>
    isWhole || Object.hasOwn(info, name) ? readIn(info[name]) : own;
  const name = (found: unknown) => textIn(found, MAX_NAME_CHARS);
  const text = (found: unknown) => textIn(found, MAX_TEXT_CHARS);
  return {
    ...identity,
    firstName: read('firstName', identity.firstName, name),
    lastName: read('lastName', identity.lastName, name),
    companyName: read('companyName', identity.companyName, text),
    title: read('title', identity.title, text),
    countryCode: read('countryCode', identity.countryCode, countryIn),
  };
}

function idIn(mapped: unknown): string | undefined {
  const id = textIn(typeof mapped === 'number' ? String(mapped) : mapped, MAX_ID_CHARS + 1);
  // A part of an id is another id.
  return id !== undefined && id.length <= MAX_ID_CHARS ? id : undefined;
}

/** LinkedIn reads the first and ignores the rest. */
function firstId(mapped: unknown): string | undefined {
  const ids: readonly unknown[] = Array.isArray(mapped) ? mapped : [mapped];
  return ids.map(idIn).find((id) => id !== undefined);
}

function googleAidIn(mapped: unknown): string | undefined {
  const id = idIn(mapped)?.toLowerCase();
  // All zeros is what a phone says whose owner does not want to be followed.
  return id !== undefined && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id) && id !== NO_DEVICE ? id : undefined;
}

function leadUrnIn(mapped: unknown): string | undefined {
  const given = idIn(mapped);
  const id = given?.startsWith(LEAD_PREFIX) === true ? given.slice(LEAD_PREFIX.length) : given;
  return id !== undefined && /^[\w-]+$/.test(id) ? `${LEAD_PREFIX}${id}` : undefined;
}
