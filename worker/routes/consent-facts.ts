import type { Context } from 'hono';

import { consentCategoriesOf } from '../domain/consent.ts';
import type { ConsentFacts } from '../domain/consent.ts';
import type { Env } from '../env.ts';
import type { Fields } from '../schema/fields.ts';
import type { Envelope } from './envelope.ts';
import type { Sender } from './source-key.ts';

/** What is known about the visitor's consent, from an event's context, its batch, the source's policy and the edge. */
export function consentFacts(
  c: Context<{ Bindings: Env }>,
  context: Fields,
  envelope: Envelope,
  sender: Sender,
): ConsentFacts {
  return {
    categories: consentCategoriesOf(context, envelope.consent),
    policy: sender.isServer ? serverPolicy(sender) : sender.config.source.unknown_consent,
    country: sender.isServer ? undefined : countryOf(c.req.raw),
  };
}

function countryOf(request: Request): string | undefined {
  const country = request.cf?.country;
  return typeof country === 'string' ? country : undefined;
}

/** A server that has events to send has asked before; only a source that wants every yes in words takes nothing for granted. */
function serverPolicy({ config }: Sender): 'granted' | 'denied' {
  return config.source.unknown_consent === 'denied' ? 'denied' : 'granted';
}
