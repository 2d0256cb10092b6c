import { CAUSES } from '../../schema/alerts/causes.ts';
import type { Cause } from '../../schema/alerts/causes.ts';
import { HOLD_REASONS } from '../../schema/events/outcome.ts';
import { sumByCurrency } from '../value/value-sums.ts';
import type { IntegrationFacts, IntegrationHealth, RefusedFacts, RuleHealth, SourceFacts } from './source-facts.ts';
import type { Symptom } from './symptom.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Failed deliveries become an incident when a day has at least this number of them, and this share. */
const MANY_FAILED = 5;
const MANY_FAILED_SHARE = 0.1;

/** Fewer refused events in a day come from a stranger or a developer, so they are shown only on Home. */
const MANY_REFUSED = 50;

/** If nothing was refused for this long, the problem is over. */
const REFUSED_LATELY_MS = HOUR_MS;

/** Fewer failures or a shorter wait are normal: the next attempt usually works. */
const UNREACHABLE_FAILURES = 4;
const UNREACHABLE_MS = 10 * MINUTE_MS;

/** Longer than any wait before a queue is tried again, and longer than one round of the watchdog. */
const OVERDUE_MS = 15 * MINUTE_MS;

/** If deliveries wait this long in a queue that does send, it is too slow. */
const SLOW_MS = 6 * HOUR_MS;

/** The days before a deadline at which an incident opens, and at which it becomes critical. */
const CONNECTION_DAYS = { told: 30, critical: 3 };
const TOKEN_DAYS = { told: 14, critical: 3 };
const VERSION_DAYS = { told: 30, critical: 7 };

/** The cause for each reason to hold a whole integration. */
const OF_HOLD: Readonly<Record<string, Cause>> = {
  credentials_missing: 'credentials_missing',
  token_refused: 'token_refused',
  encryption_key_missing: 'encryption_key_missing',
  access_denied: 'access_denied',
  version_sunset: 'version_retired',
  refused_unknown: 'refused_unknown',
  integration_disabled: 'connection_held',
  integration_missing: 'connection_held',
};

/**
 * The cause for each hold of a rule that isn't caused by the rule itself, for example when the keys of its waiting
 * events are missing.
 */
const OF_RULE_HOLD: Readonly<Record<string, Cause>> = {
  refused_unknown: 'refused_unknown',
  encryption_key_missing: 'encryption_key_missing',
  payload_key_missing: 'payload_key_missing',
};

/** Causes that are never about one integration only. All symptoms with such a cause are one incident. */
const SHARED_BY_ALL: ReadonlySet<Cause> = new Set([
  'encryption_key_missing',
  'payload_key_missing',
  'linkedin_unreachable',
]);

/** Returns the symptoms of a source: one for each cause and scope. */
export function symptomsOf(facts: SourceFacts): Symptom[] {
  const { sourceId, health, nowMs } = facts;
  const ofQueues = health.integrations.flatMap((of) => {
    const known = facts.integrations.find(({ id }) => id === of.integrationId);
    return [...ofHold(of, known, sourceId), ...ofRules(of, sourceId, nowMs), ...ofResults(of, sourceId)];
  });
  return [
    ...ofQueues,
    ...facts.integrations
      .filter(({ isEnabled }) => isEnabled)
      .flatMap((integration) => ofEnds(integration, { sourceId, ofQueues })),
    ...ofRefused(facts.refused, { sourceId, nowMs }),
    ...(health.storage.isForConversionsOnly
      ? [
          symptom('outbox_filling', {
            sourceId,
            scope: sourceId,
            detail: `${(health.storage.bytes / 1e9).toFixed(1)} GB are used.`,
          }),
        ]
      : []),
  ];
}

type Given = Partial<Omit<Symptom, 'cause'>> & Pick<Symptom, 'sourceId' | 'scope' | 'detail'>;

/** Returns a symptom with the severity of its cause, unless another is given. */
export function symptom(cause: Cause, given: Given): Symptom {
  return {
    cause,
    severity: CAUSES[cause].severity,
    integrationId: null,
    ruleId: null,
    held: 0,
    value: [],
    oldestMs: undefined,
    daysLeft: undefined,
    ...given,
  };
}

