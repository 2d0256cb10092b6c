import type { AuditedChange, AuditEntry } from '../../../worker/schema/reports/audit.ts';
import { texts } from '../texts.ts';
import { changeInWords, nameThen, renameInWords } from './change-in-words.ts';
import { mappedInWords } from './mapped-in-words.ts';

const t = texts.access;

type Logged = Pick<AuditEntry, 'method' | 'path'> & { readonly changes: readonly AuditedChange[] | null };

/**
 * What a person did, in words.
 *
 * @property names Whether it has the name already, so that none has to follow.
 * @property isMapping Whether it is about events, and the connection is only where.
 * @property isWhole Whether nothing is left for the details.
 */
type Deed = { words: string; names: boolean; isMapping: boolean; isWhole: boolean };

/** Says what a person did, as they would say it: by the settings that changed if these say more than the call. */
export function deedInWords(entry: Logged): Deed {
  const { method, path } = entry;
  const renamed = renameInWords(entry);
  if (renamed !== undefined)
    return { words: renamed, names: true, isMapping: false, isWhole: entry.changes?.length === 1 };
  const said = method === 'PATCH' ? changedInWords(entry) : undefined;
  if (said !== undefined) return said;
  // LinkedIn may have had the rule already. Then nothing was made, and no ID follows the path.
  if (method === 'POST' && /^\/integrations\/[^/]+\/conversion-rules$/.test(path) && nameThen(entry) === undefined)
    return { words: t.usedRule, names: false, isMapping: false, isWhole: false };
  return { words: changeInWords(entry) ?? t.unknownChange, names: false, isMapping: false, isWhole: false };
}

function changedInWords(entry: Logged): Deed | undefined {
  const changes = entry.changes ?? [];
  const [first] = changes;
  if (first === undefined) return undefined;
  const mapped = changes.map(mappedInWords);
  if (mapped.every((words) => words !== undefined))
    return mapped.length === 1
      ? { words: mapped.join(''), names: false, isMapping: true, isWhole: true }
      : { words: t.mappedSome(mapped.length), names: false, isMapping: true, isWhole: false };
  const isOn = changes.length === 1 && first.field === '/enabled' && 'to' in first ? first.to : undefined;
  if (typeof isOn !== 'boolean') return undefined;
  const what = changeInWords(entry)?.replace(/^changed /, '');
  return what === undefined
    ? undefined
    : { words: t.enabled(what, isOn), names: false, isMapping: false, isWhole: true };
}
