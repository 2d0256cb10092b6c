import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { AuditedChange, AuditEntry } from '../../../worker/schema/reports/audit.ts';
import { texts } from '../texts.ts';
import { changes, outcomes } from '../texts/shared/changes.ts';
import { settings } from '../texts/shared/settings.ts';

const t = texts.access;
const NAME = '/name';

/** Fields that say which thing it is, and nothing about its settings. */
const OF_IDENTITY = ['/id', '/source_id', '/vendor', '/write_key', '/copy_from'];

type What = Pick<AuditEntry, 'method' | 'path'>;
type Logged = What & { readonly changes: readonly AuditedChange[] | null };

/**
 * Says what a change did, for example `changed a mapping`. Undefined for a change that this console does not know: the
 * Worker may be newer.
 */
export function changeInWords(what: What): string | undefined {
  return changes[patternOf(what) ?? ''];
}

/** Says which name became which, for example `renamed the site “Shop” to “Store”`. Undefined for any other change. */
export function renameInWords(entry: Logged): string | undefined {
  const words = changeInWords(entry);
  const { from, to } = nameIn(entry);
  if (entry.method !== 'PATCH' || words === undefined || from === undefined || to === undefined) return undefined;
  return t.renamed(words.replace(/^changed an? /, ''), from, to);
}

/** Returns the name of something new, or of something deleted. */
export function nameThen(entry: Logged): string | undefined {
  const { from, to } = nameIn(entry);
  return entry.method === 'POST' ? to : entry.method === 'DELETE' ? from : undefined;
}

/** Returns the changed settings that the words of a change don't have yet. */
export function otherChanges(entry: Logged): readonly AuditedChange[] {
  const isNamed = (renameInWords(entry) ?? nameThen(entry)) !== undefined;
  return (entry.changes ?? []).filter(({ field }) => !isNamed || field !== NAME);
}

/** The old and the new name. */
function nameIn({ changes: all }: Logged): { from?: string | undefined; to?: string | undefined } {
  const named = all?.find((change) => change.field === NAME);
  if (named === undefined || !('from' in named)) return {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? markedSpaces(value) : undefined);
  return { from: text(named.from), to: text(named.to) };
}

/** Says what happened, for an entry without values: what the change does, or why there are none. */
export function outcomeInWords(entry: Logged & { readonly fields: readonly string[] }): string {
  const outcome = entry.path.endsWith('/conversion-rules') ? t.noRuleMade : outcomes[patternOf(entry) ?? ''];
  if (outcome !== undefined) return outcome;
  if ((renameInWords(entry) ?? nameThen(entry)) !== undefined) return texts.never;
  if (entry.changes !== null) return t.sameAsBefore;
  const names = fieldsInWords(entry.fields.filter((field) => !OF_IDENTITY.includes(field)));
  return names === '' ? t.notRecorded : t.onlyNames(names);
}

/** Returns the names that people use for the settings of a change, each once. */
export function fieldsInWords(pointers: readonly string[]): string {
  const names = pointers.map((pointer) => {
    const [first = '', ...others] = pointer.split('/').filter((part) => part !== '' && part !== 'config');
    // What follows is a name or an ID, such as an event's, or a setting of a mapping.
    const all = [first, ...others];
    const rest = others.map((part, at) => {
      const label = all[at] === 'fields' ? fieldName(part) : settingName(part);
      return label ?? part.replaceAll('~1', '/').replaceAll('~0', '~');
    });
    return [settingName(first) ?? first.replaceAll('_', ' '), ...rest].join(': ');
  });
  return [...new Set(names)].join(', ');
}

/** What a mapping's editor calls a field for LinkedIn. */
function fieldName(field: string): string | undefined {
  return Object.entries(texts.fields.names).find(([name]) => name === field)?.[1];
}

/** A setting's label within a sentence, such as `access token` or `LinkedIn API version`. */
function settingName(field: string): string | undefined {
  if (!Object.hasOwn(settings, field)) return undefined;
  return settings[field]?.replace(/^[A-Z](?=[a-z-]*(?:[ ,]|$))/, (letter) => letter.toLowerCase());
}

/** Returns the key of a change in the texts. */
function patternOf({ method, path }: What): string | undefined {
  return known(`${method} ${path}`) ?? (method === 'POST' ? known(`POST ${withoutLast(path)}`) : undefined);
}

function known(change: string): string | undefined {
  const parts = change.split('/');
  return Object.keys(changes).find((pattern) => {
    const wanted = pattern.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part === '*' || part === parts[at]);
  });
}

function withoutLast(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
