/** The API shapes that more than one page reads. */

import type { DeliveryView, EventStory, EventView } from '../../../worker/schema/events/event-view.ts';
import type { LintFinding } from '../../../worker/schema/events/lint.ts';
import type { Ledger, RuleLedger } from '../../../worker/schema/reports/ledger.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import type { Readiness } from '../../../worker/schema/reports/readiness.ts';
import type { StatusView } from '../../../worker/schema/reports/status.ts';
import type { SessionView } from '../../../worker/schema/settings/access-token.ts';
import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import type { ShownIntegration } from '../ui/view.ts';
import { shapeOf, type ResponseShape, type Parts } from './response-shape.ts';

/** A page of a list. The last page has the cursor null, or none. */
export type Page<Item> = { data: Item[]; next_cursor: string | null };

export function pageOf<Item>(item: ResponseShape<Item>): ResponseShape<Page<Item>> {
  return { parts: { data: [item.parts] } };
}

export const LINT: Parts<LintFinding> = { code: '', field: '', action: '', sentence: '', remedy: '' };

const DELIVERY: Parts<DeliveryView> = {
  integration_id: '',
  conversion_rule_id: '',
  event_id: '',
  state: '',
  sentence: '',
  attempts: 0,
};

/** A delivery, as lists show it. */
export const LISTED = { ...DELIVERY, id: '', message_id: '', type: '', happened_at: '', received_at: '' } as const;

const EVENT: Parts<EventView> = {
  seq: 0,
  message_id: '',
  type: '',
  happened_at: '',
  received_at: '',
  state: '',
  sentence: '',
  click_id: false,
  email: false,
  names: false,
  fields: [''],
  consent: { categories: {}, policy: '' },
  deliveries: [DELIVERY],
  lint: [LINT],
};

/** A delivery, as an event's story shows it. */
export const STORY: Parts<EventStory['deliveries'][number]> = {
  ...LISTED,
  requests: [{ at: '', duration_ms: 0, events: 0, outcome: '' }],
  consent: { categories: {}, policy: '', checks: [{ at: '', when: '', granted: false }] },
  earlier: [{ at: '' }],
};

const ENDS = {
  delivered: 0,
  unconfirmed: 0,
  pending: 0,
  held: 0,
  dead: 0,
  expired: 0,
  erased: 0,
  skipped: {},
} as const;
const COUNTS = { ...ENDS, received: 0, rejected: 0 } as const;
const RULE_COUNTS = { ...ENDS, deliveries: 0 } as const;

const SECRET = { set: false } as const;

export const shapes = {
  session: shapeOf<SessionView>({ id: '', name: '', role: '', by: '', linkedin_sandbox: false }),
  source: shapeOf<SourceView>({
    id: '',
    name: '',
    labels: [''],
    allowed_origins: [''],
    require_origin: false,
    unknown_consent: '',
    bot_filter: '',
    internal_ips: [''],
    retention_days: 0,
    dead_letter_days: 0,
    write_key: '',
    write_keys: [{ key: '', created_at: '' }],
    server_keys: [{ id: '', last4: '', created_at: '' }],
    created_at: '',
    updated_at: '',
  }),
  integration: shapeOf<ShownIntegration>({
    id: '',
    source_id: '',
    vendor: '',
    name: '',
    enabled: false,
    config: { account_id: '', access_token: SECRET, refresh_token: SECRET, oauth_client_secret: SECRET },
    consent_categories: [''],
    created_at: '',
    updated_at: '',
  }),
  mapping: shapeOf<MappingView>({
    id: '',
    name: '',
    enabled: false,
    trigger: '',
    conversion_rule_id: '',
    fields: {},
    once_per_membership: false,
    warnings: [''],
  }),
  event: shapeOf<EventView>(EVENT),
  eventStory: shapeOf<EventStory>({
    ...EVENT,
    triggers: [
      {
        integration_id: '',
        trigger: '',
        changed_since: false,
        outcome: '',
        conditions: [{ text: '', held: false, saw: [{ field: '', type: '' }] }],
      },
    ],
    deliveries: [STORY],
    same_id: [EVENT],
  }),
  ledger: shapeOf<Ledger>({ data: [{ ...COUNTS, day: '', event: '' }], totals: COUNTS, balanced: false }),
  readiness: shapeOf<Readiness>({
    recommended: { conversions: 0, days: 0, source: '' },
    data: [
      {
        conversion_rule_id: '',
        conversions: { last_14_days: 0, last_30_days: 0 },
        verdict: '',
        identifiers: { conversions: 0 },
        lag: { conversions: 0, classes: [{ conversions: 0 }] },
      },
    ],
  }),
  ruleLedger: shapeOf<RuleLedger>({
    data: [{ ...RULE_COUNTS, day: '', event: '', integration_id: '', conversion_rule_id: '' }],
    totals: RULE_COUNTS,
  }),
  status: shapeOf<StatusView>({
    enabled: false,
    warnings: [{ kind: '', sentence: '' }],
    version: { configured: '', in_use: '', newest_known: '' },
    token: { set: false, renewable: false },
    backlog: {
      pending: 0,
      held: 0,
      dead: 0,
      unconfirmed: 0,
      waiting_for_identity: 0,
      storage: { bytes: 0, full_at_bytes: 0, conversions_only: false },
      rules: [{ conversion_rule_id: '', waiting: 0, dead: 0, failures: 0 }],
    },
  }),
  overviewRow: shapeOf<OverviewRow>({
    source_id: '',
    name: '',
    labels: [''],
    verdict: '',
    sentence: '',
    received: 0,
    delivered: 0,
    pending: 0,
    held: 0,
    failed: 0,
    skipped: 0,
    refused: 0,
    value_delivered: {},
    value_at_risk: {},
    match: {},
    match_by_rule: [{ integration_id: '', conversion_rule_id: '', events: 0, click_id: 0, email: 0, names: 0 }],
    connections: [{ id: '', name: '', enabled: false }],
    history: { step: '', received: [0], delivered: [0], failed: [0] },
  }),
  conversionRule: shapeOf<ConversionRule>({
    id: '',
    urn: '',
    name: '',
    enabled: false,
    campaign_ids: [''],
  }),
};
