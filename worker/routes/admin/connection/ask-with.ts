import { NO_ACCOUNT } from '../../../domain/token-findings.ts';
import { adAccounts } from '../../../linkedin/ad-accounts.ts';
import { conversionRules } from '../../../linkedin/conversion-rules.ts';
import type { CallLinkedIn, Outcome } from '../../../linkedin/rest-call.ts';
import { Problem } from '../../http/problem.ts';
import type { LinkedInOf } from './linkedin-of.ts';

/** LinkedIn's answers. Each is undefined when LinkedIn could not be asked. */
export type AskedWith = {
  accounts: Awaited<ReturnType<typeof adAccounts>> | undefined;
  rules: Awaited<ReturnType<typeof conversionRules>> | undefined;
  /** LinkedIn's clock minus ours. */
  skewMs: number | undefined;
  workingVersion: string;
};

/**
 * Asks LinkedIn for the facts that only LinkedIn has. The two requests need different scopes, so both are made.
 *
 * @param accountId `NO_ACCOUNT` asks for the rules of an account that can be picked: LinkedIn checks the scope first.
 */
export async function askWith({ call, version }: LinkedInOf, accountId: string): Promise<AskedWith> {
  let skewMs: number | undefined;
  const timed: CallLinkedIn = async (request) => {
    const outcome = await call(request);
    if (outcome.kind === 'ok' && outcome.value.dateMs !== undefined) skewMs = outcome.value.dateMs - Date.now();
    return outcome;
  };
  const accounts = await asFarAsItGoes(() => adAccounts(timed));
  const listed = accounts?.kind === 'ok' ? accounts.value : [];
  const likely = listed.find(({ can_send: canSend }) => canSend) ?? listed[0];
  const rulesOf = accountId === NO_ACCOUNT ? (likely?.id ?? NO_ACCOUNT) : accountId;
  const rules = await asFarAsItGoes(() => conversionRules(timed, rulesOf));
  return { accounts, rules, skewMs, workingVersion: version };
}

/**
 * Returns undefined when LinkedIn could not be asked; other checks report why. An error from our own limiter counts as a
 * 429.
 */
async function asFarAsItGoes<Value>(ask: () => Promise<Outcome<Value>>): Promise<Outcome<Value> | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code === 'rate_limited'
      ? {
          kind: 'refused',
          error: {
            responseKind: 'throttled',
            status: 429,
            code: undefined,
            message: error.message,
            retryAfterMs: undefined,
          },
        }
      : undefined;
  }
}
