import type { Refusal, Sender } from '../../domain/collect/collect-request.ts';
import type { Envelope } from '../../domain/collect/read/envelope.ts';
import { Problem } from '../http/problem.ts';
import { passesFirstLimit } from './first-rate-limit.ts';

/** The maximum size of a request by the kind of key; see docs/reference/limits.md. */
export const LIMITS = {
  page: { bodyBytes: 512 * 1024, events: 500 },
  server: { bodyBytes: 4 * 1024 * 1024, events: 5_000 },
} as const;

const RETRY_WHEN_FLOODED_SECONDS = '60';

export function limitsOf({ isServer }: Sender): { bodyBytes: number; events: number } {
  return isServer ? LIMITS.server : LIMITS.page;
}

/**
 * Limits requests from pages, because no real visitor sends this much. A server key is secret, so its batches are not
 * limited.
 *
 * @throws Problem rate_limited
 */
export async function checkFlood(request: Request, { isServer, config }: Sender, limit: RateLimit): Promise<void> {
  if (isServer) return;
  // With the host, because two installations of an account share their counters if they also share `namespace_id`.
  const { host } = new URL(request.url);
  const key = `${host} ${config.source.id} ${request.headers.get('CF-Connecting-IP') ?? ''}`;
  const success = await passesFirstLimit(limit, key);
  if (!success)
    throw new Problem(
      'rate_limited',
      'Too many requests from this address. Send again later with the same messageIds.',
      {
        headers: { 'Retry-After': RETRY_WHEN_FLOODED_SECONDS },
      },
    );
}

/** Returns why a request is too large for its sender; undefined when it is not. */
export function tooLarge(bytes: number, { events }: Envelope, sender: Sender): Refusal | undefined {
  const limits = limitsOf(sender);
  if (bytes > limits.bodyBytes)
    return {
      code: 'body_too_large',
      detail: `Cannot accept the request: its body is over ${limits.bodyBytes} bytes`,
    };
  if (events.length > limits.events)
    return {
      code: 'too_many_events',
      detail: `Cannot accept the batch: it has ${events.length} events, expected at most ${limits.events}`,
    };
  return undefined;
}
