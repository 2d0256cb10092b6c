import { ExportQuery, RestoreQuery } from '../queries.ts';
import { ref } from './operation.ts';
import type { Operation } from './operation.ts';

/** The operations on the whole instance. */
export const INSTANCE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/instance',
    summary: 'Returns the release that runs: its version, tables, objects and settings',
    answer: { status: 200, description: 'The release, and the names of the settings in use', schema: ref('Instance') },
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/export',
    summary:
      'Returns everything about a source as lines of JSON: settings, counts, imports, incidents, the audit log, and each event with its deliveries',
    answer: {
      status: 200,
      description:
        'The export, as a stream. It is complete if its last line has the kind `end`. If it has the kind `more`, continue with another request and its `cursor`',
      schema: { type: 'string' },
      type: 'application/x-ndjson',
    },
    query: ExportQuery,
    role: 'owner',
  },
  {
    method: 'get',
    path: '/v1/admin/backup',
    summary:
      'Returns everything in the instance as lines of JSON: settings, encrypted secrets, waiting events, the ledger',
    answer: {
      status: 200,
      description: 'The backup, as a stream. It is complete if its last line has the record `end`',
      schema: { type: 'string' },
      type: 'application/x-ndjson',
    },
    problems: ['in_progress', 'encryption_key_missing'],
  },
  {
    method: 'post',
    path: '/v1/admin/restore',
    summary: 'Restores a backup into an empty instance; with `?more=true` a part of it, which further parts follow',
    file: ['application/x-ndjson'],
    fileProblems: [],
    query: RestoreQuery,
    answer: { status: 200, description: 'The progress of the restore', schema: ref('RestoreProgress') },
    problems: [
      'body_empty',
      'backup_invalid',
      'backup_incomplete',
      'backup_key_missing',
      'not_empty',
      'in_progress',
      'encryption_key_missing',
    ],
  },
  {
    method: 'delete',
    path: '/v1/admin/restore',
    summary: 'Cancels an incomplete restore, and deletes what it has stored',
    answer: { status: 204, description: 'The instance is empty again' },
    problems: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/admin/stop',
    summary: 'Stops accepting and sending events, so that nothing changes after the next backup',
    answer: {
      status: 204,
      description: 'Stopped: the collector answers 503, and no more requests are sent to LinkedIn',
    },
  },
  {
    method: 'post',
    path: '/v1/admin/start',
    summary: 'Accepts and sends events again',
    answer: { status: 204, description: 'Started' },
  },
];
