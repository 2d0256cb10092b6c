import * as v from 'valibot';

import { ImportQuery } from '../imports/import-options.ts';
import { ImportsQuery, WholeListQuery } from '../queries.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';

const HOOKS = '/v1/admin/sources/{id}/hooks';
const IMPORTS = '/v1/admin/sources/{id}/imports';

/** The operations on imports of files, and on the addresses that CRMs call. */
export const IMPORT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: IMPORTS,
    summary: 'Lists the imports of the last 90 days, the newest first',
    answer: { status: 200, description: 'A page of imports', schema: listOf('Import') },
    query: ImportsQuery,
  },
  {
    method: 'post',
    path: IMPORTS,
    summary:
      'Imports the conversions of a CSV or NDJSON file. With `preview=true`, shows what would happen and sends nothing; the import can be started within an hour',
    file: ['text/csv', 'application/x-ndjson'],
    answer: {
      status: 201,
      description: 'The import: checked with `preview`, otherwise running',
      schema: ref('Import'),
    },
    query: ImportQuery,
    problems: ['encryption_key_missing', 'in_use'],
  },
  {
    method: 'get',
    path: `${IMPORTS}/{import}`,
    summary: 'Returns the progress of an import',
    answer: { status: 200, description: 'The import', schema: ref('Import') },
  },
  {
    method: 'post',
    path: `${IMPORTS}/{import}/start`,
    summary: 'Starts an import that was previewed',
    body: 'ImportStart',
    answer: { status: 200, description: 'The running import', schema: ref('Import') },
    problems: ['in_use'],
  },
  {
    method: 'delete',
    path: `${IMPORTS}/{import}`,
    summary: 'Cancels an import. Rows that are already on their way are sent',
    answer: { status: 200, description: 'The import', schema: ref('Import') },
  },
  {
    method: 'get',
    path: `${IMPORTS}/{import}/report`,
    summary: 'Returns the outcome of every row, and the reason, as CSV',
    answer: {
      status: 200,
      description: 'A line for each row and problem',
      schema: { type: 'string' },
      type: 'text/csv',
    },
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/import-templates',
    summary: 'Lists the saved settings for files, by name',
    answer: { status: 200, description: 'All templates', schema: listOf('ImportTemplate') },
    query: WholeListQuery,
  },
  {
    method: 'get',
    path: HOOKS,
    summary: 'Lists the addresses that CRMs call',
    answer: { status: 200, description: 'All hooks', schema: listOf('Hook') },
    query: WholeListQuery,
  },
  {
    method: 'post',
    path: HOOKS,
    summary: 'Creates an address that a CRM calls, and shows its secret once',
    body: 'HookCreate',
    answer: { status: 201, description: 'The hook', schema: ref('MadeHook') },
    problems: ['encryption_key_missing', 'in_use'],
  },
  {
    method: 'patch',
    path: `${HOOKS}/{hook}`,
    summary: 'Changes a hook. Its address and its secret stay',
    body: 'HookPatch',
    answer: { status: 200, description: 'The hook', schema: ref('Hook') },
  },
  {
    method: 'delete',
    path: `${HOOKS}/{hook}`,
    summary: 'Deletes a hook: its address answers 401 from now on',
    answer: { status: 204, description: 'Deleted' },
  },
  {
    method: 'get',
    path: '/v1/hooks/{hook}',
    summary: 'Answers LinkedIn’s check of an address for Lead Sync',
    query: v.object({ challengeCode: v.string() }),
    answer: { status: 200, description: 'The code, signed', schema: ref('LeadSyncChallenge') },
    problems: ['field_invalid', 'not_found', 'rate_limited', 'encryption_key_missing'],
  },
  {
    method: 'post',
    path: '/v1/hooks/{hook}',
    summary: 'Receives changes from a CRM: one object or a list, signed as the kind of hook requires',
    answer: { status: 200, description: 'All resulting events are stored', schema: ref('HookResult') },
    problems: [
      'body_too_large',
      'content_encoding_unsupported',
      'signature_invalid',
      'hook_disabled',
      'body_not_json',
      'body_not_an_object',
      'body_too_deep',
      'too_many_events',
      'rate_limited',
      'outbox_unavailable',
      'encryption_key_missing',
    ],
  },
];
