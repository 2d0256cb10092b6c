import { isFields } from '../../schema/fields.ts';
import type { AuditedChange } from '../../schema/reports/audit.ts';
import { withoutAddresses } from '../privacy/without-addresses.ts';

/**
 * The settings whose values the audit log records, as JSON pointers. `*` stands for any name, or for an element by its
 * ID. Everything else is recorded by name only: secrets, addresses of people, and settings that a later release adds.
 */
const SHOWN: readonly (readonly string[])[] = `
  /name /enabled /labels
  /allowed_origins /require_origin /unknown_consent /bot_filter /internal_cookie /max_events_per_minute
  /retention_days /dead_letter_days
  /consent_categories /config/account_id /config/conversion_rule_id/* /config/oauth_client_id
  /config/rate_limit_rps /config/rate_limit_burst /config/quota_per_minute /config/quota_per_day
  /config/linkedin_version /config/allow_unknown_version /config/send_ip /config/send_external_id /config/hash_names
  /config/hold_for_identity_minutes /config/default_currency /config/test_mode
  /config/mappings/*/name /config/mappings/*/enabled /config/mappings/*/trigger
  /config/mappings/*/conversion_rule_id /config/mappings/*/fields/* /config/mappings/*/default_value
  /config/mappings/*/once_per_membership
  /trigger /conversion_rule_id /fields/* /default_value /once_per_membership
  /type /attribution_type /post_click_attribution_window_size /view_through_attribution_window_size /value_type
  /campaign_ids
  /source_ids /min_severity /quiet_hours /time_zone /digest /address
  /kind /lawful_basis /event /stages
  /role /expires_at
`
  .trim()
  .split(/\s+/)
  .map((pointer) => pointer.slice(1).split('/'));

/** Fields that only identify the object, or that are already in the path. */
const OF_IDENTITY: ReadonlySet<string> = new Set(['/id', '/source_id', '/vendor', '/write_key', '/copy_from']);

/** The log is stored for ever, and is read by people. */
const MAX_CHARS = 300;
const MAX_CHANGES = 40;
const MAX_ITEMS = 20;

/**
 * Returns what a change did, setting by setting.
 *
 * @param before The object as the API shows it, and `after` the same. Empty when it did not exist.
 * @param sent The fields of the request, as JSON pointers. For a new object, only these are recorded.
 * @returns At most 40 changes. E-mail addresses in values are masked, and long values are cut.
 */
export function auditedChanges(
  { before, after }: { before: object; after: object },
  sent: readonly string[],
): AuditedChange[] {
  const isNew = Object.keys(before).length === 0;
  const known = SHOWN.flatMap((names) => {
    const [one, other] = [valuesAt(before, names), valuesAt(after, names)];
    return [...new Set([...one.keys(), ...other.keys()])].flatMap((field) =>
      isNew && !isSent(field, sent) ? [] : changeOf(field, one.get(field), other.get(field)),
    );
  });
  const hidden = sent.filter((field) => !isShown(field) && !OF_IDENTITY.has(field) && !isSame(before, after, field));
  return [...known, ...hidden.map((field) => ({ field, is_hidden: true as const }))].slice(0, MAX_CHANGES);
}

/** Reads all values that a pattern has in an object, by their JSON pointers. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[], at = ''): Map<string, unknown> {
  if (name === undefined) return new Map(value === undefined ? [] : [[at, value]]);
  const members = membersOf(value).filter(([own]) => name === '*' || name === own);
  return new Map(members.flatMap(([own, member]) => [...valuesAt(member, rest, `${at}/${escaped(own)}`)]));
}

function membersOf(value: unknown): [name: string, value: unknown][] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown): [string, unknown][] =>
      isFields(item) && typeof item['id'] === 'string' ? [[item['id'], item]] : [],
    );
  return isFields(value) ? Object.entries(value) : [];
}

function changeOf(field: string, from: unknown, to: unknown): AuditedChange[] {
  if (JSON.stringify(from ?? null) === JSON.stringify(to ?? null)) return [];
  if (isList(from) || isList(to)) {
    const [before, after] = [listOf(from), listOf(to)];
    const removed = before.filter((item) => !after.includes(item)).slice(0, MAX_ITEMS);
    const added = after.filter((item) => !before.includes(item)).slice(0, MAX_ITEMS);
    return [{ field, removed, added }];
  }
  return [{ field, from: shown(from), to: shown(to) }];
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A single value counts as a list with one element, because one rule may become several. */
function listOf(value: unknown): string[] {
  const items = value === undefined || value === null ? [] : [value].flat();
  return items.map((item) => String(shown(item)));
}

/** An object, such as a mapping's field, as JSON. */
function shown(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = withoutAddresses(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

function isSent(field: string, sent: readonly string[]): boolean {
  return sent.some((one) => field === one || field.startsWith(`${one}/`));
}

/** Checks whether the values of a field, or of all fields below it, are recorded. */
function isShown(field: string): boolean {
  const names = field.slice(1).split('/');
  return SHOWN.some((pattern) => names.every((name, at) => pattern[at] === '*' || pattern[at] === name));
}

/** Checks for a field that the API shows and that has not changed. A field that it doesn't show may have changed. */
function isSame(before: object, after: object, field: string): boolean {
  const names = field.slice(1).split('/');
  const [one] = valuesAt(before, names).values();
  const [other] = valuesAt(after, names).values();
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other) && !isSecret(one);
}

/** The form of a secret in the API, which shows only whether it is set. */
function isSecret(value: unknown): boolean {
  return isFields(value) && 'set' in value;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