/** The hold of a whole integration, with all the conversions that wait because of it. */
function ofHold(of: IntegrationHealth, known: IntegrationFacts | undefined, sourceId: string): Symptom[] {
  const { hold, rules, integrationId } = of;
  const held = waiting(rules);
  if (hold === null) return [];
  const cause = OF_HOLD[hold.reason] ?? 'refused_unknown';
  // A person disabled or deleted the integration. That is worth an alert only if conversions are waiting.
  if (cause === 'connection_held' && held.held === 0) return [];
  const isOfApp = cause === 'token_refused' && known?.appId !== undefined;
  const scope = SHARED_BY_ALL.has(cause) ? 'all' : isOfApp ? `app:${known.appId}` : integrationId;
  return [symptom(cause, { sourceId, integrationId, scope, detail: sentenceOf(hold.reason), ...held })];
}

function ofRules({ integrationId, hold, rules }: IntegrationHealth, sourceId: string, nowMs: number): Symptom[] {
  // The hold of the whole integration has been reported already.
  if (hold !== null) return [];
  const busy = rules.filter((rule) => rule.waiting > 0);
  const held = busy.flatMap((rule) => {
    if (rule.hold === null) return [];
    const { reason } = rule.hold;
    const cause = OF_RULE_HOLD[reason] ?? 'rule_held';
    const detail = `Rule ${rule.ruleId}: ${sentenceOf(reason)}`;
    const scope = SHARED_BY_ALL.has(cause) ? 'all' : `${integrationId}/${rule.ruleId}`;
    return [symptom(cause, { sourceId, integrationId, ruleId: rule.ruleId, scope, detail, ...waiting([rule]) })];
  });
  const free = busy.filter((rule) => rule.hold === null);
  const failing = free.filter((rule) => rule.failures >= UNREACHABLE_FAILURES && ageMs(rule, nowMs) >= UNREACHABLE_MS);
  const stuck = free.filter(
    (rule) => !failing.includes(rule) && (overdueMs(rule, nowMs) >= OVERDUE_MS || ageMs(rule, nowMs) >= SLOW_MS),
  );
  return [
    ...held,
    ...ofFailing(failing, integrationId, sourceId),
    ...ofStuck(stuck, { integrationId, sourceId, nowMs }),
  ];
}

function ofFailing(failing: readonly RuleHealth[], integrationId: string, sourceId: string): Symptom[] {
  if (failing.length === 0) return [];
  const failures = Math.max(...failing.map((rule) => rule.failures));
  const detail = `The last ${failures} attempts failed.`;
  return [symptom('linkedin_unreachable', { sourceId, integrationId, scope: 'all', detail, ...waiting(failing) })];
}

