import type { HoldReason } from '../schema/events/outcome.ts';
import type { RefusalRow } from '../schema/events/refusal.ts';
import { FINDINGS, isFindingCode } from '../schema/reports/finding.ts';
import type { Finding, FindingCode } from '../schema/reports/finding.ts';
import type { ConversionRule } from '../schema/settings/linkedin-objects.ts';
import { CONVERSIONS_ONLY_BYTES, FILLING_BYTES, FULL_BYTES } from './collect/storage-budget.ts';
import { markedSpaces } from './fql/marked-spaces.ts';
import { refusedFindings } from './refusals/refused-findings.ts';
import { counted } from './reports/counted.ts';
import type { MissedName } from './rules/missed-names.ts';
import { accountFindings, NO_ACCOUNT, refusalsOf } from './token-findings.ts';
import type { AskedAboutToken } from './token-findings.ts';
import { zoneFindings } from './zone-findings.ts';
import type { TagAnswer } from './zone-findings.ts';

export type MappedRule = {
  ruleId: string;
  mapping: string;
  /** The event name that the mapping asks for, however it is spelled; undefined if it may be several. */
  spelling?: string | undefined;
};

/** Everything that the doctor checks. */
export type Facts = {
  isEncryptionKeySet: boolean;
  isEnabled: boolean;
  isTestMode: boolean;
  accountId: string;
  consentCategories: readonly string[];
  unknownConsent: string;
  /** The rules of this integration, and of the others that receive the same events. */
  mapped: readonly MappedRule[];
  mappedElsewhere: readonly MappedRule[];
  hasRefreshToken: boolean;
  hasClientId: boolean;
  hasClientSecret: boolean;
  /** LinkedIn's message for the last token it refused. */
  tokenRefusal: string | undefined;
  /** Undefined when there is a token. */
  noToken: HoldReason | 'unavailable' | undefined;
  accessDaysLeft: number | undefined;
  reconnectDaysLeft: number | undefined;
  isRenewable: boolean;
  version: string;
  /** A person set the version. */
  isVersionPinned: boolean;
  /** The version that deliveries use. It differs from `version` when LinkedIn retires or has retired that one. */
  workingVersion: string;
  /** The days until LinkedIn retires the version that deliveries use. */
  versionDaysLeft: number | undefined;
  /** The newest version that LinkedIn answers with, if it was asked. */
  newestVersion?: string | undefined;
  quota: { perMinute: number; perDay: number; usedToday: number };
  /** Undefined when LinkedIn could not be asked. */
  accounts: AskedAboutToken['accounts'];
  rules: AskedAboutToken['rules'];
  /** LinkedIn's clock minus ours. */
  skewMs: number | undefined;
  backlog: { held: number; dead: number; unconfirmed: number; holds: readonly string[] };
  /** The size of the source's database. */
  storageBytes: number;
  /** The events of the last day that matched a mapping. */
  recent: { events: number; withClickId: number; withEmail: number; unidentified: number; unconsented: number };
  /** Names of the last day's events that mappings miss because of their spelling. */
  missedNames: readonly MissedName[];
  /** All events of the last day from pages, and those from pages on the collector's own site. */
  reach: { fromPages: number; firstParty: number };
  /** The requests that the collector refused in the last day. */
  refused: readonly RefusalRow[];
  /** Undefined when there is no public address, or nothing answered. */
  tagAnswer: TagAnswer | undefined;
};

const RECONNECT_DAYS = 60;
const TOKEN_DAYS = 14;
const VERSION_DAYS = 90;

/** LinkedIn's own limits for a token (read 2026-09). */
const LINKEDIN_PER_MINUTE = 600;
const LINKEDIN_PER_DAY = 500_000;
const NEARLY_USED = 0.8;

/** A `Date` header has only whole seconds, and an answer takes some time. */
const MAX_SKEW_MS = 2 * 60_000;

/** With fewer events, a share means nothing. */
const ENOUGH_EVENTS = 20;
const HARDLY_ANY = 0.05;
const MOST = 0.5;

