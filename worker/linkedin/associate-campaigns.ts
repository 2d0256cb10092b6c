import { conversionRuleUrn } from '../domain/rules/conversion-rule.ts';
import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { redact } from './errors/redact.ts';
import type { CallLinkedIn, Outcome } from './rest-call.ts';
import { campaignKey, campaignUrn, restliList } from './restli.ts';

/**
 * A key has about 105 characters and a query should have at most 4,000. Longer ones need LinkedIn's query tunneling.
 */
const MAX_KEYS = 30;

export type Associated = { added: string[]; refused: { campaign_id: string; detail: string }[] };

/**
 * Associates campaigns with a conversion rule. It only adds: existing associations stay, and adding one again is not an
 * error.
 */
export async function associateCampaigns(
  call: CallLinkedIn,
  { ruleId, campaignIds }: { ruleId: string; campaignIds: readonly string[] },
): Promise<Outcome<Associated>> {
  const associated: Associated = { added: [], refused: [] };
  for (let start = 0; start < campaignIds.length; start += MAX_KEYS) {
    const some = campaignIds.slice(start, start + MAX_KEYS);
    const answer = await associateSome(call, { ruleId, campaignIds: some });
    if (answer.kind === 'refused') return answer;
    associated.added.push(...answer.value.added);
    associated.refused.push(...answer.value.refused);
  }
  return { kind: 'ok', value: associated };
}

async function associateSome(
  call: CallLinkedIn,
  { ruleId, campaignIds }: { ruleId: string; campaignIds: readonly string[] },
): Promise<Outcome<Associated>> {
  const keys = new Map(campaignIds.map((campaignId) => [campaignId, campaignKey({ campaignId, ruleId })]));
  const conversion = conversionRuleUrn(ruleId);
  const answer = await call({
    method: 'PUT',
    path: `/rest/campaignConversions?ids=${restliList([...keys.values()])}`,
    body: {
      entities: Object.fromEntries(
        [...keys].map(([campaignId, key]) => [key, { campaign: campaignUrn(campaignId), conversion }]),
      ),
    },
  });
  if (answer.kind === 'refused') return answer;
  const { fields } = answer.value;
  const associated: Associated = { added: [], refused: [] };
  for (const [campaignId, key] of keys) {
    const detail = errorIn(fields, key);
    if (detail === undefined) associated.added.push(campaignId);
    else associated.refused.push({ campaign_id: campaignId, detail });
  }
  return { kind: 'ok', value: associated };
}

/**
 * Returns why LinkedIn refused a key. Rest.li's answer has one map of errors and one of results, but a status in
 * `results` may also be an error.
 */
function errorIn(answer: Fields, key: string): string | undefined {
  const errors = fieldsIn(answer, 'errors');
  if (Object.hasOwn(errors, key)) {
    const { message, status } = fieldsIn(errors, key);
    return redact(typeof message === 'string' ? message : `status ${String(status)}`);
  }
  const { status } = fieldsIn(fieldsIn(answer, 'results'), key);
  return typeof status === 'number' && status >= 300 ? `status ${status}` : undefined;
}
