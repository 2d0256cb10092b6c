import type { Env } from '../../env.ts';
import type { Limiter } from '../../linkedin/ask-linkedin.ts';

/** Returns the rate limiter of a LinkedIn app, or of a token when there is no app. */
export function limiterOf(env: Pick<Env, 'RATE_LIMITER'>, key: string): Limiter {
  const limiter = env.RATE_LIMITER.getByName(key);
  return {
    take: (limits, integrationId) => limiter.take(limits, integrationId),
    pause: (limits, untilMs) => limiter.pause(limits, untilMs),
    report: (limits, isReachable) => limiter.report(limits, isReachable),
  };
}