/** Returns the problems of an integration, the worst first. Empty when all is well. */
export function diagnose(facts: Facts): Finding[] {
  return inOrder([
    ...ofKeys(facts),
    ...ofSwitches(facts),
    ...ofConnection(facts),
    ...ofEnds(facts),
    ...accountFindings(facts).map(toFinding),
    ...ofMappings(facts),
    ...ofNames(facts),
    ...ofConsent(facts),
    ...ofQuota(facts),
    ...ofDeliveries(facts),
    ...[...refusedFindings(facts.refused), ...zoneFindings(facts.tagAnswer)].map(toFinding),
    ...ofStorage(facts),
    ...ofReach(facts),
    ...ofEvents(facts),
  ]);
}

/**
 * Returns what a token can't do, the worst first: LinkedIn refuses it, or it lacks a scope or a role. Empty when it can
 * send conversions.
 */
export function diagnoseToken(asked: AskedAboutToken): Finding[] {
  return inOrder([...refusalsOf(asked), ...accountFindings(asked)].map(toFinding));
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const order: readonly string[] = Object.keys(FINDINGS).filter(isFindingCode);
  return findings.toSorted((one, other) => order.indexOf(one.code) - order.indexOf(other.code));
}

function toFinding({ code, detail }: { code: FindingCode; detail: string | null }): Finding {
  return finding(code, detail);
}

function finding(code: FindingCode, detail: string | null = null, ruleId?: string): Finding {
  const { severity, title, remedy } = FINDINGS[code];
  return { code, severity, title, detail, remedy, ...(ruleId !== undefined && { conversion_rule_id: ruleId }) };
}

function when(condition: boolean, code: FindingCode, detail?: string): Finding[] {
  return condition ? [finding(code, detail)] : [];
}

function ofKeys({ isEncryptionKeySet, noToken }: Facts): Finding[] {
  if (!isEncryptionKeySet) return [finding('encryption_key_missing')];
  return when(noToken === 'encryption_key_missing', 'encryption_key_other');
}

function ofSwitches({ isEnabled, isTestMode }: Facts): Finding[] {
  return [...when(!isEnabled, 'integration_disabled'), ...when(isTestMode, 'test_mode')];
}

/** Returns the problems of the connection itself. Each cause is reported once, however many questions failed. */
function ofConnection(facts: Facts): Finding[] {
  const { noToken } = facts;
  if (noToken === 'unavailable')
    return [finding('linkedin_unreachable', 'LinkedIn could not be asked for a new token.')];
  if (noToken === 'encryption_key_missing') return [];
  if (noToken === 'credentials_missing') return [finding('credentials_missing')];
  if (noToken !== undefined) return [finding('token_refused', tokenWords(facts))];
  return refusalsOf(facts).map(toFinding);
}

function ofEnds(facts: Facts): Finding[] {
  const { accessDaysLeft, reconnectDaysLeft, isRenewable, version, workingVersion, versionDaysLeft, noToken } = facts;
  // A version that nobody has set is replaced automatically, so there is nothing to do.
  const isReplaced = workingVersion !== version && facts.isVersionPinned;
  const isVersionOver = versionDaysLeft !== undefined && versionDaysLeft < 0;
  const isSaid = facts.rules?.kind === 'refused' || facts.accounts?.kind === 'refused';
  const newest = facts.newestVersion === undefined ? '' : ` The newest is ${facts.newestVersion}.`;
  return [
    ...when(isReplaced, 'version_retired', `Deliveries use ${workingVersion} instead of ${version}.`),
    ...when(
      isVersionOver && !isReplaced && !isSaid,
      'version_retired',
      `Version ${workingVersion} ended ${counted(-(versionDaysLeft ?? 0), 'day', 'days')} ago.`,
    ),
    ...when(
      versionDaysLeft !== undefined && !isVersionOver && !isReplaced && versionDaysLeft <= VERSION_DAYS,
      'version_ending',
      `Version ${workingVersion} has ${counted(versionDaysLeft ?? 0, 'day', 'days')} left.${newest}`,
    ),
    ...when(isRenewable && reconnectDaysLeft !== undefined && reconnectDaysLeft < 0, 'reconnect_overdue'),
    ...when(
      isRenewable && reconnectDaysLeft !== undefined && reconnectDaysLeft >= 0 && reconnectDaysLeft <= RECONNECT_DAYS,
      'reconnect_due',
      `${counted(reconnectDaysLeft ?? 0, 'day is', 'days are')} left.`,
    ),
    ...when(
      noToken === undefined && !isRenewable && accessDaysLeft !== undefined && accessDaysLeft <= TOKEN_DAYS,
      'token_expiring',
      `${counted(accessDaysLeft ?? 0, 'day is', 'days are')} left.`,
    ),
    ...renewalIncomplete(facts),
  ];
}

