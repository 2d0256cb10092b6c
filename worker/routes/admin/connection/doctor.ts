import type { Context } from 'hono';
import { Hono } from 'hono';

import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { diagnose } from '../../../domain/diagnose.ts';
import type { Facts, MappedRule } from '../../../domain/diagnose.ts';
import { namesAsked, spellingKey } from '../../../domain/fql/near-misses.ts';
import { refusalRow } from '../../../domain/refusals/refusal-view.ts';
import { isDealtWith } from '../../../domain/refusals/still-refused.ts';
import { conversionRuleId } from '../../../domain/rules/conversion-rule.ts';
import { missedNames, triggersOf } from '../../../domain/rules/missed-names.ts';
import { parseKeyRing } from '../../../domain/sealing/sealed-box.ts';
import { newestActive } from '../../../linkedin/scouted-versions.ts';
import type { ScoutedVersions } from '../../../linkedin/scouted-versions.ts';
import { versionDaysLeft } from '../../../linkedin/versions.ts';
import { vaultOf } from '../../../objects/credentials/vault-of.ts';
import { logFault } from '../../../objects/log-fault.ts';
import type { EventView } from '../../../schema/events/event-view.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { SourceStores } from '../../stores/source-stores.ts';
import type { AdminEnv } from '../env.ts';
import { askForTag } from './ask-for-tag.ts';
import { askWith } from './ask-with.ts';
import { integrationOf } from './integration-of.ts';
import { linkedInOf } from './linkedin-of.ts';
import { accountIdOf } from './linkedin.ts';

type AdminContext = Context<AdminEnv>;

const DAY_MS = 86_400_000;
const DAY_HOURS = 24;

/** The doctor reads this many of the newest events, up to a day back. */
const MAX_RECENT_EVENTS = 500;

/** How many integrations of the source are searched for rules that are used twice. */
const MAX_NEIGHBOURS = 100;

/** `/v1/admin/integrations/{id}/doctor`: what is wrong with an integration, the worst first, and how to fix it. */
export function adminDoctor(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.post('/:id/doctor', async (c) => {
    const integration = integrationOf(c);
    const facts = await factsOf(c, integration);
    const { events, withClickId, withEmail } = facts.recent;
    const { fromPages, firstParty } = facts.reach;
    const findings = diagnose(facts);
    return c.json({
      checked_at: new Date().toISOString(),
      healthy: findings.length === 0,
      findings,
      last_day: {
        events,
        click_id_share: events === 0 ? null : withClickId / events,
        email_share: events === 0 ? null : withEmail / events,
        first_party_share: fromPages === 0 ? null : firstParty / fromPages,
      },
    });
  });
  return routes;
}

async function factsOf(c: AdminContext, integration: Integration): Promise<Facts> {
  const { id, source_id: sourceId, config, secrets } = integration;
  const { OUTBOX, RATE_LIMITER, REFUSALS, REGISTRY } = c.env;
  const nowMs = Date.now();
  const registry = REGISTRY.getByName('registry');
  const accountId = accountIdOf(integration);
  const isEncryptionKeySet = isKeyRing(c.env.ENCRYPTION_KEY);
  // Called first, because it may renew the token.
  const asked = isEncryptionKeySet ? await askWith(await linkedInOf(c.env, integration), accountId) : undefined;
  const access = isEncryptionKeySet ? await vaultOf(c.env, integration).access() : undefined;
  const [ends, source, neighbours, backlog, events, refused, tagAnswer] = await Promise.all([
    isEncryptionKeySet ? vaultOf(c.env, integration).ends() : undefined,
    registry.source(sourceId),
    registry.integrations({ sourceId, limit: MAX_NEIGHBOURS, after: undefined }),
    OUTBOX.getByName(sourceId).backlog(id),
    lastDay(c, sourceId, nowMs),
    REFUSALS.getByName(sourceId).lastHours(DAY_HOURS),
    askForTag(c.env, c.req.url),
  ]);
  const limits = limitsOf(config);
  const used =
    access?.kind === 'token' ? await RATE_LIMITER.getByName(access.limiterKey).status(limits) : { usedToday: 0 };
  const version = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
  const scouted = await scoutedVersions(c);
  return {
    isEncryptionKeySet,
    isEnabled: integration.enabled,
    isTestMode: config.test_mode === true,
    accountId,
    consentCategories: integration.consent_categories,
    unknownConsent: source?.unknown_consent ?? 'by_region',
    mapped: mappedRules(integration),
    mappedElsewhere: neighbours
      .filter((other) => other.id !== id && other.enabled)
      .flatMap((other) =>
        mappedRules(other).map(({ ruleId, mapping }) => ({ ruleId, mapping: `${mapping} of ${other.name}` })),
      ),
    hasRefreshToken: secrets.refresh_token?.set === true,
    hasClientId: typeof config.oauth_client_id === 'string',
    hasClientSecret: secrets.oauth_client_secret?.set === true,
    tokenRefusal: backlog.token_refusal ?? undefined,
    noToken:
      access === undefined || access.kind === 'token'
        ? undefined
        : access.kind === 'none'
          ? access.reason
          : 'unavailable',
    accessDaysLeft: daysLeft(ends?.accessExpiresAtMs, nowMs),
    reconnectDaysLeft: daysLeft(ends?.refreshExpiresAtMs, nowMs),
    isRenewable: ends?.isRenewable ?? false,
    version,
    isVersionPinned: config.linkedin_version !== undefined,
    workingVersion: asked?.workingVersion ?? version,
    versionDaysLeft: versionDaysLeft(asked?.workingVersion ?? version, nowMs),
    newestVersion: newestActive(scouted),
    quota: { perMinute: limits.perMinute, perDay: limits.perDay, usedToday: used.usedToday },
    accounts: asked?.accounts,
    rules: asked?.rules,
    skewMs: asked?.skewMs,
    backlog: {
      held: backlog.held,
      dead: backlog.dead,
      unconfirmed: backlog.unconfirmed,
      holds: holdSentences(backlog),
    },
    storageBytes: backlog.storage.bytes,
    recent: wantedOf(events, id),
    missedNames: missedNames(config, namesIn(events)),
    reach: {
      fromPages: events.filter((event) => event.first_party !== null).length,
      firstParty: events.filter((event) => event.first_party === true).length,
    },
    refused:
      source === undefined
        ? []
        : refused.filter((hour) => !isDealtWith(hour, source)).map((hour) => refusalRow(hour, source)),
    tagAnswer,
  };
}

