import { PAGE_QUERY, listOf, ref } from './operation.ts';
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

/** Integrations, their mappings and deliveries, and what is wrong with them. */
export const INTEGRATION_OPERATIONS: readonly Operation[] = [
  resource.list(INTEGRATIONS, { role: 'viewer', query: ['source_id'] }),
  resource.create(INTEGRATIONS, { role: 'editor', problems: ['encryption_key_missing'] }),
  resource.read(INTEGRATIONS, { summary: 'Reads an integration; secrets are shown as present or not' }),
  resource.change(INTEGRATIONS, {
    summary: 'Changes an integration; what is left out stays, and null clears a secret',
    problems: ['encryption_key_missing'],
  }),
  resource.remove(INTEGRATIONS, {
    summary:
      'Deletes an integration and its credentials; `deliveries` ("discard" or "keep") says what becomes of what waits',
    query: ['deliveries'],
    problems: ['deliveries_waiting', 'field_invalid'],
  }),
  resource.list(MAPPINGS, {
    summary: 'Lists mappings in their order, each with its conversion rule and what is odd about its trigger',
    hasVersion: true,
  }),
  resource.create(MAPPINGS, { summary: 'Creates a mapping; an integration has at most 50' }),
  resource.change(MAPPINGS, {
    summary: 'Changes a mapping; what is left out stays, and fields are replaced as a whole',
    hasVersion: true,
  }),
  resource.remove(MAPPINGS, { hasVersion: true }),
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/status',
    summary: 'Says what waits and why, and what is left of token, version and quota',
    answer: { status: 200, description: 'The status', schema: ref('Status') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries',
    summary: 'Lists deliveries, newest event first',
    answer: { status: 200, description: 'A page of deliveries', schema: listOf('ListedDelivery') },
    query: [...PAGE_QUERY, 'state', 'event', 'reason', 'from', 'to'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries/{delivery}',
    summary: 'Tells the whole story of one delivery, with every request to LinkedIn that held it',
    answer: { status: 200, description: 'The delivery', schema: ref('DeliveryStory') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/causes',
    summary: 'Says why deliveries are dead, held, skipped or erased: each reason once, the most frequent first',
    answer: {
      status: 200,
      description: 'At most 50 reasons, with how many deliveries each holds up and what they are worth',
      schema: { type: 'object', required: ['data'], properties: { data: { type: 'array', items: ref('Cause') } } },
    },
    problems: ['field_invalid'],
    query: ['state', 'event', 'reason', 'from', 'to'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/replay',
    summary: 'Sends failed and held deliveries again, or says what that would be',
    body: 'ReplayRequest',
    answer: { status: 200, description: 'How many, and what they are worth', schema: ref('ReplayAnswer') },
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/doctor',
    summary: 'Says what is wrong, the worst first, and what to do about it; nothing on a good set-up',
    role: 'viewer',
    answer: { status: 200, description: 'The findings', schema: ref('Examination') },
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/preview',
    summary: 'Says what would become of an event: every decision, and the exact payload. Nothing is stored or sent',
    role: 'viewer',
    body: 'PreviewEvent',
    answer: { status: 200, description: 'The decisions and the requests', schema: ref('Preview') },
    problems: ['event_invalid', 'event_too_large', 'field_invalid'],
    query: ['country'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/test-event',
    summary: "Really sends an event, past the outbox, and gives LinkedIn's answer",
    body: 'Event',
    answer: { status: 200, description: "As a preview, with LinkedIn's `results`", schema: ref('Preview') },
    problems: ['event_invalid', 'event_too_large', 'linkedin_not_connected', 'rate_limited', 'linkedin_unavailable'],
    query: ['country'],
  },
];
