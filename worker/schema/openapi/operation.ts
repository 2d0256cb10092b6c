import type { ProblemCode } from '../problem.ts';
import type { QuerySchema } from '../queries.ts';
import type { Role } from '../settings/access-token.ts';
import { neededRole } from './needed-role.ts';

/** A piece of JSON Schema or of an OpenAPI document. */
export type Json = Record<string, unknown>;

export type ResponseDocs = {
  status: number;
  description: string;
  schema?: Json;
  /** JSON by default when there is a schema. */
  type?:
    | 'application/json'
    | 'text/event-stream'
    | 'text/html'
    | 'text/csv'
    | 'application/x-ndjson'
    | 'application/openmetrics-text';
};

/** An operation of the HTTP interface, without the parts that all operations share. */
export type Operation = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  body?: string;
  /** The media types of an uploaded file, instead of a body. */
  file?: readonly string[];
  /** The problems with the file, if this operation doesn't have the default ones. */
  fileProblems?: readonly ProblemCode[];
  answer: ResponseDocs;
  /** Further successful responses. */
  otherResponses?: readonly ResponseDocs[];
  /** Problems in addition to those that `problemsOf` derives. */
  problems?: readonly ProblemCode[];
  /** An operation of the management API without it refuses every parameter. */
  query?: QuerySchema;
  /** It answers with `ETag`, and a change accepts `If-Match`. */
  hasVersion?: true;
  /** The role needed, when it differs from the default for the method and path. */
  role?: Role;
};

export function isAdmin({ path }: Pick<Operation, 'path'>): boolean {
  return path.startsWith('/v1/admin/');
}

/** The problems with a caller's credentials. */
export const ACCESS_PROBLEMS = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'cross_site',
  'too_many_guesses',
  'admin_not_configured',
] as const;

/** The problems with a body before its fields are checked. */
const BODY_PROBLEMS = [
  'body_empty',
  'body_not_json',
  'body_too_deep',
  'body_too_large',
  'content_type_unsupported',
  'content_encoding_unsupported',
] as const;

/** The problems with an uploaded file. */
const FILE_PROBLEMS = [
  'body_empty',
  'body_too_large',
  'content_type_unsupported',
  'content_encoding_unsupported',
] as const;

/** The problems of operations that call LinkedIn. */
export const LINKEDIN_PROBLEMS = [
  'linkedin_not_connected',
  'linkedin_refused',
  'rate_limited',
  'linkedin_unavailable',
] as const;

export function isChange({ method }: Pick<Operation, 'method'>): boolean {
  return method === 'patch' || method === 'delete';
}

/** Returns all problems that an operation can answer with, each once. */
export function problemsOf(operation: Operation): ProblemCode[] {
  const { path, body, file, fileProblems = FILE_PROBLEMS, hasVersion, problems = [] } = operation;
  const isEvent = body === 'Event' || body === 'Batch';
  return [
    ...new Set<ProblemCode>([
      ...(isAdmin(operation) ? ACCESS_PROBLEMS : []),
      ...(isAdmin(operation) && neededRole(operation) !== 'viewer' ? (['forbidden'] as const) : []),
      ...(body === undefined ? [] : BODY_PROBLEMS),
      ...(file === undefined ? [] : fileProblems),
      // Every operation of the management API refuses parameters that it doesn't have.
      ...((body !== undefined && !isEvent) || isAdmin(operation) ? (['field_invalid'] as const) : []),
      ...(isAdmin(operation) && path.includes('{id}') ? (['not_found'] as const) : []),
      ...(hasVersion && isChange(operation) ? (['changed_meanwhile'] as const) : []),
      ...problems,
    ]),
  ];
}

/** Returns a reference to a component in `component-schemas.ts`. */
export function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** Returns the schema of one page of a list. All lists of the API have this form. */
export function listOf(name: string): Json {
  return {
    type: 'object',
    required: ['data', 'next_cursor'],
    properties: { data: { type: 'array', items: ref(name) }, next_cursor: { type: ['string', 'null'] } },
  };
}