/**
 * Returns LinkedIn's last answer about its versions. If the alerts can't be reached, the doctor still examines
 * everything else.
 */
async function scoutedVersions(c: AdminContext): Promise<ScoutedVersions> {
  try {
    return await c.env.ALERTS.getByName('alerts').versions();
  } catch (error) {
    logFault('doctor.versions', error);
    return {};
  }
}

function mappedRules({ config }: Integration): MappedRule[] {
  return triggersOf(config).map(({ mapping, trigger, ref }) => {
    const [spelling, ...others] = new Set(namesAsked(trigger).map(spellingKey));
    return { ruleId: conversionRuleId(ref), mapping, spelling: others.length === 0 ? spelling : undefined };
  });
}

/** Returns the newest events of the last day. */
async function lastDay(c: AdminContext, sourceId: string, nowMs: number): Promise<EventView[]> {
  const { data } = await new SourceStores(c.env, sourceId).latest({ limit: MAX_RECENT_EVENTS, beforeSeq: undefined });
  return data.filter((event) => nowMs - Date.parse(event.received_at) < DAY_MS);
}

/** Counts track events by name. */
function namesIn(events: readonly EventView[]): Map<string, number> {
  const named = events.flatMap(({ type, event }) => (type === 'track' && event !== null ? [event] : []));
  return new Map([...Map.groupBy(named, (name) => name)].map(([name, same]) => [name, same.length]));
}

/** Counts the events that a mapping of this integration matched. */
function wantedOf(all: readonly EventView[], integrationId: string): Facts['recent'] {
  const events = all.filter((event) => isWanted(event, integrationId));
  const count = (is: (event: EventView) => boolean): number => events.filter(is).length;
  return {
    events: events.length,
    withClickId: count((event) => event.click_id),
    withEmail: count((event) => event.email),
    unidentified: count((event) => event.reason === 'no_identity'),
    unconsented: count((event) => event.reason === 'no_consent'),
  };
}

function isWanted(event: EventView, integrationId: string): boolean {
  return (
    event.deliveries.some((delivery) => delivery.integration_id === integrationId) ||
    event.reason === 'no_identity' ||
    event.reason === 'no_consent'
  );
}

function holdSentences({
  hold,
  rules,
}: {
  hold: { sentence: string } | null;
  rules: readonly { waiting: number; hold: { sentence: string } | null }[];
}): string[] {
  const ofRules = rules.flatMap((rule) => (rule.waiting > 0 && rule.hold !== null ? [rule.hold.sentence] : []));
  return hold === null ? ofRules : [hold.sentence];
}

function isKeyRing(text: string | undefined): boolean {
  try {
    parseKeyRing(text ?? '');
    return true;
  } catch {
    return false;
  }
}

function daysLeft(atMs: number | undefined, nowMs: number): number | undefined {
  return atMs === undefined ? undefined : Math.floor((atMs - nowMs) / DAY_MS);
}
