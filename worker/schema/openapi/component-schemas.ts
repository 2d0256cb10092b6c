import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { GenericSchema } from 'valibot';

import {
  AlertChannelCreate,
  AlertChannelPatch,
  AlertChannelView,
  AlertTestAnswer,
  MadeAlertChannel,
} from '../alerts/alert-channel.ts';
import { IncidentView } from '../alerts/incident.ts';
import { RestoreProgress } from '../backup.ts';
import { BatchEnvelope } from '../events/batch.ts';
import { DeliveryStory, EventStory, EventView, ListedDelivery } from '../events/event-view.ts';
import { Event } from '../events/event.ts';
import { LintFinding, LintReport } from '../events/lint.ts';
import { Refusals } from '../events/refusal.ts';
import { TriggerView } from '../events/trigger-view.ts';
import { isFields } from '../fields.ts';
import { ImportStart, ImportTemplate } from '../imports/import-options.ts';
import { ImportView } from '../imports/import-view.ts';
import { PROBLEMS, isProblemCode, problemType } from '../problem.ts';
import { InstanceView } from '../release.ts';
import { AuditEntry } from '../reports/audit.ts';
import { CheckedToken, TokenToCheck } from '../reports/checked-token.ts';
import { ConsentReport } from '../reports/consent-report.ts';
import { EraseAnswer, EraseRequest } from '../reports/erase.ts';
import { FINDINGS, Finding } from '../reports/finding.ts';
import { Health } from '../reports/health.ts';
import { Ledger, RuleLedger } from '../reports/ledger.ts';
import { OverviewRow } from '../reports/overview.ts';
import { Readiness } from '../reports/readiness.ts';
import { Cause, ReplayAnswer, ReplayProgress, ReplayRequest } from '../reports/replay.ts';
import { SearchAnswer } from '../reports/search.ts';
import { StatusView } from '../reports/status.ts';
import { AccessTokenCreate, AccessTokenView, MadeAccessToken, SessionView } from '../settings/access-token.ts';
import { HookCreate, HookPatch, HookResult, HookView, LeadSyncChallenge, MadeHook } from '../settings/hook.ts';
import { IntegrationCreate, IntegrationPatch, IntegrationView } from '../settings/integration-schema.ts';
import {
  AdAccount,
  Campaign,
  CampaignsToAdd,
  ConversionRule,
  ConversionRuleCreate,
  ConversionRulePatch,
  AddedCampaigns,
} from '../settings/linkedin-objects.ts';
import { MappingInput, MappingPatch, MappingView } from '../settings/mapping.ts';
import { MadeServerKey, SourceCreate, SourcePatch, SourceView, WriteKeyRecord } from '../settings/source-schema.ts';
import { ref } from './operation.ts';
import type { Json } from './operation.ts';

