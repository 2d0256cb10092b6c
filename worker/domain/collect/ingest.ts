import type { IdType } from '../../schema/events/conversion-event.ts';
import type { Event, EventType } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import type { EventWork } from '../fql/work-budget.ts';
import { clickIdOf } from '../identity/click-id.ts';
import type { Note } from '../lint/note.ts';
import { keptConsent, keptMessageId, keptName } from '../privacy/masked-names.ts';
import { nameRank } from '../privacy/name-rank.ts';
import type { NameRank } from '../privacy/name-rank.ts';
import type { TriggerTrace } from '../rules/ask-triggers.ts';
import { membershipsLeft } from '../rules/rules-fired.ts';
import { askIntegration, decideFor } from './decide-for.ts';
import type { Decision, EventFacts, IntegrationTrace, NewDelivery, RuleLint, Who } from './decide-for.ts';
import { eventIdOf } from './event-id.ts';
import { eventWork } from './event-work.ts';
import { fieldPaths } from './field-paths.ts';
import { skipReason } from './skip-reason.ts';

/** The outbox's record of an event: how it arrived and what was decided, without personal data. */
export type Receipt = {
  messageId: string;
  type: EventType;
  /** The name of a track event or a page. */
  name: string | undefined;
  happenedAtMs: number;
  receivedAtMs: number;
  hasClickId: boolean;
  hasEmail: boolean;
  hasNames: boolean;
  /** The names of the event's fields, never their values. */
  fields: string[];
  consent: ConsentFacts;
  /** The required consent categories of each integration that checked consent. */
  consentAsked: Readonly<Record<string, readonly string[]>>;
  deliveries: NewDelivery[];
  /** Why there is no delivery. Undefined when there is one. */
  skipReason: SkipReason | undefined;
  /** The mappings whose membership it ends. */
  membershipsLeft: readonly string[];
  /** The lint codes for its values, each once. The values are not included. */
  lint: readonly LintCode[];
  /** The lint codes by conversion rule, for the rules that it fired with consent. */
  ruleLint: readonly RuleLint[];
  /** The results of each integration's triggers. */
  triggers: Readonly<Record<string, TriggerTrace>>;
  nameRank: NameRank;
};

/** A receipt with the decisions of each integration. */
export type Ingested = Receipt & { trace: readonly IntegrationTrace[] };

/**
 * Decides what happens to an event: its deliveries, or the reason for none.
 *
 * @param options.work The remaining work limits for its triggers and mappings.
 * @param options.isAllTold Whether to include all values that the triggers read. Set when the caller sent the event
 * themselves.
 */
export async function ingest(
  event: Event,
  facts: EventFacts,
  config: SourceConfig,
  { work = eventWork(config), isAllTold = false }: { work?: EventWork; isAllTold?: boolean } = {},
): Promise<Ingested> {
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
  const integrations = facts.excludedAs === undefined ? config.integrations : [];
  const asked = integrations.map((integration) => askIntegration(event, facts, { integration, work, isAllTold }));
  const decisions = await Promise.all(
    asked.map((each) =>
      decideFor(event, facts, { asked: each, eventId, who: whoFor(each.integration), lint: [...lint], work }),
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
        : (facts.excludedAs ?? skipReason(integrations, { decisions, left, type: event.type })),
    membershipsLeft: left,
    lint: [...new Set([...lint, ...ruleLint.flatMap(({ codes }) => codes)])],
    ruleLint,
    triggers: Object.fromEntries(
      asked.flatMap(({ integration, trace: { triggers } }) =>
        triggers === undefined ? [] : [[integration.id, triggers]],
      ),
    ),
    nameRank: nameRank(
      event,
      integrations.map(({ config: settings }) => settings),
      asked.some(({ fired }) => fired.length > 0),
    ),
    trace: asked.map(({ trace }) => trace),
  };
}

/**
 * Returns the required categories of the integrations that checked consent. An integration without a matching rule
 * doesn't check it.
 */
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

function isSent(deliveries: readonly NewDelivery[], wanted: IdType): boolean {
  return deliveries.some(({ element }) => element?.user.userIds.some(({ idType }) => idType === wanted) === true);
}
