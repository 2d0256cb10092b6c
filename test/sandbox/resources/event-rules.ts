import { resourceError } from '../error-response.ts';
import type { Visit } from '../restli/resource.ts';
import { RULE_URN, urnId } from '../restli/urn-id.ts';
import { findAccount, mayWork } from '../state/find-account.ts';
import { findRule } from '../state/find-rule.ts';
import { notAuthorized } from './working-account.ts';

type Event = Readonly<Record<string, unknown>>;

/** Refuses events whose conversion rule doesn't accept them. */
export function checkEventRules(events: readonly Event[], { world, bearer }: Visit): void {
  const rules = events.map((event) => findRule(world.state, urnId(event['conversion'], RULE_URN) ?? ''));

  // Misleading, and measured: an unknown rule is reported as a missing account.
  if (rules.includes(undefined)) throw resourceError(403, 'No ad accounts found');
  for (const rule of rules) {
    const account = rule === undefined ? undefined : findAccount(world.state, rule.account);
    if (rule === undefined || account?.roles[bearer.token.member] === undefined)
      throw resourceError(403, 'No ad accounts found');
    if (!mayWork(account, bearer.token.member)) throw notAuthorized(rule.account);
  }

  const foreign = rules.flatMap((rule, index) => (rule?.conversionMethod === 'CONVERSIONS_API' ? [] : [index]));
  if (foreign.length > 0) {
    throw resourceError(
      400,
      "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API, " +
        `indices [${foreign.join(', ')}] (0-indexed)`,
    );
  }
  // LinkedIn documents this error without indices.
  if (rules.some((rule) => rule?.enabled === false)) {
    throw resourceError(
      400,
      'Invalid Conversion information provided, this event(s) is associated to a conversion ' +
        "that's marked as deleted. Conversion enabled should be true",
    );
  }
}
