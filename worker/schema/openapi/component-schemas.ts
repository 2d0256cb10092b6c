import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';

import { AccessTokenCreate, AccessTokenView, MadeAccessToken, SessionView } from '../access-token.ts';
import { AuditEntry } from '../audit.ts';
import { EraseAnswer, EraseRequest } from '../erase.ts';
import { DeliveryStory, EventView, ListedDelivery } from '../event-view.ts';
import { Event } from '../event.ts';
import { FINDINGS, Finding } from '../finding.ts';
import { IntegrationCreate, IntegrationPatch } from '../integration.ts';
import { Ledger } from '../ledger.ts';
import {
  AdAccount,
  Campaign,
  CampaignsToAdd,
  ConversionRule,
  ConversionRuleCreate,
  ConversionRulePatch,
} from '../linkedin-objects.ts';
import { LintReport } from '../lint.ts';
import { MappingInput, MappingPatch, MappingView } from '../mapping.ts';
import { PROBLEMS, isProblemCode, problemType } from '../problem.ts';
import { ReplayAnswer, ReplayRequest } from '../replay.ts';
import { SourceCreate, SourcePatch, SourceView } from '../source.ts';
import { ref } from './operation.ts';
import type { Json } from './operation.ts';

/** The components that operations refer to, from the schemas that check them. */
export function componentSchemas(): Json {
  return {
    Event: jsonSchema(Event),
    Batch: {
      type: 'object',
      required: ['batch'],
      properties: {
        batch: { type: 'array', items: ref('Event') },
        sentAt: { type: ['string', 'number'] },
        writeKey: { type: 'string' },
        consent: {
          type: 'object',
          properties: { source: { type: 'string', description: 'Which consent platform answered' } },
          additionalProperties: { type: 'boolean' },
        },
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
    Session: jsonSchema(SessionView),
    AccessTokenCreate: jsonSchema(AccessTokenCreate),
    AccessToken: jsonSchema(AccessTokenView),
    MadeAccessToken: jsonSchema(MadeAccessToken),
    AuditEntry: jsonSchema(AuditEntry),
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
    LintReport: jsonSchema(LintReport),
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