/** Returns LinkedIn's message about a token: from the doctor's own requests, or from an earlier delivery. */
function tokenWords({ accounts, rules, tokenRefusal }: Facts): string | null {
  const errors = [accounts, rules].flatMap((probe) => (probe?.kind === 'refused' ? [probe.error] : []));
  const error = errors.find(({ responseKind }) => responseKind === 'token_refused');
  const words = error === undefined ? tokenRefusal : `${error.status ?? ''} ${error.message}`.trim();
  return words === undefined ? null : `LinkedIn: ${words}`;
}

/** Reports the missing settings for renewal, and only those. */
function renewalIncomplete({ hasRefreshToken, hasClientId, hasClientSecret }: Facts): Finding[] {
  const missing = [
    ...(hasClientId ? [] : ['the client ID (oauth_client_id)']),
    ...(hasClientSecret ? [] : ['the client secret (oauth_client_secret)']),
  ];
  if (!hasRefreshToken || missing.length === 0) return [];
  const names = missing.join(' and ');
  return [
    {
      ...finding('renewal_incomplete', `Missing: ${names}.`),
      remedy: `Enter ${names} of your LinkedIn app. Otherwise the connection ends with its token, after 60 days.`,
    },
  ];
}

/** Mappings for spellings of one name may share a rule: an event has one of them. */
function ofMappings(facts: Facts): Finding[] {
  const { mapped, mappedElsewhere, rules } = facts;
  if (mapped.length === 0) return [finding('no_mappings')];
  const ruleIds = [...new Set(mapped.map(({ ruleId }) => ruleId))];
  return ruleIds.flatMap((ruleId) => {
    const users = mapped.filter((one) => one.ruleId === ruleId);
    const others = mappedElsewhere.filter((one) => one.ruleId === ruleId);
    const names = [...users, ...others].map(({ mapping }) => `“${mapping}”`).join(' and ');
    return [
      ...(rules?.kind === 'ok' && facts.accountId !== NO_ACCOUNT ? ofRule(ruleId, rules.value, names) : []),
      ...(others.length > 0 || new Set(users.map((one) => one.spelling ?? one)).size > 1
        ? [finding('rule_shared', `Rule ${ruleId} is used by ${names}.`, ruleId)]
        : []),
    ];
  });
}

function ofNames({ missedNames }: Facts): Finding[] {
  return missedNames.map(({ mapping, mappingId, ruleId, asked, name, count, differs }) => ({
    ...finding(
      'event_name_missed',
      `“${mapping}” asks for “${markedSpaces(asked)}”, which did not come in the last day. “${markedSpaces(name)}” came ${counted(count, 'time', 'times')} and differs only in ${differs}.`,
      ruleId,
    ),
    ...(mappingId !== undefined && { mapping_id: mappingId }),
    event_name: name,
  }));
}

