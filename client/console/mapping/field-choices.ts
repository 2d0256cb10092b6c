import type { MappingFields } from '../../../worker/schema/settings/mapping.ts';

/** LinkedIn's fields, in the order of the editor's rows. */
export const FIELD_NAMES = [
  'conversionValue.amount',
  'conversionValue.currencyCode',
  'eventId',
  'conversionHappenedAt',
  'email',
  'linkedInUUID',
  'userInfo.firstName',
  'userInfo.lastName',
  'userInfo.companyName',
  'userInfo.title',
  'userInfo.countryCode',
  'externalIds',
  'leadId',
  'acxiomID',
  'googleAID',
  'oracleID',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** How a field gets its value. `json` is a mapping-kit directive that has no row type of its own. */
export type FieldChoice =
  | { kind: 'default' }
  | { kind: 'nothing' }
  | { kind: 'path' | 'template' | 'fixed' | 'json'; text: string };
export type FieldChoices = Readonly<Record<FieldName, FieldChoice>>;

/**
 * Reads a mapping's fields as choices.
 *
 * @returns undefined if a whole `conversionValue` or `userInfo` is one directive, which rows for its members cannot show.
 */
export function choicesOf(fields: MappingFields): FieldChoices | undefined {
  const given = new Map<string, unknown>(Object.entries(fields));
  for (const whole of ['conversionValue', 'userInfo']) {
    const value = given.get(whole);
    if (value === undefined) continue;
    // Rows cannot show null either: it disables the whole object.
    if (!isObject(value) || directiveIn(value) !== undefined) return undefined;
    given.delete(whole);
    for (const [member, of] of Object.entries(value)) given.set(`${whole}.${member}`, of);
  }
  const choice = (name: FieldName): FieldChoice => choiceOf(given.get(name), given.has(name));
  return everyField(choice);
}

/** Writes choices as a mapping's fields. @throws SyntaxError for invalid JSON; the message begins with the field's name. */
export function fieldsOf(choices: FieldChoices): MappingFields {
  const fields: Record<string, unknown> = {};
  const members: Record<string, Record<string, unknown>> = {};
  for (const name of FIELD_NAMES) {
    const value = valueOf(name, choices[name]);
    if (value === undefined) continue;
    const [whole = '', member] = name.split('.');
    if (member === undefined) fields[name] = value;
    else members[whole] = { ...members[whole], [member]: value };
  }
  // The API checks each value, and names an invalid directive by its pointer.
  return JSON.parse(JSON.stringify({ ...fields, ...members }));
}

function choiceOf(value: unknown, isGiven: boolean): FieldChoice {
  if (!isGiven || value === undefined) return { kind: 'default' };
  if (value === null) return { kind: 'nothing' };
  if (typeof value === 'string' && value !== '') return { kind: 'fixed', text: value };
  if (isObject(value) && Object.keys(value).length === 1) {
    const path: unknown = value['@path'];
    if (typeof path === 'string') return { kind: 'path', text: path };
    const template: unknown = value['@template'];
    if (typeof template === 'string') return { kind: 'template', text: template };
  }
  return { kind: 'json', text: JSON.stringify(value) };
}

function valueOf(name: FieldName, choice: FieldChoice): unknown {
  switch (choice.kind) {
    case 'default':
      return undefined;
    case 'nothing':
      return null;
    case 'path':
      return { '@path': choice.text.startsWith('$') ? choice.text.trim() : `$.${choice.text.trim()}` };
    case 'template':
      return { '@template': choice.text };
    case 'fixed':
      return choice.text;
    case 'json':
      try {
        return JSON.parse(choice.text);
      } catch {
        throw new SyntaxError(name);
      }
  }
}

function directiveIn(value: object): string | undefined {
  return Object.keys(value).find((key) => key.startsWith('@'));
}

/** Checks for an object with members, and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Written out in full, so that the compiler reports a missing one. */
function everyField(of: (name: FieldName) => FieldChoice): FieldChoices {
  return {
    'conversionValue.amount': of('conversionValue.amount'),
    'conversionValue.currencyCode': of('conversionValue.currencyCode'),
    eventId: of('eventId'),
    conversionHappenedAt: of('conversionHappenedAt'),
    email: of('email'),
    linkedInUUID: of('linkedInUUID'),
    'userInfo.firstName': of('userInfo.firstName'),
    'userInfo.lastName': of('userInfo.lastName'),
    'userInfo.companyName': of('userInfo.companyName'),
    'userInfo.title': of('userInfo.title'),
    'userInfo.countryCode': of('userInfo.countryCode'),
    externalIds: of('externalIds'),
    leadId: of('leadId'),
    acxiomID: of('acxiomID'),
    googleAID: of('googleAID'),
    oracleID: of('oracleID'),
  };
}
