import { resourceError } from '../error-response.ts';
import { isRecord } from '../json-value.ts';
import type { Visit } from '../restli/resource.ts';
import { CONVERSION_RULE } from '../schema/conversion-rule.ts';
import { violations } from '../schema/violations.ts';
import type { Rule } from '../state/state.ts';
import { checkWindows } from './new-rule.ts';

/** Applies `{"patch":{"$set":{…}}}` to a rule, the only patch in LinkedIn's documentation. */
export function patchedRule({ body, version, now }: Visit, rule: Rule): Rule {
  const patch = isRecord(body) ? body['patch'] : undefined;
  const set = isRecord(patch) ? patch['$set'] : undefined;
  if (!isRecord(set) || Object.keys(set).length === 0)
    throw resourceError(
      400,
      'Invalid PARTIAL_UPDATE request: the body must be {"patch":{"$set":{…}}} and set something',
    );
  const lines = violations(set, CONVERSION_RULE, { version, operation: 'partial_update' });
  if (lines.length > 0) throw resourceError(422, lines.map((line) => `${line}\n`).join(''));

  // The schema has just checked every member against its type in Rule, and refused the account.
  const patched: Rule = { ...rule, ...(set as Partial<Rule>), lastModified: now };
  checkWindows(patched);
  return patched;
}
