import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import type { Event } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { CollectedIntegration } from '../../schema/settings/source-config.ts';
import { isConsented } from '../consent/consent.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { isVetoed } from '../consent/sender-veto.ts';
import type { SenderWishes } from '../consent/sender-veto.ts';
import type { EventWork } from '../fql/work-budget.ts';
import type { ClickCookies } from '../identity/click-id.ts';
import type { Identity } from '../identity/identity.ts';
import { waitingConversion } from '../identity/late-identity.ts';
import type { WaitingConversion } from '../identity/late-identity.ts';
import { idIn, leadUrnIn } from '../identity/partner-id.ts';
import type { Limited } from '../identity/visitor.ts';
import { hasLostIdentifier } from '../lint/lost-identifier.ts';
import type { Note } from '../lint/note.ts';
import { askTriggers } from '../rules/ask-triggers.ts';
import type { FiredRule, TriggerTrace } from '../rules/ask-triggers.ts';
import { factsFor } from '../rules/mapped-facts.ts';
import { isOncePerMembership } from '../rules/rules-fired.ts';
import { conversionValue } from '../value/conversion-value.ts';
import { conversionElement } from './conversion-element.ts';
import type { ConversionFacts } from './conversion-element.ts';
import { MAX_EVENT_AGE_MS } from './event-time.ts';
import { nearest } from './skip-reason.ts';

/** The facts about an event from outside it: from the request, the visitor's cookies and earlier events. */
export type EventFacts = {
  messageId: string;
  happenedAtMs: number;
  receivedAtMs: number;
  /** The identity in this event, merged with what was known about the visitor. */
  identity: Identity;
  cookies: ClickCookies;
  /** The smaller identity for integrations that may not use everything. */
  limited?: Limited | undefined;
  ip: string | undefined;
  consent: ConsentFacts;
  /** The destinations that the sender allows or refuses. Undefined allows all. */
  wishes?: SenderWishes | undefined;
  /** The event is not from a visitor, but from a bot or internal traffic. No integration uses it. */
  excludedAs?: 'bot' | 'internal_traffic' | undefined;
  /** The lint codes for its time and identity. */
  lint?: readonly LintCode[];
};

/** The lint codes of an event for one conversion rule. */
export type RuleLint = { integrationId: string; ruleId: string; codes: readonly LintCode[] };

/** A delivery: one event for one conversion rule, on its way to LinkedIn. */
export type NewDelivery = {
  integrationId: string;
  ruleId: string;
  eventId: string;
  /** The element to send. Undefined only while a waiting delivery has no identifier yet. */
  element: ConversionEvent | undefined;
  /** Set when the delivery waits for an e-mail: `hold_for_identity_minutes`. */
  wait?: { untilMs: number; conversion: WaitingConversion };
  /** The mapping whose memberships decide whether it is sent: once each time the person becomes a member. */
  mappingId?: string;
  /** The integration is in test mode. */
  isTest?: true;
};

export type Decision = ({ kind: 'deliver'; deliveries: NewDelivery[] } | { kind: 'skip'; reason: SkipReason }) & {
  ruleLint?: readonly RuleLint[];
};

/** The decisions of one integration about an event, including those after the one that skips it. */
export type IntegrationTrace = {
  integrationId: string;
  /** The conversion rules that the event fires. */
  ruleIds: readonly string[];
  /** The results of its triggers. */
  triggers: TriggerTrace | undefined;
  isEnabled: boolean;
  /** The visitor agreed to its required categories. */
  isConsented: boolean;
  /** The sender allows the event for it. */
  isMeant: boolean;
  /** LinkedIn accepts events of this age. A mapping may set another time. */
  isInTime: boolean;
};

/** Makes all decisions of an integration that come before its conversion rules. */
export function askIntegration(
  event: Event,
  facts: EventFacts,
  { integration, work, isAllTold }: { integration: CollectedIntegration; work: EventWork; isAllTold: boolean },
): {
  integration: CollectedIntegration;
  fired: readonly FiredRule[];
  tooCostly: readonly string[];
  trace: IntegrationTrace;
} {
  const gates = {
    isEnabled: integration.enabled,
    isConsented: isConsented(integration.consent_categories, facts.consent),
    isMeant: !isVetoed(facts.wishes, integration),
    isInTime: facts.receivedAtMs - facts.happenedAtMs < MAX_EVENT_AGE_MS,
  };
  // When an integration may not use the person's data, only whether its conditions held is stored.
  const telling = gates.isConsented && gates.isMeant ? 'what_is_known' : 'nothing';
  const { fired, tooCostly, trace } = askTriggers(event, integration.config, isAllTold ? 'all' : telling, work);
  const ruleIds = fired.map(({ ruleId }) => ruleId);
  return {
    integration,
    fired,
    tooCostly,
    trace: { integrationId: integration.id, ruleIds, triggers: trace, ...gates },
  };
}

/** The part of a person's identity that an integration may use. */
export type Who = Pick<ConversionFacts, 'identity' | 'clickId'>;

