import type { Finding, FindingCode } from '../../../worker/schema/reports/finding.ts';
import type { ReplayAnswer } from '../../../worker/schema/reports/replay.ts';
import { api, send } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { shapes } from '../app/response-shapes.ts';
import { chooseCampaigns, createRule } from '../connection/rule-form.ts';
import { mapToo } from '../mapping/map-too.ts';
import { allowOrigin } from '../reports/allow-origin.ts';
import { SNIPPET_STEP } from '../set-up/step-item.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { formatCount } from '../ui/format.ts';
import { h } from '../ui/h.ts';

const t = texts.remedies;
const REPLAYED = shapeOf<ReplayAnswer>({
  preview: false,
  dead: 0,
  held: 0,
  too_old: 0,
  value: [{ currency: '', amount: '' }],
});

/** LinkedIn's own limits for a token, as the doctor's finding names them. */
const LINKEDIN_LIMITS = { quota_per_minute: 600, quota_per_day: 500_000 };

/** One way to fix a finding: a page to open, or an action. `run` returns false if the person cancelled. */
export type Remedy = { label: string } & ({ href: string } | { run: () => Promise<boolean> });

/** @property origins The addresses of websites whose events were refused, and that can be allowed. */
type Where = { sourceId: string; integrationId: string; origins: readonly string[] };
type Remedies = (where: Where & { rule: string | undefined; missed: Missed | undefined }) => Remedy[];
/** The name that a mapping misses. */
type Missed = { name: string; mappingId: string | undefined };

/** Returns the buttons that fix a finding, the most direct one first. */
export function remediesOf(
  { code, conversion_rule_id: rule, mapping_id: mappingId, event_name: name }: Finding,
  where: Where,
): Remedy[] {
  const make = Object.entries(REMEDIES).find(([known]) => known === code)?.[1];
  return make?.({ ...where, rule, missed: name === undefined ? undefined : { name, mappingId } }) ?? [];
}

const page =
  (label: string, tab: string): Remedies =>
  ({ sourceId }) => [{ label, href: `#/sources/${sourceId}${tab}` }];
const connection: Remedies = ({ sourceId, integrationId }) => [
  { label: t.connect, href: `#/sources/${sourceId}/linkedin/${integrationId}` },
];
const token: Remedies = ({ sourceId, integrationId }) => [
  { label: t.connect, href: `#/sources/${sourceId}/linkedin/${integrationId}?connect=token` },
];
const account: Remedies = ({ sourceId, integrationId }) => [
  { label: t.pickAccount, href: `#/sources/${sourceId}/linkedin/${integrationId}` },
];
const limits: Remedies = ({ sourceId, integrationId }) => [
  { label: t.toLimits, href: `#/sources/${sourceId}/linkedin/${integrationId}` },
];
const change =
  (label: string, body: object): Remedies =>
  ({ integrationId }) => [
    {
      label,
      run: async () => {
        await send(`/integrations/${integrationId}`, { method: 'PATCH', body });
        return true;
      },
    },
  ];
const newestVersion: Remedies = ({ integrationId }) => [
  {
    label: t.newestVersion('…').replace(' …', ''),
    run: async () => {
      const { version } = await api(shapes.status, `/integrations/${integrationId}/status`);
      const isSure = await confirm({
        title: `${t.newestVersion(version.newest_known)}?`,
        text: [h('p', {}, `${version.configured} → ${version.newest_known}`)],
        yes: t.newestVersion(version.newest_known),
      });
      if (!isSure) return false;
      const config = { linkedin_version: version.newest_known };
      await send(`/integrations/${integrationId}`, { method: 'PATCH', body: { config } });
      return true;
    },
  },
];
const rules = page(t.toRules, '/rules');
const mappings = page(t.toMappings, '/mappings');
const live = page(t.toLive, '/live');
const settings = page(t.toSettings, '/settings');
/** Only the person who runs the Worker can fix these, and the finding says how. */
const none: Remedies = () => [];

const enableRule: Remedies = ({ integrationId, rule, ...where }) => [
  ...(rule === undefined
    ? []
    : [
        {
          label: t.enableRule,
          run: async () => {
            const path = `/integrations/${integrationId}/conversion-rules/${rule}`;
            await send(path, { method: 'PATCH', body: { enabled: true } });
            return true;
          },
        },
      ]),
  ...rules({ integrationId, rule, ...where }),
];

const addCampaigns: Remedies = ({ integrationId, rule, ...where }) => [
  ...(rule === undefined
    ? []
    : [
        {
          label: t.addCampaigns,
          run: async () => {
            const known = await api(shapes.conversionRule, `/integrations/${integrationId}/conversion-rules/${rule}`);
            return new Promise<boolean>((resolve, reject) => {
              chooseCampaigns(
                integrationId,
                known,
                () => resolve(true),
                () => resolve(false),
              ).catch(reject);
            });
          },
        },
      ]),
  ...rules({ integrationId, rule, ...where }),
];

