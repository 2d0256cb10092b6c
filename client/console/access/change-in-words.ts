import type { AuditEntry } from '../../../worker/schema/reports/audit.ts';
import { changes } from '../texts/changes.ts';

/**
 * Says what a change did, for example `changed a mapping`. Undefined for a change that this console does not know: the
 * Worker may be newer.
 */
export function changeInWords({ method, path }: Pick<AuditEntry, 'method' | 'path'>): string | undefined {
  return wordsOf(`${method} ${path}`) ?? (method === 'POST' ? wordsOf(`POST ${withoutLast(path)}`) : undefined);
}

/** Returns the names that people use for the fields of a change, each once. */
export function fieldsInWords(pointers: readonly string[]): string {
  const names = pointers.map((pointer) => {
    const parts = pointer.split('/').filter((part) => part !== '' && part !== 'config');
    return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').replaceAll('_', ' ')).join(': ');
  });
  return [...new Set(names)].join(', ');
}

function wordsOf(change: string): string | undefined {
  const parts = change.split('/');
  const pattern = Object.keys(changes).find((known) => {
    const wanted = known.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part === '*' || part === parts[at]);
  });
  return pattern === undefined ? undefined : changes[pattern];
}

function withoutLast(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
