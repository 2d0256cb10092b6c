import { isAllowedOrigin } from '../../domain/collect/allowed-origin.ts';
import type { Sender } from '../../domain/collect/collect-request.ts';
import { Problem } from '../http/problem.ts';

/**
 * Refuses a page whose origin isn't one of the source's.
 *
 * @throws Problem origin_not_allowed
 */
export function checkOrigin(request: Request, { isServer, config: { source } }: Sender): void {
  if (isServer) return;
  const origin = request.headers.get('Origin');
  if (origin === null ? source.require_origin : !isAllowedOrigin(origin, source.allowed_origins))
    throw new Problem(
      'origin_not_allowed',
      origin === null
        ? 'This source accepts events from pages only: expected an Origin header'
        : "The page's origin is not one of the source's allowed_origins",
    );
}