const createInstead: Remedies = ({ integrationId, ...where }) => [
  { label: t.createRule, run: async () => (await createRule(integrationId)) !== undefined },
  ...mappings({ integrationId, ...where }),
];

const mapName: Remedies = ({ rule, missed, ...where }) =>
  missed === undefined
    ? mappings({ rule, missed, ...where })
    : [
        {
          label: texts.live.story.mapToo,
          run: () => mapToo({ ...missed, ruleId: rule, integrationId: where.integrationId }),
        },
      ];

const replayFailed: Remedies = ({ sourceId, integrationId }) => [
  {
    label: t.replay,
    run: async () => {
      const path = `/integrations/${integrationId}/replay`;
      const filter = { state: 'dead' };
      const { dead } = await api(REPLAYED, path, { body: { filter, preview: true } });
      const isSure = await confirm({
        title: texts.deliveries.replayTitle,
        text: [
          h('p', {}, texts.deliveries.replayCount(dead, 0)),
          h('p', { class: 'hint' }, texts.deliveries.replaySame),
        ],
        yes: texts.deliveries.replayYes(dead),
      });
      if (isSure) await send(path, { body: { filter } });
      return isSure;
    },
  },
  { label: t.seeFailed, href: `#/sources/${sourceId}/deliveries?state=dead` },
];

const raiseLimit: Remedies = ({ sourceId, ...where }) => [
  {
    label: t.raiseLimit('').trim().replace(/ to$/, ''),
    run: async () => {
      const { max_events_per_minute: limit } = await api(shapes.source, `/sources/${sourceId}`);
      if (limit === null) return true;
      const label = t.raiseLimit(formatCount(limit * 2));
      const isSure = await confirm({ title: `${label}?`, text: [h('p', {}, texts.source.limitHint)], yes: label });
      if (isSure) await send(`/sources/${sourceId}`, { method: 'PATCH', body: { max_events_per_minute: limit * 2 } });
      return isSure;
    },
  },
  ...settings({ sourceId, ...where }),
];

/** More buttons would hide the other findings. The page Live events has all of them. */
const MOST_ORIGINS = 3;

const allowWebsites: Remedies = ({ sourceId, origins, ...where }) => [
  ...origins.slice(0, MOST_ORIGINS).map((origin) => ({
    label: t.allow(origin),
    run: async () => {
      await allowOrigin(sourceId, origin);
      return true;
    },
  })),
  ...page(t.seeRefused, '/live')({ sourceId, origins, ...where }),
];

const byRegion: Remedies = ({ sourceId }) => [
  {
    label: t.byRegion,
    run: async () => {
      await send(`/sources/${sourceId}`, { method: 'PATCH', body: { unknown_consent: 'by_region' } });
      return true;
    },
  },
];

/** A new finding has to be added here: the compiler asks for it. */
const REMEDIES: Readonly<Record<FindingCode, Remedies>> = {
  encryption_key_missing: none,
  encryption_key_other: connection,
  integration_disabled: change(t.enableConnection, { enabled: true }),
  credentials_missing: token,
  linkedin_unreachable: none,
  version_retired: newestVersion,
  token_refused: token,
  reconnect_overdue: connection,
  scope_conversions_missing: connection,
  account_missing: account,
  account_unknown: account,
  role_too_small: connection,
  no_mappings: page(t.addMapping, '/mappings'),
  rule_unknown: (where) => [...mappings(where), ...rules(where)],
  rule_disabled: enableRule,
  rule_wrong_method: createInstead,
  throttled: limits,
  answer_unexpected: connection,
  deliveries_held: page(t.seeHeld, '/deliveries?state=held'),
  refused_outbox_full: page(t.seeHeld, '/deliveries?state=held'),
  refused_fault: none,
  collector_challenged: none,
  refused_origin: allowWebsites,
  refused_key: settings,
  refused_rate: raiseLimit,
  refused_invalid: live,
  refused_too_large: live,
  refused_unreadable: live,
  test_mode: change(t.leaveTestMode, { config: { test_mode: false } }),
  account_inactive: account,
  renewal_incomplete: connection,
  token_expiring: connection,
  reconnect_due: connection,
  version_ending: newestVersion,
  event_name_missed: mapName,
  rule_without_campaigns: addCampaigns,
  rule_shared: mappings,
  consent_not_asked: change(t.requireConsent, { consent_categories: ['advertising'] }),
  unknown_consent_granted: byRegion,
  scope_ads_missing: connection,
  quota_above_linkedins: change(t.lowerQuota, { config: LINKEDIN_LIMITS }),
  quota_nearly_used: limits,
  clock_skewed: none,
  dead_letters: replayFailed,
  answers_unconfirmed: page(t.seeDelivered, '/deliveries?state=delivered'),
  storage_filling: settings,
  storage_for_conversions_only: settings,
  collector_elsewhere: page(t.toSnippet, SNIPPET_STEP),
  tag_cached: none,
  tag_cached_longer: none,
  few_identified: live,
  few_consented: live,
  few_click_ids: page(t.toSnippet, SNIPPET_STEP),
  few_emails: live,
};