/** Decides what one integration does with an event: its deliveries, or the reason for none. */
export async function decideFor(
  event: Event,
  facts: EventFacts,
  {
    asked: { integration, fired, tooCostly, trace },
    eventId,
    who,
    lint,
    work,
  }: {
    asked: ReturnType<typeof askIntegration>;
    eventId: string;
    who: Who;
    lint: readonly LintCode[];
    work: EventWork;
  },
): Promise<Decision> {
  const { config } = integration;
  if (fired.length === 0 && tooCostly.length === 0) return { kind: 'skip', reason: 'no_mapping' };
  if (!trace.isEnabled) return { kind: 'skip', reason: 'integration_disabled' };
  if (!trace.isConsented) return { kind: 'skip', reason: 'no_consent' };
  if (!trace.isMeant) return { kind: 'skip', reason: 'sender_excluded' };
  const defaultCurrency = config.default_currency ?? undefined;
  const general = new Set(lint);
  const valueLint = new Set<LintCode>();
  const unmapped: ConversionFacts = {
    happenedAtMs: facts.happenedAtMs,
    eventId,
    value: conversionValue(event.properties, defaultCurrency, (code) => valueLint.add(code)),
    ...who,
    ip: config.send_ip === undefined || config.send_ip === false ? undefined : facts.ip,
    externalId:
      config.send_external_id === true
        ? idIn(who.identity.userId, 'external_id', (code) => general.add(code))
        : undefined,
    leadUrn: leadUrnIn(event.properties['linkedin_lead_id'], (code) => general.add(code)),
  };
  const { messageId, receivedAtMs } = facts;
  const results = await Promise.all(
    fired.map(async (rule): Promise<Decision> => {
      // A mapping that reads the value itself also notes its oddities.
      const isOwnValue = rule.mapping !== undefined && Object.hasOwn(rule.mapping.fields, 'conversionValue');
      const codes = new Set([...general, ...(isOwnValue ? [] : valueLint)]);
      const note: Note = (code) => codes.add(code);
      const conversion = await factsFor(
        rule.mapping,
        { event, messageId, receivedAtMs, defaultCurrency, facts: unmapped, budget: work.budget() },
        note,
      );
      const decision: Decision =
        conversion === 'too_costly'
          ? TOO_COSTLY
          : await decideRule(rule, conversion, { integration, receivedAtMs, note });
      if (isSkippedFor(decision, 'no_identity') && (await hasLostIdentifier(codes))) note('nobody_left');
      return { ...decision, ruleLint: [{ integrationId: integration.id, ruleId: rule.ruleId, codes: [...codes] }] };
    }),
  );
  const ruleLint = [
    ...results.flatMap((result) => result.ruleLint ?? []),
    ...[...new Set(tooCostly)].map((ruleId): RuleLint => ({
      integrationId: integration.id,
      ruleId,
      codes: ['mapping_too_costly'],
    })),
  ];
  const deliveries = results.flatMap((result) => (result.kind === 'deliver' ? result.deliveries : []));
  return deliveries.length > 0
    ? { kind: 'deliver', deliveries, ruleLint }
    : { kind: 'skip', reason: nearest([...results, ...tooCostly.map(() => TOO_COSTLY)]), ruleLint };
}

const TOO_COSTLY: Decision = { kind: 'skip', reason: 'mapping_too_costly' };

function isSkippedFor(decision: Decision, reason: SkipReason): boolean {
  return decision.kind === 'skip' && decision.reason === reason;
}

async function decideRule(
  rule: FiredRule,
  conversion: ConversionFacts,
  { integration, receivedAtMs, note }: { integration: CollectedIntegration; receivedAtMs: number; note: Note },
): Promise<Decision> {
  if (receivedAtMs - conversion.happenedAtMs >= MAX_EVENT_AGE_MS) {
    note('time_too_old');
    return { kind: 'skip', reason: 'too_old' };
  }
  const { config, id: integrationId } = integration;
  const hashNames = config.hash_names === true;
  const hashIp = config.send_ip === 'hashed';
  const element = await conversionElement(rule.ruleId, conversion, { hashNames, hashIp, note });
  const holdMs = (config.hold_for_identity_minutes ?? SETTING_DEFAULTS.hold_for_identity_minutes) * 60_000;
  const sendsUserId = config.send_external_id === true;
  const waiting = holdMs > 0 ? waitingConversion(rule, conversion, { hashNames, hashIp, sendsUserId }) : undefined;
  if (element === undefined && waiting === undefined) return { kind: 'skip', reason: 'no_identity' };
  const wait = waiting && { untilMs: receivedAtMs + holdMs, conversion: waiting };
  const delivery = { integrationId, ruleId: rule.ruleId, eventId: conversion.eventId, element };
  const { mapping } = rule;
  const once = mapping !== undefined && isOncePerMembership(mapping) ? { mappingId: mapping.id } : {};
  const test = config.test_mode === true ? { isTest: true as const } : {};
  return { kind: 'deliver', deliveries: [{ ...delivery, ...(wait && { wait }), ...once, ...test }] };
}