function ofRule(ruleId: string, rules: readonly ConversionRule[], names: string): Finding[] {
  const rule = rules.find(({ id }) => id === ruleId);
  if (rule === undefined) return [finding('rule_unknown', `Rule ${ruleId}, used by ${names}.`, ruleId)];
  const which = `“${rule.name}” (${ruleId}), used by ${names}`;
  if (rule.conversion_method !== null && rule.conversion_method !== 'CONVERSIONS_API')
    return [finding('rule_wrong_method', `${which}: its method is ${rule.conversion_method}.`, ruleId)];
  if (!rule.enabled) return [finding('rule_disabled', `${which}.`, ruleId)];
  return rule.campaign_ids.length === 0 ? [finding('rule_without_campaigns', `${which}.`, ruleId)] : [];
}

function ofConsent({ consentCategories, unknownConsent }: Facts): Finding[] {
  if (consentCategories.length === 0) return [finding('consent_not_asked')];
  return when(unknownConsent === 'granted', 'unknown_consent_granted');
}

function ofQuota({ quota: { perMinute, perDay, usedToday }, skewMs }: Facts): Finding[] {
  const perDayAtMost = Math.min(perDay, LINKEDIN_PER_DAY);
  return [
    ...when(
      perMinute > LINKEDIN_PER_MINUTE || perDay > LINKEDIN_PER_DAY,
      'quota_above_linkedins',
      `It is ${counted(perMinute, 'request', 'requests')} a minute and ${perDay.toLocaleString('en')} a day.`,
    ),
    ...when(
      usedToday >= perDayAtMost * NEARLY_USED,
      'quota_nearly_used',
      `${usedToday} of ${perDayAtMost} requests are used.`,
    ),
    ...when(
      skewMs !== undefined && Math.abs(skewMs) > MAX_SKEW_MS,
      'clock_skewed',
      `Ours is ${Math.round(Math.abs(skewMs ?? 0) / 1_000)} seconds ${(skewMs ?? 0) > 0 ? 'behind' : 'ahead'}.`,
    ),
  ];
}

function ofDeliveries({ backlog: { held, dead, unconfirmed, holds } }: Facts): Finding[] {
  return [
    ...when(
      held > 0,
      'deliveries_held',
      `${counted(held, 'conversion is', 'conversions are')} held. ${[...new Set(holds)].join(' ')}`.trim(),
    ),
    ...when(dead > 0, 'dead_letters', `${counted(dead, 'conversion was', 'conversions were')} refused.`),
    ...when(
      unconfirmed > 0,
      'answers_unconfirmed',
      `${counted(unconfirmed, 'conversion', 'conversions')} in the last 24 hours.`,
    ),
  ];
}

function ofStorage({ storageBytes }: Facts): Finding[] {
  return when(
    storageBytes > FILLING_BYTES,
    storageBytes > CONVERSIONS_ONLY_BYTES ? 'storage_for_conversions_only' : 'storage_filling',
    `${(storageBytes / 1e9).toFixed(1)} of ${FULL_BYTES / 1e9} GB are used.`,
  );
}

function ofReach({ reach: { fromPages, firstParty } }: Facts): Finding[] {
  if (fromPages < ENOUGH_EVENTS || firstParty >= fromPages * MOST) return [];
  return [
    finding(
      'collector_elsewhere',
      `${fromPages - firstParty} of ${fromPages} events came from pages on another domain.`,
    ),
  ];
}

function ofEvents({ recent }: Facts): Finding[] {
  const { events, withClickId, withEmail, unidentified, unconsented } = recent;
  if (events < ENOUGH_EVENTS) return [];
  const share = (part: number): string => `${part} of ${events} (${Math.round((100 * part) / events)} %).`;
  if (unconsented >= events * (1 - HARDLY_ANY)) return [finding('few_consented', share(events - unconsented))];
  if (unidentified >= events * MOST) return [finding('few_identified', share(events - unidentified))];
  return [
    ...when(withClickId < events * HARDLY_ANY, 'few_click_ids', share(withClickId)),
    ...when(withEmail < events * HARDLY_ANY, 'few_emails', share(withEmail)),
  ];
}
