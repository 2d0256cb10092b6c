import type { AuditEntry } from '../../schema/reports/audit.ts';
import { searchForm } from '../search/search-form.ts';

/**
 * Checks whether a change mentions a text: in an old or a new value, in the name of the person or the site, or as the
 * whole ID of what was changed. All of them are compared in the form of `searchForm`.
 *
 * @param siteName The current name of the entry's source. Undefined when it has none, or was deleted.
 */
export function isMentioned(text: string, entry: AuditEntry, siteName: string | undefined): boolean {
  const wanted = searchForm(text);
  if (wanted === '') return false;
  const values = (entry.changes ?? []).flatMap((change) => {
    if ('is_hidden' in change) return [];
    return 'added' in change ? [...change.added, ...change.removed] : [change.from, change.to];
  });
  const isWithin = [entry.actor.name, siteName, ...values].some(
    (value) => typeof value === 'string' && searchForm(value).includes(wanted),
  );
  return isWithin || [entry.actor.id, ...entry.path.split('/')].some((id) => searchForm(id) === wanted);
}