function ofStuck(
  stuck: readonly RuleHealth[],
  { integrationId, sourceId, nowMs }: { integrationId: string; sourceId: string; nowMs: number },
): Symptom[] {
  if (stuck.length === 0) return [];
  const minutes = Math.round(Math.max(...stuck.map((rule) => ageMs(rule, nowMs))) / MINUTE_MS);
  const detail = `The oldest has waited for ${minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`}.`;
  return [symptom('queue_stuck', { sourceId, integrationId, scope: integrationId, detail, ...waiting(stuck) })];
}

function ofResults({ integrationId, unconfirmed, accepted, failed }: IntegrationHealth, sourceId: string): Symptom[] {
  const at = { sourceId, integrationId, scope: integrationId };
  const share = failed / Math.max(1, failed + accepted);
  return [
    ...(failed >= MANY_FAILED && share >= MANY_FAILED_SHARE
      ? [
          symptom('deliveries_failing', {
            ...at,
            detail: `${failed} of ${failed + accepted} in the last 24 hours (${Math.round(share * 100)} %).`,
          }),
        ]
      : []),
    ...(unconfirmed > 0
      ? [symptom('answers_unconfirmed', { ...at, detail: `${unconfirmed} in the last 24 hours.` })]
      : []),
  ];
}

/** Deadlines that are near. One that has passed and has caused a hold is not reported again. */
function ofEnds(
  integration: IntegrationFacts,
  { sourceId, ofQueues }: { sourceId: string; ofQueues: readonly Symptom[] },
): Symptom[] {
  const { id, version, workingVersion, versionDaysLeft, accessDaysLeft, reconnectDaysLeft, isRenewable } = integration;
  const isOver = (cause: Cause): boolean => ofQueues.some((one) => one.cause === cause && one.integrationId === id);
  const at = { sourceId, integrationId: id };
  const ends: Symptom[] = [];
  const { newestVersion, isVersionPinned, nextVersion, refusedVersion } = integration;
  const newest = newestVersion === undefined ? '' : ` The newest is ${newestVersion}.`;
  const end = (
    cause: Cause,
    days: number | undefined,
    from: typeof TOKEN_DAYS,
    scope: string,
    what: string,
    more = '',
  ): void => {
    if (days === undefined || days > from.told) return;
    const severity = days <= from.critical ? 'critical' : 'warning';
    const detail = days < 0 ? `${what} has ended.` : `${what} ends in ${days === 1 ? '1 day' : `${days} days`}.${more}`;
    ends.push(symptom(cause, { ...at, scope, severity, detail, daysLeft: days }));
  };
  if (refusedVersion !== undefined)
    ends.push(
      symptom('version_refused', {
        ...at,
        scope: `version:${refusedVersion.version}`,
        detail: `LinkedIn’s answer to a batch with ${refusedVersion.version}: “${refusedVersion.message}” It was sent with ${workingVersion}.`,
      }),
    );
  if (workingVersion !== version && isVersionPinned)
    ends.push(
      symptom('version_retired', {
        ...at,
        scope: `version:${version}`,
        severity: 'warning',
        detail: `${version} is retired. Conversions are sent with ${workingVersion}.`,
      }),
    );
  else if (integration.isVersionGone && !isOver('version_retired') && (isVersionPinned || nextVersion === undefined))
    ends.push(
      symptom('version_retired', {
        ...at,
        scope: `version:${workingVersion}`,
        detail: `LinkedIn no longer answers with ${workingVersion}.${newest}`,
      }),
    );
  // If another version is about to be tried, there is nothing to do.
  else if (!isOver('version_retired') && nextVersion === undefined)
    end(
      'version_retiring',
      versionDaysLeft,
      VERSION_DAYS,
      `version:${workingVersion}`,
      `Version ${workingVersion}`,
      newest,
    );
  if (isOver('token_refused')) return ends;
  if (isRenewable) end('connection_ending', reconnectDaysLeft, CONNECTION_DAYS, id, 'The connection');
  else end('token_ending', accessDaysLeft, TOKEN_DAYS, id, 'The token');
  return ends;
}

const OF_REFUSAL: Readonly<Record<string, Cause>> = {
  refused_outbox_full: 'outbox_full',
  refused_fault: 'collector_failing',
};

function ofRefused(
  refused: readonly RefusedFacts[],
  { sourceId, nowMs }: { sourceId: string; nowMs: number },
): Symptom[] {
  return refused.flatMap(({ code, events, detail, lastAtMs }) => {
    const ours = OF_REFUSAL[code];
    if (nowMs - lastAtMs > REFUSED_LATELY_MS || (ours === undefined && events < MANY_REFUSED)) return [];
    const scope = ours === 'collector_failing' ? 'all' : `${sourceId}/${code}`;
    return [symptom(ours ?? 'traffic_refused', { sourceId, scope, detail })];
  });
}

function waiting(rules: readonly RuleHealth[]): Pick<Symptom, 'held' | 'value' | 'oldestMs'> {
  const oldest = rules.flatMap((rule) => rule.oldestHappenedAtMs ?? []);
  return {
    held: rules.reduce((sum, rule) => sum + rule.waiting, 0),
    value: sumByCurrency(rules.flatMap((rule) => rule.value)),
    oldestMs: oldest.length === 0 ? undefined : Math.min(...oldest),
  };
}

/**
 * How long deliveries have waited although they could have been sent. The queue may have been due long before they
 * arrived, when it was still empty.
 */
function overdueMs({ dueAtMs, oldestEnqueuedAtMs }: RuleHealth, nowMs: number): number {
  return nowMs - Math.max(dueAtMs, oldestEnqueuedAtMs ?? nowMs);
}

function ageMs({ oldestEnqueuedAtMs }: RuleHealth, nowMs: number): number {
  return oldestEnqueuedAtMs === null ? 0 : nowMs - oldestEnqueuedAtMs;
}

function sentenceOf(reason: string): string {
  return Object.entries(HOLD_REASONS).find(([code]) => code === reason)?.[1] ?? reason;
}
