import type { Event } from '../../schema/events/event.ts';
import { lintFindings } from '../../schema/events/lint.ts';
import type { LintFinding } from '../../schema/events/lint.ts';
import { SKIP_REASONS } from '../../schema/events/outcome.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import type { TriggerView } from '../../schema/events/trigger-view.ts';
import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { isConsented } from '../consent/consent.ts';
import { answerTo } from '../consent/read-consent.ts';
import { isVetoed } from '../consent/sender-veto.ts';
import { askTriggers, readTrace } from '../rules/ask-triggers.ts';
import type { TriggerTrace } from '../rules/ask-triggers.ts';
import { triggerSetOf } from '../rules/ready-mappings.ts';
import type { EventFacts, NewDelivery } from './decide-for.ts';
import { MAX_EVENT_AGE_MS } from './event-time.ts';
import { eventWork } from './event-work.ts';
import { ingest } from './ingest.ts';

/** One question that an event is asked on its way, and the answer. */
export type ExplainedDecision =
  | { decision: 'trigger'; passed: boolean; conversion_rule_ids: string[]; triggers: ExplainedTrigger[] }
  | { decision: 'integration_enabled'; passed: boolean }
  | {
      decision: 'consent';
      passed: boolean;
      asked: readonly string[];
      /** What the event says of each category: null is nothing, and `unknown_consent` decides. */
      said: Record<string, boolean | null>;
      unknown_consent: string;
      country: string | null;
    }
  /** Whether its sender means it for this integration: `integrations` and `destinationPreferences`. */
  | { decision: 'sender'; passed: boolean }
  | { decision: 'age'; passed: boolean; happened_at: string }
  | { decision: 'identity'; passed: boolean; click_id: boolean; email: boolean; names: boolean; external_id: boolean };

/** What a mapping that is switched on makes of the event. All that it saw is told: who asks has sent it. */
export type ExplainedTrigger = Pick<TriggerView, 'mapping_id' | 'name' | 'outcome' | 'conditions'>;

export type ExplainedEvent = {
  outcome: 'deliver' | 'skip';
  reason: SkipReason | null;
  sentence: string;
  decisions: ExplainedDecision[];
  deliveries: NewDelivery[];
  /** What was odd about its values, and what was done. */
  lint: LintFinding[];
};

/**
 * Says what would become of an event and why: every decision, also those after the one that ends it.
 *
 * The collector's own `ingest` decides, and its triggers say which rules an event fires, whatever comes after.
 */
export async function explainEvent(
  event: Event,
  facts: EventFacts,
  { source, integration }: { source: SourceConfig['source']; integration: CollectedIntegration },
): Promise<ExplainedEvent> {
  const receipt = await ingest(event, facts, { source, integrations: [integration] });
  const { fired, trace } = askTriggers(
    event,
    integration.config,
    'all',
    eventWork({ source, integrations: [integration] }),
  );
  const ruleIds = fired.map(({ ruleId }) => ruleId);
  const isTest = receipt.skipReason === undefined && integration.config.test_mode === true;
  const waits = receipt.deliveries.some(({ wait }) => wait !== undefined);
  // What waits without an identifier has no payload to show, and is skipped when nobody says who they are.
  const isUnknown = receipt.deliveries.length > 0 && receipt.deliveries.every(({ element }) => element === undefined);
  const reason = isTest ? 'test_mode' : isUnknown ? 'no_identity' : (receipt.skipReason ?? null);
  const externalId = integration.config.send_external_id === true && facts.identity.userId !== undefined;
  const { categories, policy, country } = facts.consent;
  return {
    outcome: reason === null ? 'deliver' : 'skip',
    reason,
    sentence: [
      ...(waits
        ? [`It would wait up to ${integration.config.hold_for_identity_minutes ?? 0} minutes for the visitor's e-mail.`]
        : []),
      reason === null
        ? `It would be sent to ${count(receipt.deliveries.length, 'conversion rule')}.`
        : SKIP_REASONS[reason],
    ].join(' '),
    decisions: [
      {
        decision: 'trigger',
        passed: ruleIds.length > 0,
        conversion_rule_ids: ruleIds,
        triggers: explainedTriggers(trace, integration),
      },
      { decision: 'integration_enabled', passed: integration.enabled },
      {
        decision: 'consent',
        passed: isConsented(integration.consent_categories, facts.consent),
        asked: integration.consent_categories,
        said: Object.fromEntries(
          integration.consent_categories.map((category) => [category, answerTo(category, categories) ?? null]),
        ),
        unknown_consent: policy,
        country: country ?? null,
      },
      { decision: 'sender', passed: !isVetoed(facts.wishes, integration) },
      {
        decision: 'age',
        passed: facts.receivedAtMs - facts.happenedAtMs < MAX_EVENT_AGE_MS,
        happened_at: new Date(facts.happenedAtMs).toISOString(),
      },
      {
        decision: 'identity',
        // A mapping may know the person by what is named nowhere here, such as a lead.
        passed:
          (receipt.deliveries.length > 0 && !isUnknown) ||
          receipt.hasClickId ||
          receipt.hasEmail ||
          receipt.hasNames ||
          externalId,
        click_id: receipt.hasClickId,
        email: receipt.hasEmail,
        names: receipt.hasNames,
        external_id: externalId,
      },
    ],
    deliveries: receipt.deliveries.filter(({ element }) => element !== undefined),
    lint: lintFindings(receipt.lint),
  };
}

function explainedTriggers(
  trace: TriggerTrace | undefined,
  { config: { mappings = [] } }: CollectedIntegration,
): ExplainedTrigger[] {
  if (trace === undefined) return [];
  return readTrace(trace, triggerSetOf(mappings).body).map(({ mappingId, outcome, conditions }) => ({
    mapping_id: mappingId,
    name: mappings.find(({ id }) => id === mappingId)?.name ?? null,
    outcome,
    conditions,
  }));
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
