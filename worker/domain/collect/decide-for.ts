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
import { idIn } from '../identity/partner-id.ts';
import type { Limited } from '../identity/visitor.ts';
import { lostAnIdentifier } from '../lint/lost-an-identifier.ts';
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

/** What is known of an event beside itself: from the request, the visitor's cookies and the events before it. */
export type EventFacts = {
  messageId: string;
  happenedAtMs: number;
  receivedAtMs: number;
  /** Of this event merged over what was known of the visitor. */
  identity: Identity;
  cookies: ClickCookies;
  /** The same for those integrations that may know less. */
  limited?: Limited | undefined;
  ip: string | undefined;
  consent: ConsentFacts;
  /** For which destinations its sender says that it is; undefined: for all. */
  wishes?: SenderWishes | undefined;
  /** Not from a visitor: a bot or internal traffic. No integration looks at it. */
  isNobodys?: 'bot' | 'internal_traffic' | undefined;
  /** What was odd about its time and about who it says the visitor is. */
  lint?: readonly LintCode[];
};

/** What was odd about an event for one conversion rule. */
export type RuleLint = { integrationId: string; ruleId: string; codes: readonly LintCode[] };

/** One event for one conversion rule, on its way to LinkedIn. */
export type NewDelivery = {
  integrationId: string;
  ruleId: string;
  eventId: string;
  /** What would be sent now; undefined while nothing identifies the person, which only one that waits can afford. */
  element: ConversionEvent | undefined;
  /** The e-mail may come a moment later: `hold_for_identity_minutes`. */
  wait?: { untilMs: number; conversion: WaitingConversion };
  /** The mapping whose memberships say whether it goes: once for each time that the person becomes a member. */
  mappingId?: string;
  /** The integration is in test mode. */
  isTest?: true;
};

export type Decision = ({ kind: 'deliver'; deliveries: NewDelivery[] } | { kind: 'skip'; reason: SkipReason }) & {
  ruleLint?: readonly RuleLint[];
};

/** What an integration was asked about an event, and the answers: also to the questions after the one that ends it. */
export type IntegrationTrace = {
  integrationId: string;
  /** The conversion rules that the event fires. */
  ruleIds: readonly string[];
  /** What its triggers made of the event. */
  triggers: TriggerTrace | undefined;
  isEnabled: boolean;
  /** The visitor agreed to what it asks for. */
  isConsented: boolean;
  /** The sender means the event for it. */
  isMeant: boolean;
  /** LinkedIn still takes events of this age. A mapping may say another time. */
  isInTime: boolean;
};

/** Asks an integration everything that comes before its conversion rules. */
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
  // Of a person an integration may know nothing about, only whether its conditions held is kept.
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

/** What an integration may have of the person of an event. */
export type Who = Pick<ConversionFacts, 'identity' | 'clickId'>;

/** Decides what one integration makes of an event: which deliveries, or why none. */
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
  };
  const { messageId, receivedAtMs } = facts;
  const results = await Promise.all(
    fired.map(async (rule): Promise<Decision> => {
      // A mapping that reads the value itself says itself what is odd about it.
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
      if (isSkippedFor(decision, 'no_identity') && lostAnIdentifier(codes)) note('nobody_left');
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
