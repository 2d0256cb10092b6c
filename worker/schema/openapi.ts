import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';

import { EraseAnswer, EraseRequest } from './erase.ts';
import { DeliveryStory, EventView, ListedDelivery } from './event-view.ts';
import { Event } from './event.ts';
import { FINDINGS, Finding } from './finding.ts';
import { IntegrationCreate, IntegrationPatch } from './integration.ts';
import { Ledger } from './ledger.ts';
import {
  AdAccount,
  Campaign,
  CampaignsToAdd,
  ConversionRule,
  ConversionRuleCreate,
  ConversionRulePatch,
} from './linkedin-objects.ts';
import { MappingInput, MappingPatch, MappingView } from './mapping.ts';
import { PROBLEMS, isProblemCode, problemType } from './problem.ts';
import type { ProblemCode } from './problem.ts';
import { ReplayAnswer, ReplayRequest } from './replay.ts';
import { SourceCreate, SourcePatch, SourceView } from './source.ts';

type Json = Record<string, unknown>;

type Operation = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  body?: string;
  answer: { status: number; description: string; schema?: Json };
  problems: readonly ProblemCode[];
  query?: readonly string[];
};

const ADMIN_PROBLEMS = ['token_missing', 'token_invalid', 'admin_not_configured'] as const;
const BODY_PROBLEMS = ['body_empty', 'body_not_json', 'body_too_large', 'content_type_unsupported'] as const;
const COLLECT_PROBLEMS = [
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

const LINKEDIN_PROBLEMS = [
  ...ADMIN_PROBLEMS,
  'not_found',
  'linkedin_not_connected',
  'linkedin_refused',
  'rate_limited',
  'linkedin_unavailable',
] as const;

const PAGE_QUERY = ['limit', 'cursor'] as const;

const kept = { status: 200, description: 'The accepted events are on disk', schema: ref('Accepted') };

const OPERATIONS: readonly Operation[] = [
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
    answer: { status: 200, description: 'It runs' },
    problems: [],
  },
  {
    method: 'get',
    path: '/v1/admin/sources',
    summary: 'Lists sources',
    answer: { status: 200, description: 'A page of sources', schema: listOf('Source') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid'],
    query: PAGE_QUERY,
  },
  {
    method: 'post',
    path: '/v1/admin/sources',
    summary: 'Creates a source',
    body: 'SourceCreate',
    answer: { status: 201, description: 'The source', schema: ref('Source') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'already_exists'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}',
    summary: 'Reads a source',
    answer: { status: 200, description: 'The source', schema: ref('Source') },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'patch',
    path: '/v1/admin/sources/{id}',
    summary: 'Changes a source; what is left out stays',
    body: 'SourcePatch',
    answer: { status: 200, description: 'The source', schema: ref('Source') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'not_found'],
  },
  {
    method: 'delete',
    path: '/v1/admin/sources/{id}',
    summary: 'Deletes a source that has no integration',
    answer: { status: 204, description: 'Deleted' },
    problems: [...ADMIN_PROBLEMS, 'not_found', 'in_use'],
  },
  {
    method: 'post',
    path: '/v1/admin/sources/{id}/server-keys',
    summary: 'Makes a server key and shows it, once',
    answer: { status: 201, description: 'The key' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'delete',
    path: '/v1/admin/sources/{id}/server-keys/{key}',
    summary: 'Revokes a server key',
    answer: { status: 204, description: 'Revoked' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/events',
    summary: 'Lists the latest events with their outcomes',
    answer: { status: 200, description: 'A page of events', schema: listOf('EventView') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid', 'not_found'],
    query: PAGE_QUERY,
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/live',
    summary: 'The same, live: server-sent events, each an event that came or changed its state',
    answer: { status: 200, description: 'A stream (text/event-stream) that goes on' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/events/live',
    summary: 'The same, live: server-sent events, each an event that came or changed its state',
    answer: { status: 200, description: 'A stream (text/event-stream) that goes on' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/admin/sources/{id}/ledger',
    summary: 'The conservation table: what came in, and what became of it',
    answer: { status: 200, description: 'A row for each day and event, with totals', schema: ref('Ledger') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid', 'not_found'],
    query: ['from', 'to'],
  },
  {
    method: 'post',
    path: '/v1/admin/people/erase',
    summary: 'Erases what waits for a person, on all sources',
    body: 'EraseRequest',
    answer: { status: 200, description: 'How much that was', schema: ref('EraseAnswer') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'encryption_key_missing'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations',
    summary: 'Lists integrations',
    answer: { status: 200, description: 'A page of integrations', schema: listOf('Integration') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid'],
    query: [...PAGE_QUERY, 'source_id'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations',
    summary: 'Creates an integration',
    body: 'IntegrationCreate',
    answer: { status: 201, description: 'The integration', schema: ref('Integration') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'already_exists', 'encryption_key_missing'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}',
    summary: 'Reads an integration; secrets are shown as present or not',
    answer: { status: 200, description: 'The integration', schema: ref('Integration') },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'patch',
    path: '/v1/admin/integrations/{id}',
    summary: 'Changes an integration; what is left out stays, and null clears a secret',
    body: 'IntegrationPatch',
    answer: { status: 200, description: 'The integration', schema: ref('Integration') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'not_found', 'encryption_key_missing'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/mappings',
    summary: 'Lists mappings in their order, each with its conversion rule and what is odd about its trigger',
    answer: { status: 200, description: 'A page of mappings', schema: listOf('Mapping') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid', 'not_found'],
    query: PAGE_QUERY,
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/mappings',
    summary: 'Creates a mapping; an integration has at most 50',
    body: 'MappingCreate',
    answer: { status: 201, description: 'The mapping', schema: ref('Mapping') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'not_found', 'already_exists'],
  },
  {
    method: 'patch',
    path: '/v1/admin/integrations/{id}/mappings/{mapping}',
    summary: 'Changes a mapping; what is left out stays, and fields are replaced as a whole',
    body: 'MappingPatch',
    answer: { status: 200, description: 'The mapping', schema: ref('Mapping') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'not_found'],
  },
  {
    method: 'delete',
    path: '/v1/admin/integrations/{id}/mappings/{mapping}',
    summary: 'Deletes a mapping',
    answer: { status: 204, description: 'Deleted' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/status',
    summary: 'Says what waits and why, and what is left of token, version and quota',
    answer: { status: 200, description: 'The status' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries',
    summary: 'Lists deliveries, newest event first',
    answer: { status: 200, description: 'A page of deliveries', schema: listOf('ListedDelivery') },
    problems: [...ADMIN_PROBLEMS, 'field_invalid', 'not_found'],
    query: [...PAGE_QUERY, 'state', 'event', 'reason', 'from', 'to'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/deliveries/{delivery}',
    summary: 'Tells the whole story of one delivery, with every request to LinkedIn that held it',
    answer: { status: 200, description: 'The delivery', schema: ref('DeliveryStory') },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/replay',
    summary: 'Sends dead letters and held deliveries again, or says what that would be',
    body: 'ReplayRequest',
    answer: { status: 200, description: 'How many, and what they are worth', schema: ref('ReplayAnswer') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/doctor',
    summary: 'Says what is wrong, the worst first, and what to do about it; nothing on a good set-up',
    answer: { status: 200, description: 'The findings', schema: ref('Examination') },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/preview',
    summary: 'Says what would become of an event: every decision, and the exact payload. Nothing is stored or sent',
    body: 'Event',
    answer: { status: 200, description: 'The decisions and the requests', schema: ref('Preview') },
    problems: [...ADMIN_PROBLEMS, ...BODY_PROBLEMS, 'body_too_deep', 'event_invalid', 'event_too_large', 'not_found'],
    query: ['country'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/test-event',
    summary: "Really sends an event, past the outbox, and gives LinkedIn's answer",
    body: 'Event',
    answer: { status: 200, description: "As a preview, with LinkedIn's `results`", schema: ref('Preview') },
    problems: [
      ...ADMIN_PROBLEMS,
      ...BODY_PROBLEMS,
      'body_too_deep',
      'event_invalid',
      'event_too_large',
      'not_found',
      'linkedin_not_connected',
      'rate_limited',
      'linkedin_unavailable',
    ],
    query: ['country'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Goes to LinkedIn's consent page",
    answer: { status: 302, description: 'To LinkedIn, with a `state` that works once, within ten minutes' },
    problems: [...ADMIN_PROBLEMS, 'not_found', 'oauth_app_missing'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Makes the address of LinkedIn's consent page, for a browser that cannot send the admin token",
    answer: {
      status: 200,
      description: 'The address, which works once and within ten minutes, and the redirect address for the app',
      schema: ref('Authorization'),
    },
    problems: [...ADMIN_PROBLEMS, 'not_found', 'oauth_app_missing'],
  },
  {
    method: 'get',
    path: '/oauth/linkedin/callback',
    summary: 'Where LinkedIn sends the browser back to; answers a page for people',
    answer: { status: 200, description: 'Connected (HTML). Every other end is a page too, which says what to do' },
    problems: [],
    query: ['code', 'state', 'error', 'error_description'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/ad-accounts',
    summary: "Lists all ad accounts of the token's member, with his role on each",
    answer: { status: 200, description: 'All ad accounts', schema: listOf('AdAccount') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/campaigns',
    summary: "Lists all campaigns of the integration's ad account that can still count conversions",
    answer: { status: 200, description: 'All campaigns', schema: listOf('Campaign') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: "Lists all conversion rules of the integration's ad account",
    answer: { status: 200, description: 'All conversion rules', schema: listOf('ConversionRule') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: 'Creates a conversion rule, or finds the one of this name (200, "created": false)',
    body: 'ConversionRuleCreate',
    answer: { status: 201, description: 'The rule; `created` and `differs` beside it', schema: ref('ConversionRule') },
    problems: [...LINKEDIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid', 'in_progress'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Reads a conversion rule, by its number or its URN',
    answer: { status: 200, description: 'The rule', schema: ref('ConversionRule') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'patch',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Changes what is different, and asks LinkedIn nothing when that is nothing',
    body: 'ConversionRulePatch',
    answer: { status: 200, description: 'The rule; `changed` beside it', schema: ref('ConversionRule') },
    problems: [...LINKEDIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid'],
  },
  {
    method: 'put',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}/campaigns',
    summary: 'Lets campaigns count by a conversion rule; it adds and never removes',
    body: 'CampaignsToAdd',
    answer: {
      status: 200,
      description: 'All campaigns that count by it, those added, and those that LinkedIn refused',
    },
    problems: [...LINKEDIN_PROBLEMS, ...BODY_PROBLEMS, 'field_invalid'],
  },
  {
    method: 'delete',
    path: '/v1/admin/integrations/{id}',
    summary: 'Deletes an integration and its credentials',
    answer: { status: 204, description: 'Deleted' },
    problems: [...ADMIN_PROBLEMS, 'not_found'],
  },
];

/** Describes the HTTP interface, from the schemas that check it. https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Directflight',
      version: '1',
      description: 'First-party conversion tracking for LinkedIn: the collector and the management API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: schemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES = {
  admin: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' },
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A write key (wk_…) or a server key (sk_…); also as writeKey in the body',
  },
};

/** What needs no key. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/oauth/linkedin/callback']);

function describe({ path, method, summary, body, answer, problems, query = [] }: Operation): Json {
  const isAdmin = path.startsWith('/v1/admin');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }));
  return {
    operationId: `${method}${path.replaceAll(/[^a-z]+(\w)/gi, (_, letter: string) => letter.toUpperCase()).replaceAll('}', '')}`,
    summary,
    security: isAdmin ? [{ admin: [] }] : OPEN_PATHS.has(path) ? [] : [{ key: [] }],
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } },
    }),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(answer.schema && { content: { 'application/json': { schema: answer.schema } } }),
      },
      ...problemResponses(problems),
    },
  };
}

/** One answer a status; the problems that share it stand in its description by their `type`. */
function problemResponses(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, sharing]) => [
      status,
      {
        description: sharing.map((code) => `${PROBLEMS[code].title} (\`${problemType(code)}\`)`).join('; '),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}

function schemas(): Json {
  return {
    Event: jsonSchema(Event),
    Batch: {
      type: 'object',
      required: ['batch'],
      properties: {
        batch: { type: 'array', items: ref('Event') },
        sentAt: { type: ['string', 'number'] },
        writeKey: { type: 'string' },
        consent: { type: 'object', additionalProperties: { type: 'boolean' } },
      },
    },
    Accepted: {
      type: 'object',
      required: ['success', 'accepted'],
      properties: {
        success: { const: true },
        accepted: { type: 'integer' },
        rejected: {
          type: 'array',
          items: {
            type: 'object',
            required: ['index', 'type', 'detail'],
            properties: {
              index: { type: 'integer' },
              messageId: { type: 'string' },
              type: { type: 'string' },
              detail: { type: 'string' },
              pointer: { type: 'string' },
            },
          },
        },
      },
    },
    Problem: {
      type: 'object',
      required: ['type', 'title', 'status', 'detail'],
      properties: {
        type: { type: 'string', enum: Object.keys(PROBLEMS).filter(isProblemCode).map(problemType) },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        pointer: { type: 'string', description: 'RFC 6901' },
        errors: {
          type: 'array',
          items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
        },
      },
    },
    SourceCreate: jsonSchema(SourceCreate),
    SourcePatch: jsonSchema(SourcePatch),
    Source: jsonSchema(SourceView),
    IntegrationCreate: jsonSchema(IntegrationCreate),
    IntegrationPatch: jsonSchema(IntegrationPatch),
    Integration: integrationSchema(),
    MappingCreate: jsonSchema(MappingInput),
    MappingPatch: jsonSchema(MappingPatch),
    Mapping: jsonSchema(MappingView),
    EventView: jsonSchema(EventView),
    ListedDelivery: jsonSchema(ListedDelivery),
    DeliveryStory: jsonSchema(DeliveryStory),
    Ledger: jsonSchema(Ledger),
    EraseRequest: jsonSchema(EraseRequest),
    EraseAnswer: jsonSchema(EraseAnswer),
    Examination: {
      type: 'object',
      required: ['checked_at', 'healthy', 'findings', 'last_day'],
      properties: {
        checked_at: { type: 'string', format: 'date-time' },
        healthy: { type: 'boolean' },
        findings: { type: 'array', items: ref('Finding') },
        last_day: {
          type: 'object',
          properties: {
            events: { type: 'integer', description: 'Events that a mapping wanted' },
            click_id_share: { type: ['number', 'null'] },
            email_share: { type: ['number', 'null'] },
          },
        },
      },
    },
    Finding: { ...jsonSchema(Finding), description: `One of ${Object.keys(FINDINGS).join(', ')}` },
    Preview: {
      type: 'object',
      required: ['outcome', 'reason', 'sentence', 'decisions', 'requests', 'note'],
      properties: {
        outcome: { enum: ['deliver', 'skip'] },
        reason: { type: ['string', 'null'], description: 'Of a skip' },
        sentence: { type: 'string' },
        decisions: {
          type: 'array',
          items: {
            type: 'object',
            required: ['decision', 'passed'],
            properties: {
              decision: { enum: ['trigger', 'integration_enabled', 'consent', 'age', 'identity'] },
              passed: { type: 'boolean' },
            },
          },
        },
        requests: {
          type: 'array',
          items: {
            type: 'object',
            required: ['conversion_rule_id', 'event_id', 'method', 'path', 'headers', 'body'],
            properties: {
              conversion_rule_id: { type: 'string' },
              event_id: { type: 'string' },
              body: { type: 'object' },
            },
          },
        },
        sent: { type: 'boolean' },
        results: {
          type: 'array',
          items: {
            type: 'object',
            required: ['conversion_rule_id', 'status', 'accepted', 'message', 'remedy'],
            properties: {
              conversion_rule_id: { type: 'string' },
              status: { type: ['integer', 'null'] },
              accepted: { type: 'boolean' },
              message: { type: 'string' },
              remedy: { type: ['string', 'null'] },
            },
          },
        },
        note: { type: 'string' },
      },
    },
    Authorization: {
      type: 'object',
      required: ['url', 'redirect_uri', 'expires_at'],
      properties: {
        url: { type: 'string', description: "LinkedIn's consent page; open it in a browser" },
        redirect_uri: { type: 'string', description: 'Has to stand in the LinkedIn app, exactly so' },
        expires_at: { type: 'string', format: 'date-time' },
      },
    },
    AdAccount: jsonSchema(AdAccount),
    Campaign: jsonSchema(Campaign),
    CampaignsToAdd: jsonSchema(CampaignsToAdd),
    ConversionRule: jsonSchema(ConversionRule),
    ConversionRuleCreate: jsonSchema(ConversionRuleCreate),
    ConversionRulePatch: jsonSchema(ConversionRulePatch),
    ReplayRequest: jsonSchema(ReplayRequest),
    ReplayAnswer: jsonSchema(ReplayAnswer),
  };
}

/** As it was created, with the secrets as present or not and the times of its making. */
function integrationSchema(): Json {
  return {
    type: 'object',
    required: [
      'id',
      'source_id',
      'vendor',
      'name',
      'enabled',
      'config',
      'consent_categories',
      'created_at',
      'updated_at',
    ],
    properties: {
      id: { type: 'string' },
      source_id: { type: 'string' },
      vendor: { const: 'linkedin' },
      name: { type: 'string' },
      enabled: { type: 'boolean' },
      config: {
        type: 'object',
        description: 'The settings; each secret as { "set": true, "last4": "…" }',
        required: ['account_id', 'access_token', 'refresh_token', 'oauth_client_secret'],
      },
      consent_categories: { type: 'array', items: { type: 'string' } },
      created_at: { type: 'string', format: 'date-time' },
      updated_at: { type: 'string', format: 'date-time' },
    },
  };
}

function jsonSchema(schema: GenericSchema): Json {
  // What JSON Schema cannot say (a check in code, a transformation) is left out of the document; the check stays.
  const { $schema: _, ...described } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
  return described;
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function listOf(name: string): Json {
  return {
    type: 'object',
    required: ['data', 'next_cursor'],
    properties: { data: { type: 'array', items: ref(name) }, next_cursor: { type: ['string', 'null'] } },
  };
}
