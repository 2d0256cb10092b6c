import type { ConversionEvent, IdType } from '../../schema/events/conversion-event.ts';
import type { Event, EventType } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { isConsented } from '../consent/consent.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { isVetoed } from '../consent/sender-veto.ts';
import type { SenderWishes } from '../consent/sender-veto.ts';
import type { EventWork } from '../fql/work-budget.ts';
import { clickIdOf } from '../identity/click-id.ts';
import type { ClickCookies } from '../identity/click-id.ts';
import type { Identity } from '../identity/identity.ts';
import { waitingConversion } from '../identity/late-identity.ts';
import type { WaitingConversion } from '../identity/late-identity.ts';
import { idIn } from '../identity/partner-id.ts';
import type { Limited } from '../identity/visitor.ts';
import { lostAnIdentifier } from '../lint/lost-an-identifier.ts';
import type { Note } from '../lint/note.ts';
import { keptConsent, keptMessageId, keptName } from '../privacy/kept-names.ts';
import { nameRank } from '../privacy/name-rank.ts';
import type { NameRank } from '../privacy/name-rank.ts';
import { askTriggers } from '../rules/ask-triggers.ts';
import type { FiredRule, TriggerTrace } from '../rules/ask-triggers.ts';
import { factsFor } from '../rules/mapped-facts.ts';
import { isTypeAsked, mustBeNamed } from '../rules/ready-mappings.ts';
import { isOncePerMembership, membershipsLeft } from '../rules/rules-fired.ts';
import { conversionValue } from '../value/conversion-value.ts';
import { conversionElement } from './conversion-element.ts';
import type { ConversionFacts } from './conversion-element.ts';
import { eventIdOf } from './event-id.ts';
import { MAX_EVENT_AGE_MS } from './event-time.ts';
import { eventWork } from './event-work.ts';
import { fieldPaths } from './field-paths.ts';

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

/** What the outbox keeps of an event: how it came and what was decided, with nobody's name in it. */
export type Receipt = {
  messageId: string;
  type: EventType;
  /** The name of a track event, or of a page. */
  name: string | undefined;
  happenedAtMs: number;
  receivedAtMs: number;
  hasClickId: boolean;
  hasEmail: boolean;
  hasNames: boolean;
  /** The names of the fields that it had, never what was in them. */
  fields: string[];
  consent: ConsentFacts;
  /** What each integration asked for that looked at it. */
  consentAsked: Readonly<Record<string, readonly string[]>>;
  deliveries: NewDelivery[];
  /** Why there is no delivery; undefined when there is one. */
  skipReason: SkipReason | undefined;
  /** The mappings whose membership it ends. */
  membershipsLeft: readonly string[];
  /** What was odd about its values, and never the values: each rule of the linter once. */
  lint: readonly LintCode[];
  /** The same by the conversion rules that it fired and was allowed to. */
  ruleLint: readonly RuleLint[];
  /** What each integration's triggers made of it. */
  triggers: Readonly<Record<string, TriggerTrace>>;
  nameRank: NameRank;
};

type Decision = ({ kind: 'deliver'; deliveries: NewDelivery[] } | { kind: 'skip'; reason: SkipReason }) & {
  ruleLint?: readonly RuleLint[];
};

/**
 * Decides what becomes of an event: which conversions it makes, or why it makes none.
 *
 * @param work What the triggers and mappings may still do for it.
 */
