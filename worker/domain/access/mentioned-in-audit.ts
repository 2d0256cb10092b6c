import type { AuditEntry } from '../../schema/reports/audit.ts';

/**
 * Checks whether a change mentions a text: in an old or a new value, in the name of the person or the site, or as the
 * whole ID of what was changed. Capitals and small letters are the same.
 *
 * @param siteName The current name of the entry's source. Undefined when it has none, or was deleted.
 */
export function isMentioned(text: string, entry: AuditEntry, siteName: string | undefined): boolean {
  const wanted = text.trim().toLowerCase();
  const values = (entry.changes ?? []).flatMap((change) => {
    if ('is_hidden' in change) return [];
    return 'added' in change ? [...change.added, ...change.removed] : [change.from, change.to];
  });
  const isWithin = [entry.actor.name, siteName, ...values].some(
    (value) => typeof value === 'string' && value.toLowerCase().includes(wanted),
  );
  return isWithin || [entry.actor.id, ...entry.path.split('/')].some((id) => id.toLowerCase() === wanted);
}
