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
};

export const ADMIN_PROBLEMS = ['token_missing', 'token_invalid', 'admin_not_configured'] as const;
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
