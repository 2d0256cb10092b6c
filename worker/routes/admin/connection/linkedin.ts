import type { Context } from 'hono';
import { Hono } from 'hono';

import { hasTag } from '../../../domain/access/entity-tag.ts';
import { conversionRuleId } from '../../../domain/rules/conversion-rule.ts';
import { ruleLimits } from '../../../domain/rules/rule-limits.ts';
import { adAccounts } from '../../../linkedin/ad-accounts.ts';
import { associateCampaigns } from '../../../linkedin/associate-campaigns.ts';
import { campaigns } from '../../../linkedin/campaigns.ts';
import {
  changeConversionRule,
  changesOf,
  conversionRule,
  conversionRules,
  createConversionRule,
  settingsTag,
} from '../../../linkedin/conversion-rules.ts';
import type { RuleAt } from '../../../linkedin/conversion-rules.ts';
import type { CallLinkedIn } from '../../../linkedin/rest-call.ts';
import { idIn } from '../../../linkedin/restli.ts';
import type { FieldProblem } from '../../../schema/problem.ts';
import { WholeListQuery } from '../../../schema/queries.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import {
  CampaignsToAdd,
  ConversionRuleCreate,
  ConversionRulePatch,
  FIXED_FOR_EVER,
} from '../../../schema/settings/linkedin-objects.ts';
import type { ConversionRule } from '../../../schema/settings/linkedin-objects.ts';
import { changedMeanwhile } from '../../http/if-match.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { pageOfAll, readInput } from '../input.ts';
import { readQuery } from '../query.ts';
import { integrationOf } from './integration-of.ts';
import { linkedInOf } from './linkedin-of.ts';
import { orProblem } from './linkedin-problem.ts';

type AdminContext = Context<AdminEnv>;

/** The means to call LinkedIn for an integration. */
type Connection = { call: CallLinkedIn; accountId: string; version: string };

/** `/v1/admin/integrations/{id}`: LinkedIn's ad accounts, campaigns and conversion rules, as its token sees them. */
export function adminLinkedIn(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/ad-accounts', async (c) => {
    const { call } = await connectionOf(c);
    return c.json(pageOfAll(orProblem(await adAccounts(call)), readQuery(c, WholeListQuery), ({ id }) => id));
  });

  routes.get('/:id/campaigns', async (c) => {
    const { call, accountId } = await connectionOf(c);
    return c.json(pageOfAll(orProblem(await campaigns(call, accountId)), readQuery(c, WholeListQuery), ({ id }) => id));
  });

  routes.get('/:id/conversion-rules', async (c) => {
    const { call, accountId } = await connectionOf(c);
    return c.json(
      pageOfAll(orProblem(await conversionRules(call, accountId)), readQuery(c, WholeListQuery), ({ id }) => id),
    );
  });

  routes.post('/:id/conversion-rules', async (c) => {
    const { call, accountId, version } = await connectionOf(c);
    const wanted = await readInput(c, ConversionRuleCreate);
    refuse(ruleLimits(wanted, { version }));
    const { rule, isCreated } = await oneAtATime(c, 'create_conversion_rule', () => ruleNamed(call, accountId, wanted));
    const { auto_association_type: _once, ...settings } = wanted;
    if (isCreated) c.set('changed', { before: {}, after: rule });
    const differs = isCreated ? [] : Object.keys(changesOf(rule, settings));
    return c.json({ ...rule, created: isCreated, differs }, isCreated ? 201 : 200);
  });

  routes.get('/:id/conversion-rules/:rule', async (c) => {
    const { call, accountId } = await connectionOf(c);
    const rule = await ruleAt(call, { accountId, ruleId: ruleIdOf(c) });
    return c.json(rule, 200, { ETag: settingsTag(rule) });
  });

  routes.patch('/:id/conversion-rules/:rule', async (c) => {
    const { call, accountId, version } = await connectionOf(c);
    const wanted = await readInput(c, ConversionRulePatch, FIXED_FOR_EVER);
    const at = { accountId, ruleId: ruleIdOf(c) };
    const rule = await ruleAt(call, at);
    if (!hasTag(c.req.header('If-Match'), settingsTag(rule))) throw changedMeanwhile('conversion rule');
    const changes = changesOf(rule, wanted);
    const changed = Object.keys(changes);
    if (changed.length === 0) return c.json({ ...rule, changed }, 200, { ETag: settingsTag(rule) });
    refuse(ruleLimits({ ...rule, ...changes }, { version }));
    orProblem(await changeConversionRule(call, at, changes));
    await resumeDeliveries(c);
    const now = await ruleAt(call, at);
    c.set('changed', { before: rule, after: now });
    return c.json({ ...now, changed }, 200, { ETag: settingsTag(now) });
  });

  routes.put('/:id/conversion-rules/:rule/campaigns', async (c) => {
    const { call, accountId } = await connectionOf(c);
    const { campaign_ids: given } = await readInput(c, CampaignsToAdd);
    const at = { accountId, ruleId: ruleIdOf(c) };
    const before = await ruleAt(call, at);
    const campaignIds = [...new Set(given.flatMap((ref) => idIn(ref) ?? []))];
    const { added, refused } = orProblem(await associateCampaigns(call, { ruleId: at.ruleId, campaignIds }));
    if (added.length === 0)
      throw new Problem('linkedin_refused', `LinkedIn took none of the campaigns: ${refused[0]?.detail ?? ''}`, {
        extensions: { refused, remedy: 'Check that the campaigns belong to the same ad account as the rule.' },
      });
    const after = await ruleAt(call, at);
    c.set('changed', { before, after });
    const { campaign_ids: associated } = after;
    return c.json({ conversion_rule_id: at.ruleId, campaign_ids: associated, added, refused });
  });

  return routes;
}