/** Returns the components of the document, generated from the schemas that validate requests. */
export function componentSchemas(): Json {
  return {
    Event: jsonSchema(Event),
    PreviewEvent: {
      allOf: [
        ref('Event'),
        {
          type: 'object',
          properties: {
            mapping: {
              ...ref('MappingCreate'),
              description: 'A draft of a mapping, used instead of all mappings of the integration',
            },
          },
        },
      ],
    },
    Batch: batchSchema(),
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
    Health: responseSchema(Health),
    Session: responseSchema(SessionView),
    AccessTokenCreate: jsonSchema(AccessTokenCreate),
    AccessToken: responseSchema(AccessTokenView),
    MadeAccessToken: responseSchema(MadeAccessToken),
    AuditEntry: responseSchema(AuditEntry),
    SourceCreate: jsonSchema(SourceCreate),
    SourcePatch: jsonSchema(SourcePatch),
    Source: responseSchema(SourceView),
    WriteKey: responseSchema(WriteKeyRecord),
    MadeServerKey: responseSchema(MadeServerKey),
    IntegrationCreate: jsonSchema(IntegrationCreate),
    IntegrationPatch: jsonSchema(IntegrationPatch),
    Integration: responseSchema(IntegrationView),
    MappingCreate: jsonSchema(MappingInput),
    MappingPatch: jsonSchema(MappingPatch),
    Mapping: responseSchema(MappingView),
    EventView: responseSchema(EventView),
    EventStory: responseSchema(EventStory),
    Status: responseSchema(StatusView),
    ListedDelivery: responseSchema(ListedDelivery),
    DeliveryStory: responseSchema(DeliveryStory),
    Cause: responseSchema(Cause),
    Readiness: responseSchema(Readiness),
    Ledger: responseSchema(Ledger),
    RuleLedger: responseSchema(RuleLedger),
    Refusals: responseSchema(Refusals),
    ConsentReport: responseSchema(ConsentReport),
    LintReport: responseSchema(LintReport),
    Import: responseSchema(ImportView),
    ImportStart: jsonSchema(ImportStart),
    ImportTemplate: responseSchema(v.object({ name: v.string(), ...ImportTemplate.entries })),
    HookCreate: jsonSchema(HookCreate),
    HookPatch: jsonSchema(HookPatch),
    Hook: responseSchema(HookView),
    MadeHook: responseSchema(MadeHook),
    HookResult: responseSchema(HookResult),
    LeadSyncChallenge: responseSchema(LeadSyncChallenge),
    EraseRequest: jsonSchema(EraseRequest),
    EraseAnswer: responseSchema(EraseAnswer),
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
            events: { type: 'integer', description: 'Events that matched a mapping' },
            click_id_share: { type: ['number', 'null'] },
            email_share: { type: ['number', 'null'] },
            first_party_share: {
              type: ['number', 'null'],
              description: "The share of events from pages that came from the collector's own site",
            },
          },
        },
      },
    },
    Finding: { ...responseSchema(Finding), description: `One of ${Object.keys(FINDINGS).join(', ')}` },
    Preview: {
      type: 'object',
      required: ['outcome', 'reason', 'sentence', 'decisions', 'requests', 'note'],
      properties: {
        outcome: { enum: ['deliver', 'skip'] },
        reason: { type: ['string', 'null'], description: 'Why the event is skipped' },
        sentence: { type: 'string' },
        decisions: {
          type: 'array',
          description: 'Every decision about the event, including those after the one that skips it',
          items: {
            type: 'object',
            required: ['decision', 'passed'],
            properties: {
              decision: { enum: ['trigger', 'integration_enabled', 'consent', 'sender', 'age', 'identity'] },
              passed: { type: 'boolean' },
              conversion_rule_ids: { type: 'array', items: { type: 'string' }, description: 'Only for trigger' },
              triggers: {
                type: 'array',
                description: 'Only for trigger: the result of each enabled mapping',
                items: responseSchema(v.pick(TriggerView, ['mapping_id', 'name', 'outcome', 'conditions'])),
              },
              asked: {
                type: 'array',
                items: { type: 'string' },
                description: 'Only for consent: the required categories',
              },
              said: { type: 'object', additionalProperties: { type: ['boolean', 'null'] } },
              unknown_consent: { type: 'string' },
              country: { type: ['string', 'null'] },
              happened_at: { type: 'string', description: 'Only for age' },
              click_id: { type: 'boolean', description: 'Only for identity' },
              email: { type: 'boolean' },
              names: { type: 'boolean' },
              external_id: { type: 'boolean' },
            },
          },
        },
        lint: { type: 'array', items: responseSchema(LintFinding) },
        requests: {
          type: 'array',
          items: {
            type: 'object',
            required: ['conversion_rule_id', 'event_id', 'method', 'path', 'headers', 'body'],
            properties: {
              conversion_rule_id: { type: 'string' },
              event_id: { type: 'string' },
              method: { const: 'POST' },
              path: { type: 'string' },
              headers: { type: 'object', additionalProperties: { type: 'string' } },
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
        redirect_uri: {
          type: 'string',
          description: 'Must be among the redirect URLs of the LinkedIn app, exactly like this',
        },
        expires_at: { type: 'string', format: 'date-time' },
      },
    },
    AdAccount: responseSchema(AdAccount),
    TokenToCheck: jsonSchema(TokenToCheck),
    CheckedToken: responseSchema(CheckedToken),
    Campaign: responseSchema(Campaign),
    CampaignsToAdd: jsonSchema(CampaignsToAdd),
    ConversionRule: responseSchema(ConversionRule),
    ConversionRuleCreate: jsonSchema(ConversionRuleCreate),
    ConversionRulePatch: jsonSchema(ConversionRulePatch),
    MadeConversionRule: besides('ConversionRule', {
      created: { type: 'boolean', description: 'False: a rule with this name already existed' },
      differs: { type: 'array', items: { type: 'string' }, description: 'Its fields that differ from the request' },
    }),
    ChangedConversionRule: besides('ConversionRule', {
      changed: { type: 'array', items: { type: 'string' }, description: 'The fields that were sent to LinkedIn' },
    }),
    AddedCampaigns: responseSchema(AddedCampaigns),
    ReplayRequest: jsonSchema(ReplayRequest),
    OverviewRow: responseSchema(OverviewRow),
    SearchAnswer: responseSchema(SearchAnswer),
    ReplayAnswer: responseSchema(ReplayAnswer),
    Incident: responseSchema(IncidentView),
    AlertChannelCreate: jsonSchema(AlertChannelCreate),
    AlertChannelPatch: jsonSchema(AlertChannelPatch),
    AlertChannel: responseSchema(AlertChannelView),
    MadeAlertChannel: responseSchema(MadeAlertChannel),
    AlertTestAnswer: responseSchema(AlertTestAnswer),
    ReplayProgress: responseSchema(ReplayProgress),
    Instance: responseSchema(InstanceView),
    RestoreProgress: responseSchema(RestoreProgress),
  };
}

/** Returns the schema of a batch: its events, and the fields next to them. */
function batchSchema(): Json {
  const { properties, ...envelope } = jsonSchema(BatchEnvelope);
  const batch = { type: 'array', items: ref('Event') };
  return { ...envelope, required: ['batch'], properties: { batch, ...Object(properties) } };
}

/** Describes a request body or a parameter: fields with defaults are optional. */
export function jsonSchema(schema: GenericSchema): Json {
  return described(schema, 'input');
}

/** Describes a response body. */
function responseSchema(schema: GenericSchema): Json {
  return described(schema, 'output');
}

function described(schema: GenericSchema, typeMode: 'input' | 'output'): Json {
  // JSON Schema can't express checks in code and transformations, so the document leaves them out. They still apply.
  const { $schema: _, ...json } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode,
    overrideSchema: ({ valibotSchema }) => (isFreeObject(valibotSchema) ? { type: 'object' } : undefined),
  });
  return json;
}

function isFreeObject(schema: { type: string; check?: unknown }): boolean {
  return schema.type === 'custom' && schema.check === isFields;
}

/** Returns a component with additional properties. */
function besides(name: string, properties: Record<string, Json>): Json {
  return { allOf: [ref(name), { type: 'object', required: Object.keys(properties), properties }] };
}
