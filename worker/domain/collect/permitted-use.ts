import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { isConsented } from '../consent/consent.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { isVetoed } from '../consent/sender-veto.ts';
import type { SenderWishes } from '../consent/sender-veto.ts';
import type { EventFacts } from './decide-for.ts';

/** Checks whether both the visitor and the sender allow an integration to use an event. */
export function mayUseEvent(
  integration: CollectedIntegration,
  { consent, wishes }: Pick<EventFacts, 'consent' | 'wishes'>,
): boolean {
  return isConsented(integration.consent_categories, consent) && !isVetoed(wishes, integration);
}

/** Checks whether at least one integration may use the visitor's data. Cookies are set only then. */
export function maySetCookies(config: SourceConfig, consent: ConsentFacts): boolean {
  const asked = config.integrations
    .filter(({ enabled }) => enabled)
    .map((integration) => integration.consent_categories);
  // Without an integration, nobody uses the visitor's data yet. But a click before the set-up should not be lost, so
  // the usual category decides.
  return (asked.length === 0 ? [['advertising']] : asked).some((categories) => isConsented(categories, consent));
}

/**
 * Returns the integrations whose waiting conversions an event may complete: those that wait for an e-mail and may use
 * the event.
 */
export function awaitingIdentity(config: SourceConfig, consent: ConsentFacts, wishes?: SenderWishes): string[] {
  return config.integrations
    .filter(({ enabled, config: { hold_for_identity_minutes: minutes } }) => enabled && (minutes ?? 0) > 0)
    .filter((integration) => mayUseEvent(integration, { consent, wishes }))
    .map(({ id }) => id);
}
