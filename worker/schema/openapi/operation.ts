import type { ProblemCode } from '../problem.ts';
import type { Role } from '../settings/access-token.ts';

/** A piece of JSON Schema or of an OpenAPI document. */
export type Json = Record<string, unknown>;

export type Answer = {
  status: number;
  description: string;
  schema?: Json;
  /** Left out, it is JSON where there is a schema, and nothing where there is none. */
  type?: 'application/json' | 'text/event-stream' | 'text/html';
};

/** One operation of the HTTP interface, as far as it differs from the others. */
export type Operation = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  body?: string;
  answer: Answer;
  /** The other ends that are well, where there are several. */
  otherAnswers?: readonly Answer[];
  /** Beyond those that follow from the rest: `problemsOf` has all. */
  problems?: readonly ProblemCode[];
  query?: readonly string[];
  /** Answers with `ETag`, and takes `If-Match` where it changes something. */
  hasVersion?: true;
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

/** What is asked of whoever asks. */
export const ACCESS_PROBLEMS = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'cross_site',
  'too_many_guesses',
  'admin_not_configured',
] as const;

/** What can be wrong with a body before its fields are looked at. */
export const BODY_PROBLEMS = [
  'body_empty',
  'body_not_json',
  'body_too_deep',
  'body_too_large',
  'content_type_unsupported',
  'content_encoding_unsupported',
] as const;

/** Of whatever LinkedIn is asked for. */
export const LINKEDIN_PROBLEMS = [
  'linkedin_not_connected',
  'linkedin_refused',
  'rate_limited',
  'linkedin_unavailable',
] as const;

export const PAGE_QUERY = ['limit', 'cursor'] as const;

export function isChange({ method }: Pick<Operation, 'method'>): boolean {
  return method === 'patch' || method === 'delete';
}

/** Everything that an operation can answer with but what it is for, each once. */
export function problemsOf(operation: Operation): ProblemCode[] {
  const { path, body, query = [], hasVersion, problems = [] } = operation;
  const isEvent = body === 'Event' || body === 'Batch';
  return [
    ...new Set<ProblemCode>([
      ...(isAdmin(operation) ? ACCESS_PROBLEMS : []),
      ...(isAdmin(operation) && neededRole(operation) !== 'viewer' ? (['forbidden'] as const) : []),
      ...(body === undefined ? [] : BODY_PROBLEMS),
      ...((body !== undefined && !isEvent) || query.includes('limit') ? (['field_invalid'] as const) : []),
      ...(isAdmin(operation) && path.includes('{id}') ? (['not_found'] as const) : []),
      ...(hasVersion && isChange(operation) ? (['changed_meanwhile'] as const) : []),
      ...problems,
    ]),
  ];
}

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
