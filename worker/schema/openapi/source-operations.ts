import {
  DaysQuery,
  EventQuery,
  EventsQuery,
  LedgerQuery,
  OverviewQuery,
  RefusalsQuery,
  SearchQuery,
  SourcesQuery,
} from '../queries.ts';
import { IMPORT_OPERATIONS } from './import-operations.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';
import { resource } from './resource.ts';

const SOURCES = {
  path: '/v1/admin/sources',
  id: '{id}',
  one: 'a source',
  many: 'sources',
  schema: 'Source',
  hasVersion: true,
} as const;

const live = {
  method: 'get',
  summary: 'Streams the latest events: server-sent events, one for each new event and each change of state',
  answer: { status: 200, description: 'A continuous stream', schema: { type: 'string' }, type: 'text/event-stream' },
} as const;

/** The operations on sources, their keys, events and ledger, and on people. */
export const SOURCE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/overview',
    summary: 'Returns every source that you may see, the worst first: verdict, cause, counts, value, identifiers',
    role: 'viewer',
    answer: {
      status: 200,
      description:
        'At most 200 sources, with a cursor for the next. Of more than 200, each 200 by ID are sorted together',
      schema: listOf('OverviewRow'),
    },
    query: OverviewQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/search',
    summary:
      'Finds events, deliveries, names of events, mappings, conversion rules, connections and sources by a name or ID',
    role: 'viewer',
    answer: { status: 200, description: 'What was found, by kind', schema: ref('SearchAnswer') },
    query: SearchQuery,
  },
  resource.list(SOURCES, SourcesQuery, { role: 'viewer' }),
  resource.create(SOURCES),
  resource.read(SOURCES),
  resource.change(SOURCES),
  resource.remove(SOURCES, {
    summary: 'Deletes a source that has no integration',
    role: 'owner',
    problems: ['in_use'],
  }),
  {
    method: 'post',
    path: '/v1/admin/sources/{id}/write-keys',
    summary: "Creates a write key, which becomes the source's current one; older keys keep working",
    answer: { status: 201, description: 'The key', schema: ref('WriteKey') },
    problems: ['in_use'],
  },
  {
    method: 'delete',
    path: '/v1/admin/sources/{id}/write-keys/{key}',
    summary: 'Revokes a write key that is not the newest',
    answer: { status: 204, description: 'Revoked' },
    problems: ['in_use'],
  },
  {
    method: 'post',
    path: '/v1/admin/sources/{id}/server-keys',
    summary: 'Creates a server key and shows it once',
    answer: { status: 201, description: 'The key', schema: ref('MadeServerKey') },
    problems: ['in_use'],
  },
  {
    method: 'delete',
    path: '/v1/admin/sources/{id}/server-keys/{key}',
    summary: 'Revokes a server key',
    answer: { status: 204, description: 'Revoked' },
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/events',
    summary: 'Lists the latest events with their outcomes',
    answer: { status: 200, description: 'A page of events', schema: listOf('EventView') },
    query: EventsQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/events/{event}',
    summary:
      'Returns everything about one event, by its messageId: the result of each trigger, masked payloads, requests, and other events with this messageId. `seq` chooses one of them',
    answer: { status: 200, description: 'The event', schema: ref('EventStory') },
    query: EventQuery,
  },
  { ...live, path: '/v1/admin/sources/{id}/live' },
  // With `seq`, it is the story of an event whose messageId is "live".
  { ...live, path: '/v1/admin/sources/{id}/events/live', query: EventQuery },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/ledger',
    summary: 'Returns the reconciliation: every event received, and its result',
    answer: { status: 200, description: 'A row for each day and event, with totals', schema: ref('Ledger') },
    query: LedgerQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/ledger/rules',
    summary: 'Returns the reconciliation of deliveries, by conversion rule',
    answer: { status: 200, description: 'A row for each day, event and rule, with totals', schema: ref('RuleLedger') },
    query: DaysQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/refusals',
    summary: 'Returns refused traffic by hour and reason, with the origins or fields that were the cause',
    answer: { status: 200, description: 'The newest hour first, with totals', schema: ref('Refusals') },
    query: RefusalsQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/consent',
    summary: 'Returns the consent answers of visitors, by platform, country and policy',
    answer: { status: 200, description: 'The most frequent first', schema: ref('ConsentReport') },
    query: DaysQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/lint',
    summary: 'Returns how often each rule of the linter found something in the values of events',
    answer: {
      status: 200,
      description: 'The rules that found something, the most frequent first',
      schema: ref('LintReport'),
    },
    query: DaysQuery,
  },
  ...IMPORT_OPERATIONS,
  {
    method: 'post',
    path: '/v1/admin/people/erase',
    summary: 'Erases the waiting deliveries of a person, in all sources that you may see',
    role: 'editor',
    body: 'EraseRequest',
    answer: {
      status: 200,
      description: 'The number of erased deliveries and searched sources',
      schema: ref('EraseAnswer'),
    },
    problems: ['encryption_key_missing'],
  },
];
