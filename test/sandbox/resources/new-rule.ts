import { resourceError } from '../error-response.ts';
import { asRecord } from '../json-value.ts';
import type { Visit } from '../restli/resource.ts';
import { ACCOUNT_URN, urnId } from '../restli/urn-id.ts';
import { CONVERSION_RULE, windowsOf } from '../schema/conversion-rule.ts';
import { violations } from '../schema/violations.ts';
import { aRule } from '../state/seed-state.ts';
import { nextRuleId } from '../state/state-patch.ts';
import type { Rule } from '../state/state.ts';
import { checkRole } from './working-account.ts';

/** The most campaigns that LinkedIn associates automatically. */
const MAX_AUTO_ASSOCIATED = 200;

/** Checks a new rule. The returned function creates it and returns its ID. A repeated request creates a second rule. */
export function newRule(visit: Visit, body: unknown, index?: number): () => string {
  const { world, version, now } = visit;
  const [first, ...more] = violations(body, CONVERSION_RULE, { version });
  if (first !== undefined) {
    const prefix = index === undefined ? '' : `Index: ${index}, `;
    throw resourceError(422, [prefix + first, ...more, ''].join('\n'));
  }
  const wanted = asRecord(body);
  const account = urnId(wanted['account'], ACCOUNT_URN) ?? '';
  // The schema has just checked every member against its type in Rule.
  const rule = aRule(now, { ...(wanted as Partial<Rule>), account });
  checkWindows(rule);
  checkRole(visit, account);
  const campaigns = autoAssociated(visit, account);
  return () => {
    const id = nextRuleId(world.state);
    world.saveRule(id, rule);
    const added = campaigns.map((campaign) => ({ campaign, conversion: id }));
    if (added.length > 0) world.saveAssociations([...world.state.associations, ...added]);
    return id;
  };
}

/** Refuses windows that LinkedIn doesn't offer for the rule's type. */
export function checkWindows(rule: Rule): void {
  for (const name of ['postClickAttributionWindowSize', 'viewThroughAttributionWindowSize'] as const) {
    const allowed = windowsOf(rule.type);
    if (!allowed.includes(rule[name]))
      throw resourceError(
        400,
        `${name} ${rule[name]} is invalid for ${rule.type}. Expected one of ${allowed.join(', ')}`,
      );
  }
}

/** Applies once, when the rule is created: it is a query parameter, not a field of the rule. */
function autoAssociated({ params, world }: Visit, account: string): string[] {
  const type = params.get('autoAssociationType');
  if (type === undefined) return [];
  if (type !== 'ALL_CAMPAIGNS' && type !== 'OBJECTIVE_BASED')
    throw resourceError(400, "Parameter 'autoAssociationType' is invalid. Expected ALL_CAMPAIGNS or OBJECTIVE_BASED");
  return Object.entries(world.state.campaigns)
    .filter(([, campaign]) => campaign.account === account && ['ACTIVE', 'PAUSED', 'DRAFT'].includes(campaign.status))
    .filter(([, campaign]) => type === 'ALL_CAMPAIGNS' || campaign.objective === 'WEBSITE_CONVERSION')
    .map(([id]) => id)
    .slice(0, MAX_AUTO_ASSOCIATED);
}