async function connectionOf(c: AdminContext): Promise<Connection> {
  const integration = integrationOf(c);
  const { call, version } = await linkedInOf(c.env, integration);
  return { call, version, accountId: accountIdOf(integration) };
}

/** Returns the account's number, which may have been given as its URN. */
export function accountIdOf({ config }: Integration): string {
  return idIn(config.account_id) ?? config.account_id;
}

/**
 * Finds the rule with a name, or creates it. LinkedIn creates a second rule for a second request, so a retry must find
 * the first.
 */
async function ruleNamed(
  call: CallLinkedIn,
  accountId: string,
  wanted: ConversionRuleCreate,
): Promise<{ rule: ConversionRule; isCreated: boolean }> {
  const known = orProblem(await conversionRules(call, accountId)).find((rule) => isSameRule(rule, wanted.name));
  if (known !== undefined) return { rule: known, isCreated: false };
  const { ruleId } = orProblem(await createConversionRule(call, { accountId, rule: wanted }));
  return { rule: orProblem(await conversionRule(call, { accountId, ruleId })), isCreated: true };
}

/** Runs work one at a time per integration, so that nobody else searches between the search and the creation. */
async function oneAtATime<Value>(c: AdminContext, what: string, work: () => Promise<Value>): Promise<Value> {
  const desk = c.env.CREDENTIALS.getByName(c.req.param('id') ?? '');
  if (!(await desk.tryStart(what)))
    throw new Problem('in_progress', 'The same request is already running. Try again in a moment to get its result', {
      headers: { 'Retry-After': '2' },
    });
  try {
    return await work();
  } finally {
    await desk.finished(what);
  }
}

function ruleIdOf(c: AdminContext): string {
  const ref = c.req.param('rule') ?? '';
  if (!/^(urn:lla:llaPartnerConversion:)?\d{1,19}$/.test(ref))
    throw new Problem('not_found', 'No conversion rule has this ID: expected its number or its URN');
  return conversionRuleId(ref);
}

async function ruleAt(call: CallLinkedIn, at: RuleAt): Promise<ConversionRule> {
  const outcome = await conversionRule(call, at);
  if (outcome.kind === 'refused' && outcome.error.status === 404)
    throw new Problem('not_found', `There is no conversion rule ${at.ruleId} in the ad account ${at.accountId}`);
  return orProblem(outcome);
}

/** An Insight Tag rule with the same name does not count, because it accepts no events from a server. */
function isSameRule(rule: ConversionRule, name: string): boolean {
  return rule.name.trim() === name && rule.conversion_method === 'CONVERSIONS_API';
}

function refuse(fields: readonly FieldProblem[]): void {
  const [first] = fields;
  if (first !== undefined)
    throw new Problem('field_invalid', `Cannot use ${first.pointer}: ${first.detail}`, { fields });
}

/** Retries held deliveries, because they may have waited for the rule to be enabled. */
async function resumeDeliveries(c: AdminContext): Promise<void> {
  const { id, source_id: sourceId } = integrationOf(c);
  await c.env.OUTBOX.getByName(sourceId).resume(id);
}