export async function ingest(
  event: Event,
  facts: EventFacts,
  config: SourceConfig,
  work: EventWork = eventWork(config),
): Promise<Receipt> {
  const lint = new Set(facts.lint);
  const note: Note = (code) => lint.add(code);
  const eventId = await eventIdOf(facts.messageId, note);
  const who = { identity: facts.identity, clickId: clickIdOf(event, facts.cookies, note) };
  const { clickId } = who;
  const { limited } = facts;
  const less = limited && {
    identity: limited.identity,
    clickId: clickIdOf(event, { ...facts.cookies, click: limited.click }),
  };
  const whoFor = ({ id }: CollectedIntegration): Who => (less && limited.notFor.includes(id) ? less : who);
  const integrations = facts.isNobodys === undefined ? config.integrations : [];
  const asked = integrations.map((integration) => ({
    integration,
    // Of a person an integration may know nothing about, only whether its conditions held is kept.
    ...askTriggers(event, integration.config, mayKnow(integration, facts) ? 'what_is_known' : 'nothing', work),
  }));
  const decisions = await Promise.all(
    asked.map(({ integration, fired, tooCostly }) =>
      decide(event, facts, { integration, fired, tooCostly, eventId, who: whoFor(integration), lint: [...lint], work }),
    ),
  );
  const left = integrations.flatMap(({ enabled, config: settings }) =>
    enabled ? membershipsLeft(event, settings, work) : [],
  );
  const ruleLint = decisions.flatMap((decision) => decision.ruleLint ?? []);
  const deliveries = decisions.flatMap((decision) => (decision.kind === 'deliver' ? decision.deliveries : []));
  return {
    messageId: await keptMessageId(facts.messageId),
    type: event.type,
    name: keptName(event),
    happenedAtMs: facts.happenedAtMs,
    receivedAtMs: facts.receivedAtMs,
    hasClickId: clickId !== undefined || isSent(deliveries, 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID'),
    hasEmail: facts.identity.emailSha256 !== undefined || isSent(deliveries, 'SHA256_EMAIL'),
    hasNames:
      (facts.identity.firstName !== undefined && facts.identity.lastName !== undefined) ||
      deliveries.some(({ element }) => element?.user.userInfo !== undefined),
    fields: fieldPaths(event),
    consent: keptConsent(facts.consent),
    consentAsked: consentAsked(integrations, decisions),
    deliveries,
    skipReason:
      deliveries.length > 0
        ? undefined
        : (facts.isNobodys ?? skipReason(integrations, { decisions, left, type: event.type })),
    membershipsLeft: left,
    lint: [...new Set([...lint, ...ruleLint.flatMap(({ codes }) => codes)])],
    ruleLint,
    triggers: Object.fromEntries(
      asked.flatMap(({ integration, trace }) => (trace === undefined ? [] : [[integration.id, trace]])),
    ),
    nameRank: nameRank(
      event,
      integrations.map(({ config: settings }) => settings),
      asked.some(({ fired }) => fired.length > 0),
    ),
  };
}

/** What an integration may have of the person of an event. */
type Who = Pick<ConversionFacts, 'identity' | 'clickId'>;

/** This is true when neither the visitor nor the sender keeps an event from an integration. */
export function mayKnow(
  integration: CollectedIntegration,
  { consent, wishes }: Pick<EventFacts, 'consent' | 'wishes'>,
): boolean {
  return isConsented(integration.consent_categories, consent) && !isVetoed(wishes, integration);
}

/** This is true when at least one integration may know the visitor: only then may cookies be set. */
export function mayBeRemembered(config: SourceConfig, consent: ConsentFacts): boolean {
  const asked = config.integrations
    .filter(({ enabled }) => enabled)
    .map((integration) => integration.consent_categories);
  // With nobody to ask for consent there is nobody to remember the visitor for, but a click that comes before the
  // integration is set up should not be lost: the usual category decides.
  return (asked.length === 0 ? [['advertising']] : asked).some((categories) => isConsented(categories, consent));
}

async function decide(
  event: Event,
  facts: EventFacts,
  {
    integration,
    fired,
    tooCostly,
    eventId,
    who,
    lint,
    work,
  }: {
    integration: CollectedIntegration;
    fired: readonly FiredRule[];
    tooCostly: readonly string[];
    eventId: string;
    who: Who;
    lint: readonly LintCode[];
    work: EventWork;
  },
): Promise<Decision> {
  const { config } = integration;
  if (fired.length === 0 && tooCostly.length === 0) return { kind: 'skip', reason: 'no_mapping' };
  if (!integration.enabled) return { kind: 'skip', reason: 'integration_disabled' };
  if (!isConsented(integration.consent_categories, facts.consent)) return { kind: 'skip', reason: 'no_consent' };
  if (isVetoed(facts.wishes, integration)) return { kind: 'skip', reason: 'sender_excluded' };
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

/** The reasons in the order in which they explain an event that several integrations skipped: the nearest to a delivery first. */
const NEAREST_FIRST: readonly SkipReason[] = [
  'no_identity',
  'too_old',
  'mapping_too_costly',
  'sender_excluded',
  'no_consent',
  'integration_disabled',
  'no_mapping',
];

/** Of those integrations that looked at consent at all: an event that they have no rule for does not come that far. */
function consentAsked(
  integrations: SourceConfig['integrations'],
  decisions: readonly Decision[],
): Receipt['consentAsked'] {
  const hasLooked = (decision: Decision | undefined): boolean =>
    decision?.kind === 'deliver' || (decision?.reason !== 'no_mapping' && decision?.reason !== 'integration_disabled');
  return Object.fromEntries(
    integrations
      .filter((_, index) => hasLooked(decisions[index]))
      .map(({ id, consent_categories: asked }) => [id, asked]),
  );
}

/** For which integrations a word of the visitor may complete what waits: those that hold conversions for it, and may have it. */
export function awaitingIdentity(config: SourceConfig, consent: ConsentFacts, wishes?: SenderWishes): string[] {
  return config.integrations
    .filter(({ enabled, config: { hold_for_identity_minutes: minutes } }) => enabled && (minutes ?? 0) > 0)
    .filter((integration) => mayKnow(integration, { consent, wishes }))
    .map(({ id }) => id);
}

function skipReason(
  integrations: SourceConfig['integrations'],
  { decisions, left, type }: { decisions: readonly Decision[]; left: Receipt['membershipsLeft']; type: EventType },
): SkipReason {
  if (left.length > 0) return 'membership_ended';
  const isAsked = integrations.some(({ config }) => isTypeAsked(type, config.mappings ?? []));
  if (!isAsked && (mustBeNamed(type) || type === 'screen')) return 'unsupported_type';
  if (decisions.length === 0) return 'no_integration';
  return nearest(decisions);
}

function nearest(decisions: readonly Decision[]): SkipReason {
  const given = new Set(decisions.flatMap((decision) => (decision.kind === 'skip' ? [decision.reason] : [])));
  return NEAREST_FIRST.find((reason) => given.has(reason)) ?? 'no_mapping';
}

function isSent(deliveries: readonly NewDelivery[], wanted: IdType): boolean {
  return deliveries.some(({ element }) => element?.user.userIds.some(({ idType }) => idType === wanted) === true);
}
