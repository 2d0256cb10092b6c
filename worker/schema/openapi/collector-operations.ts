import type { ProblemCode } from '../problem.ts';
import { ref } from './operation.ts';
import type { Operation } from './operation.ts';

const kept = { status: 200, description: 'The accepted events are on disk', schema: ref('Accepted') };

const COLLECT_PROBLEMS: readonly ProblemCode[] = [
  'body_not_an_object',
  'event_invalid',
  'event_too_large',
  'key_missing',
  'key_unknown',
  'origin_not_allowed',
  'rate_limited',
  'config_unavailable',
  'outbox_full',
  'outbox_unavailable',
];

/** What pages and servers send to. */
export const COLLECTOR_OPERATIONS: readonly Operation[] = [
  ...(['track', 'page', 'identify', 'group', 'alias', 'screen'] as const).map((type) => ({
    method: 'post' as const,
    path: `/v1/${type}`,
    summary: `Sends one ${type} event`,
    body: 'Event',
    answer: kept,
    problems: COLLECT_PROBLEMS,
  })),
  {
    method: 'post',
    path: '/v1/batch',
    summary: 'Sends several events',
    body: 'Batch',
    answer: kept,
    problems: [...COLLECT_PROBLEMS, 'batch_invalid', 'too_many_events'],
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Says that the Worker runs',
    answer: { status: 200, description: 'It runs', schema: ref('Health') },
  },
];
