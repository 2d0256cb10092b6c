import type { Env } from '../../env.ts';
import type { AskPorts } from '../../linkedin/ask-linkedin.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { logFault } from '../log-fault.ts';
import { logRequest } from '../log-request.ts';
import { limiterOf } from '../rate-limiter/limiter-of.ts';
import { vaultOf } from './vault-of.ts';

/** Returns what a call to LinkedIn outside the outbox needs: an integration's tokens and permits, a clock and logs. */
export function linkedInPorts(env: Env, integration: Integration): AskPorts {
  const credentials = vaultOf(env, integration);
  return {
    access: () => credentials.access(),
    refused: (tokenId) => credentials.refused(tokenId),
    limiter: (key) => limiterOf(env, key),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms) => scheduler.wait(ms),
    log: logFault,
    logRequest,
  };
}
