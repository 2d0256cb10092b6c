import * as v from 'valibot';

import type { ProblemCode } from '../problem.ts';
import { ACCESS_PROBLEMS, ref } from './operation.ts';
import type { Operation } from './operation.ts';

const kept = { status: 200, description: 'The accepted events are stored', schema: ref('Accepted') };

/** The format belongs to the SDK, so it is not described here. */
const AS_THE_SDK_HAS_IT = { type: 'object' };

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

/** The operations that pages and servers send events to. */
export const COLLECTOR_OPERATIONS: readonly Operation[] = [
  ...(['track', 'page', 'identify', 'group', 'alias', 'screen'] as const).map((type) => ({
    method: 'post' as const,
    path: `/v1/${type}`,
    summary: `Sends one ${type} event; also as \`/v1/${type.slice(0, 1)}\``,
    body: 'Event',
    answer: kept,
    // No rule asks for a screen event, so it is only counted, and there is always room for counts.
    problems: COLLECT_PROBLEMS.filter((code) => type !== 'screen' || code !== 'outbox_full'),
  })),
  {
    method: 'post',
    path: '/v1/batch',
    summary: 'Sends several events; also as `/v1/b` and `/v1/import`',
    body: 'Batch',
    answer: kept,
    problems: [...COLLECT_PROBLEMS, 'batch_invalid', 'too_many_events'],
  },
  {
    method: 'get',
    path: '/v1/projects/{write_key}/settings',
    summary: "Returns the settings that Segment's browser SDK loads at its start",
    answer: { status: 200, description: 'No destinations to load, and the host to send to', schema: AS_THE_SDK_HAS_IT },
    problems: ['key_unknown', 'config_unavailable'],
  },
  {
    method: 'get',
    path: '/sourceConfig/',
    summary: "Returns the settings that RudderStack's browser SDK loads at its start",
    answer: { status: 200, description: 'The source, without destinations', schema: AS_THE_SDK_HAS_IT },
    problems: ['key_missing', 'key_unknown', 'config_unavailable'],
    query: v.object({ writeKey: v.exactOptional(v.string()) }),
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    answer: { status: 200, description: 'OpenAPI 3.1', schema: { type: 'object' } },
  },
  {
    method: 'get',
    path: '/healthz',
    summary:
      'Checks that the Worker runs; with `?deep=1` and a token of the management API, that the cron trigger and the alarms run',
    query: v.object({ deep: v.exactOptional(v.string()) }),
    answer: { status: 200, description: 'It runs', schema: ref('Health') },
    problems: [...ACCESS_PROBLEMS, 'not_running'],
  },
];
