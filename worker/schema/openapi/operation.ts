import type { Role } from '../access-token.ts';
import type { ProblemCode } from '../problem.ts';

/** A piece of JSON Schema or of an OpenAPI document. */
export type Json = Record<string, unknown>;

/** One operation of the HTTP interface, as far as it differs from the others. */
export type Operation = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  body?: string;
  answer: { status: number; description: string; schema?: Json };
  problems: readonly ProblemCode[];
  query?: readonly string[];
  /** Who may; left out, it follows from method and path. */
  role?: Role;
};

export function isAdmin({ path }: Pick<Operation, 'path'>): boolean {
  return path.startsWith('/v1/admin/');
}

/** Who may: a source and what is below it are looked at by viewers and changed by editors; the rest is the owner's. */
export function neededRole({ method, path, role }: Pick<Operation, 'method' | 'path' | 'role'>): Role {
  if (role !== undefined) return role;
  if (!/^\/v1\/admin\/(sources|integrations)\/\{id\}/.test(path)) return 'owner';
  return method === 'get' ? 'viewer' : 'editor';
}

export const ADMIN_PROBLEMS = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'cross_site',
  'too_many_guesses',
  'admin_not_configured',
] as const;
export const BODY_PROBLEMS = ['body_empty', 'body_not_json', 'body_too_large', 'content_type_unsupported'] as const;
export const COLLECT_PROBLEMS = [
  ...BODY_PROBLEMS,
  'body_not_an_object',
  'body_too_deep',
  'content_encoding_unsupported',
  'event_invalid',
  'event_too_large',
  'key_missing',
  'key_unknown',
  'origin_not_allowed',
  'rate_limited',
  'config_unavailable',
  'outbox_full',
  'outbox_unavailable',
] as const;

export const LINKEDIN_PROBLEMS = [
  ...ADMIN_PROBLEMS,
  'not_found',
  'linkedin_not_connected',
  'linkedin_refused',
  'rate_limited',
  'linkedin_unavailable',
] as const;

export const PAGE_QUERY = ['limit', 'cursor'] as const;

/** A component's schema, by its name in `component-schemas.ts`. */
export function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** A page of a list, as every list of the API looks. */
export function listOf(name: string): Json {
  return {
    type: 'object',
    required: ['data', 'next_cursor'],
    properties: { data: { type: 'array', items: ref(name) }, next_cursor: { type: ['string', 'null'] } },
  };
}
