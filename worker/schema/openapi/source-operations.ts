import { PAGE_QUERY, listOf, ref } from './operation.ts';
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
  summary: 'The same, live: server-sent events, each an event that came or changed its state',
  answer: { status: 200, description: 'A stream that goes on', schema: { type: 'string' }, type: 'text/event-stream' },
} as const;

/** Sources, their keys, events and ledger; people. */
export const SOURCE_OPERATIONS: readonly Operation[] = [
  resource.list(SOURCES, { role: 'viewer' }),
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
    summary: "Makes a write key, which is the source's own from now on; those before go on working",
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
    summary: 'Makes a server key and shows it, once',
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
    query: PAGE_QUERY,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/events/{event}',
    summary:
      'The whole story of one event, by its messageId: what each trigger made of it, payloads under a mask, requests; and the other events with this messageId. With seq: that one of them',
    answer: { status: 200, description: 'The event', schema: ref('EventStory') },
    problems: ['field_invalid'],
    query: ['seq'],
  },
  { ...live, path: '/v1/admin/sources/{id}/live' },
  { ...live, path: '/v1/admin/sources/{id}/events/live' },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/ledger',
    summary: 'Reconciliation: every event received, and what became of it',
    answer: { status: 200, description: 'A row for each day and event, with totals', schema: ref('Ledger') },
    problems: ['field_invalid'],
    query: ['from', 'to', 'hours'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/ledger/rules',
    summary: 'The same of deliveries, by conversion rule',
    answer: { status: 200, description: 'A row for each day, event and rule, with totals', schema: ref('RuleLedger') },
    problems: ['field_invalid'],
    query: ['from', 'to'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/refusals',
    summary: 'What was turned away, by hour and reason, with the origins or fields that were the cause',
    answer: { status: 200, description: 'The newest hour first, with totals', schema: ref('Refusals') },
    problems: ['field_invalid'],
    query: ['hours'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/consent',
    summary: 'What visitors said about consent, by platform, country and the rule that silence was read by',
    answer: { status: 200, description: 'The most frequent first', schema: ref('ConsentReport') },
    problems: ['field_invalid'],
    query: ['from', 'to'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/lint',
    summary: 'What was odd about the values of events, and what was done: how often, by rule of the linter',
    answer: {
      status: 200,
      description: 'The rules that found something, the most frequent first',
      schema: ref('LintReport'),
    },
    problems: ['field_invalid'],
    query: ['from', 'to'],
  },
  {
    method: 'post',
    path: '/v1/admin/people/erase',
    summary: 'Erases what waits for a person, on all sources that you may see',
    role: 'editor',
    body: 'EraseRequest',
    answer: { status: 200, description: 'How much that was', schema: ref('EraseAnswer') },
    problems: ['encryption_key_missing'],
  },
];
