import type { QuerySchema } from '../queries.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';

/** A resource with the usual five operations, and its names. */
export type Resource = {
  path: string;
  /** Its path parameter: `{id}`. */
  id: string;
  /** "a source", "sources". */
  one: string;
  many: string;
  /**
   * The name of its component in the document, such as `Source`. `SourceCreate` and `SourcePatch` are the bodies to
   * create and change it.
   */
  schema: string;
  hasVersion?: true;
};

type Own = Partial<Omit<Operation, 'method' | 'path'>>;

/** The five operations that all resources share. Each can be adjusted. */
export const resource = {
  list: ({ path, many, schema }: Resource, query: QuerySchema, own: Own = {}): Operation => ({
    method: 'get',
    path,
    summary: `Lists ${many}`,
    answer: { status: 200, description: `A page of ${many}`, schema: listOf(schema) },
    query,
    ...own,
  }),
  create: ({ path, one, schema, hasVersion }: Resource, own: Own = {}): Operation => ({
    method: 'post',
    path,
    summary: `Creates ${one}`,
    body: `${schema}Create`,
    answer: { status: 201, description: sentence(one), schema: ref(schema) },
    ...(hasVersion && { hasVersion }),
    ...own,
    problems: ['already_exists', ...(own.problems ?? [])],
  }),
  read: ({ path, id, one, schema, hasVersion }: Resource, own: Own = {}): Operation => ({
    method: 'get',
    path: `${path}/${id}`,
    summary: `Reads ${one}`,
    answer: { status: 200, description: sentence(one), schema: ref(schema) },
    ...(hasVersion && { hasVersion }),
    ...own,
  }),
  change: ({ path, id, one, schema, hasVersion }: Resource, own: Own = {}): Operation => ({
    method: 'patch',
    path: `${path}/${id}`,
    summary: `Changes ${one}; absent fields are unchanged`,
    body: `${schema}Patch`,
    answer: { status: 200, description: sentence(one), schema: ref(schema) },
    ...(hasVersion && { hasVersion }),
    ...own,
  }),
  remove: ({ path, id, one, hasVersion }: Resource, own: Own = {}): Operation => ({
    method: 'delete',
    path: `${path}/${id}`,
    summary: `Deletes ${one}`,
    answer: { status: 204, description: 'Deleted' },
    ...(hasVersion && { hasVersion }),
    ...own,
  }),
} as const;

/** Converts "a source" to "The source". */
function sentence(one: string): string {
  return `The ${one.replace(/^an? /, '')}`;
}
