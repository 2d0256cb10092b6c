import type { CollectedIntegration, SourceConfig } from '../../schema/settings/source-config.ts';
import { isConsented } from '../consent/consent.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { isVetoed } from '../consent/sender-veto.ts';
import type { SenderWishes } from '../consent/sender-veto.ts';
import type { EventFacts } from './decide-for.ts';

/** This is true when neither the visitor nor the sender keeps an event from an integration. */
export function mayKnow(
  integration: CollectedIntegration,
  { consent, wishes }: Pick<EventFacts, 'consent' | 'wishes'>,
): boolean {
  return isConsented(integration.consent_categories, consent) && !isVetoed(wishes, integration);
}

/** This is true when at least one integration may know the visitor: only then may cookies be set. */
export function mayBeRemembered(config: SourceConfig, consent: ConsentFacts): boolean {
  const asked = config.integrations
    .filter(({ enabled }) => enabled)
    .map((integration) => integration.consent_categories);
  // With nobody to ask for consent there is nobody to remember the visitor for, but a click that comes before the
  // integration is set up should not be lost: the usual category decides.
  return (asked.length === 0 ? [['advertising']] : asked).some((categories) => isConsented(categories, consent));
}

/** For which integrations a word of the visitor may complete what waits: those that hold conversions for it, and may have it. */
export function awaitingIdentity(config: SourceConfig, consent: ConsentFacts, wishes?: SenderWishes): string[] {
  return config.integrations
    .filter(({ enabled, config: { hold_for_identity_minutes: minutes } }) => enabled && (minutes ?? 0) > 0)
    .filter((integration) => mayKnow(integration, { consent, wishes }))
    .map(({ id }) => id);
}
