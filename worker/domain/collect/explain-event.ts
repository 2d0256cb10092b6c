import type { Event } from '../../schema/events/event.ts';
import { lintFindings } from '../../schema/events/lint.ts';
import type { LintFinding } from '../../schema/events/lint.ts';
import { SKIP_REASONS } from '../../schema/events/outcome.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import type { TriggerView } from '../../schema/events/trigger-view.ts';
import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { consentFacts } from '../consent/consent-facts.ts';
import type { RequestConsent } from '../consent/consent-facts.ts';
import { consentTo, NOTHING_SAID } from '../consent/read-consent.ts';
import { identityOf, mergeIdentity } from '../identity/identity.ts';
import { STRANGER, visitorAfter } from '../identity/visitor.ts';
import type { TriggerTrace } from '../rules/ask-triggers.ts';
import { readTrace } from '../rules/read-trace.ts';
import { triggerSetOf } from '../rules/ready-mappings.ts';
import type { EventFacts, NewDelivery } from './decide-for.ts';
import { ipOf } from './excluded-traffic.ts';
import { ingest } from './ingest.ts';
import type { ParsedEvent } from './read/parse-events.ts';

/** One decision about an event, and its result. */
type ExplainedDecision =
  | { decision: 'trigger'; passed: boolean; conversion_rule_ids: string[]; triggers: ExplainedTrigger[] }
  | { decision: 'integration_enabled'; passed: boolean }
  | {
      decision: 'consent';
      passed: boolean;
      asked: readonly string[];
      /** The answer for each category. Null means no answer, so `unknown_consent` decides. */
      said: Record<string, boolean | null>;
      unknown_consent: string;
      country: string | null;
    }
  /** Whether the sender allows this integration, by `integrations` and `destinationPreferences`. */
  | { decision: 'sender'; passed: boolean }
  | { decision: 'age'; passed: boolean; happened_at: string }
  | { decision: 'identity'; passed: boolean; click_id: boolean; email: boolean; names: boolean; external_id: boolean };

/** The result of an enabled mapping. It includes all values, because the reader sent the event themselves. */
type ExplainedTrigger = Pick<TriggerView, 'mapping_id' | 'name' | 'outcome' | 'conditions'>;

export type ExplainedEvent = {
  outcome: 'deliver' | 'skip';
  reason: SkipReason | null;
  sentence: string;
  decisions: ExplainedDecision[];
  deliveries: NewDelivery[];
  /** The findings about its values. */
  lint: LintFinding[];
};

/** Returns the facts about an event for a preview. In a preview, an event comes alone, and from an unknown browser. */
export async function factsAlone(
  { event, messageId, happenedAtMs, consent, wishes, lint: ownLint }: ParsedEvent,
  { receivedAtMs, ...around }: Omit<RequestConsent, 'beside'> & { receivedAtMs: number },
): Promise<EventFacts> {
  const visitor = await visitorAfter(STRANGER, event, happenedAtMs);
  const lint = [...ownLint];
  const own = await identityOf(event, (code) => lint.push(code));
  return {
    messageId,
    happenedAtMs,
    receivedAtMs,
    identity: mergeIdentity(visitor.identity, own),
    cookies: visitor,
    // The address of the person who asks is not the visitor's.
    ip: ipOf(event, undefined),
    consent: consentFacts(consent, { beside: NOTHING_SAID, ...around }),
    wishes,
    lint,
  };
}

/**
 * Explains what would happen to an event: every decision as `ingest` made it, including those after the one that skips
 * it.
 */
export async function explainEvent(
  event: Event,
  facts: EventFacts,
  { source, integration }: { source: SourceConfig['source']; integration: CollectedIntegration },
): Promise<ExplainedEvent> {
  const receipt = await ingest(event, facts, { source, integrations: [integration] }, { isAllTold: true });
  const [trace] = receipt.trace;
  if (trace === undefined) throw new Error("Cannot explain an event that is nobody's: no integration was asked");
  const isTest = receipt.deliveries.some((delivery) => delivery.isTest);
  const waits = receipt.deliveries.some(({ wait }) => wait !== undefined);
  // A waiting delivery without an identifier has no payload to show. It is skipped if the visitor stays unknown.
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
        passed: trace.ruleIds.length > 0,
        conversion_rule_ids: [...trace.ruleIds],
        triggers: explainedTriggers(trace.triggers, integration),
      },
      { decision: 'integration_enabled', passed: trace.isEnabled },
      {
        decision: 'consent',
        passed: trace.isConsented,
        asked: integration.consent_categories,
        said: Object.fromEntries(
          integration.consent_categories.map((category) => [category, consentTo(category, categories) ?? null]),
        ),
        unknown_consent: policy,
        country: country ?? null,
      },
      { decision: 'sender', passed: trace.isMeant },
      {
        decision: 'age',
        passed: trace.isInTime,
        happened_at: new Date(facts.happenedAtMs).toISOString(),
      },
      {
        decision: 'identity',
        // A mapping may identify the person by a field that isn't listed here, such as a lead. It may also read the
        // e-mail from a field that is empty, so that the listed one isn't used.
        passed:
          reason !== 'no_identity' &&
          ((receipt.deliveries.length > 0 && !isUnknown) ||
            receipt.hasClickId ||
            receipt.hasEmail ||
            receipt.hasNames ||
            externalId),
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
