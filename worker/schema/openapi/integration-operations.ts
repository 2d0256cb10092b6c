import { DeleteIntegrationQuery, DeliveriesQuery, IntegrationsQuery, MappingsQuery, TryQuery } from '../queries.ts';
import { DeliveryFilter } from '../reports/replay.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';
import { resource } from './resource.ts';

const INTEGRATIONS = {
  path: '/v1/admin/integrations',
  id: '{id}',
  one: 'an integration',
  many: 'integrations',
  schema: 'Integration',
  hasVersion: true,
} as const;

const MAPPINGS = {
  path: '/v1/admin/integrations/{id}/mappings',
  id: '{mapping}',
  one: 'a mapping',
  many: 'mappings',
  schema: 'Mapping',
} as const;

/** The operations on integrations, their mappings and deliveries, and the doctor. */
export const INTEGRATION_OPERATIONS: readonly Operation[] = [
  resource.list(INTEGRATIONS, IntegrationsQuery, { role: 'viewer' }),
  resource.create(INTEGRATIONS, { role: 'editor', problems: ['encryption_key_missing'] }),
  resource.read(INTEGRATIONS, { summary: 'Reads an integration; secrets are shown only as set or not set' }),
  resource.change(INTEGRATIONS, {
    summary: 'Changes an integration; absent fields are unchanged, and null deletes a secret',
    problems: ['encryption_key_missing'],
  }),
  resource.remove(INTEGRATIONS, {
    summary:
      'Deletes an integration and its credentials; `deliveries` ("discard" or "keep") decides about waiting deliveries',
    query: DeleteIntegrationQuery,
    problems: ['deliveries_waiting'],
  }),
  resource.list(MAPPINGS, MappingsQuery, {
    summary: 'Lists mappings in order, each with its conversion rule and warnings',
    hasVersion: true,
  }),
  resource.create(MAPPINGS, { summary: 'Creates a mapping; an integration has at most 50' }),
  resource.change(MAPPINGS, {
    summary: 'Changes a mapping; absent fields are unchanged, and `fields` is replaced as a whole',
    hasVersion: true,
  }),
  resource.remove(MAPPINGS, { hasVersion: true }),
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/status',
    summary: 'Returns what is waiting and why, and how long the token, version and quota last',
    answer: { status: 200, description: 'The status', schema: ref('Status') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries',
    summary: 'Lists deliveries, newest event first',
    answer: { status: 200, description: 'A page of deliveries', schema: listOf('ListedDelivery') },
    query: DeliveriesQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries/{delivery}',
    summary: 'Returns everything about one delivery, with each request to LinkedIn',
    answer: { status: 200, description: 'The delivery', schema: ref('DeliveryStory') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/causes',
    summary: 'Returns why deliveries are dead, held, skipped or erased: each reason once, the most frequent first',
    answer: {
      status: 200,
      description: 'At most 50 reasons, each with the number and value of its deliveries',
      schema: { type: 'object', required: ['data'], properties: { data: { type: 'array', items: ref('Cause') } } },
    },
    query: DeliveryFilter,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/readiness',
    summary: 'Returns whether each conversion rule gets what LinkedIn needs to optimise for it',
    answer: { status: 200, description: 'Every rule that has a mapping or got conversions', schema: ref('Readiness') },
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/replay',
    summary: 'Sends failed and held deliveries again, or previews that',
    body: 'ReplayRequest',
    answer: { status: 200, description: 'The number and value of the deliveries', schema: ref('ReplayAnswer') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/replays/{replay}',
    summary: 'Returns the progress of a replay: its deliveries, by state',
    answer: { status: 200, description: 'The counts', schema: ref('ReplayProgress') },
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/doctor',
    summary: 'Returns the problems, the worst first, each with a remedy; none when all is well',
    role: 'viewer',
    answer: { status: 200, description: 'The findings', schema: ref('Examination') },
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/preview',
    summary: 'Shows what would happen to an event: every decision, and the exact payload. Nothing is stored or sent',
    role: 'viewer',
    body: 'PreviewEvent',
    answer: { status: 200, description: 'The decisions and the requests', schema: ref('Preview') },
    problems: ['event_invalid', 'event_too_large'],
    query: TryQuery,
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/test-event',
    summary: "Sends an event to LinkedIn directly, without the outbox, and returns LinkedIn's answer",
    body: 'Event',
    answer: { status: 200, description: "As a preview, with LinkedIn's `results`", schema: ref('Preview') },
    problems: ['event_invalid', 'event_too_large', 'linkedin_not_connected', 'rate_limited', 'linkedin_unavailable'],
    query: TryQuery,
  },
];
