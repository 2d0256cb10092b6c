import type { Role } from '../settings/access-token.ts';
import type { Operation } from './operation.ts';

/**
 * Returns the role that an operation needs. Below a source or an integration, viewers may read and editors may change.
 * Everything else needs an owner.
 */
export function neededRole({ method, path, role }: Pick<Operation, 'method' | 'path' | 'role'>): Role {
  if (role !== undefined) return role;
  if (!/^\/v1\/admin\/(sources|integrations)\/\{id\}/.test(path)) return 'owner';
  return method === 'get' ? 'viewer' : 'editor';
}
