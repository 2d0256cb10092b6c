import { isYes } from '../../schema/events/consent-value.ts';
import { fieldsIn } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { CollectedIntegration } from '../../schema/settings/source-config.ts';
import { comparedName } from '../privacy/compared-name.ts';
import { isMeaning, readDestinations, verdictOf } from './destinations.ts';
import type { DestinationMap, Verdict } from './destinations.ts';
import type { SaidConsent } from './read-consent.ts';

/**
 * The destinations that an event's sender allows or refuses, from Segment's and RudderStack's `integrations` and from
 * `destinationPreferences`.
 */
export type SenderWishes = {
  /** The event's own `integrations`, and those in its context. */
  ofEvent: readonly DestinationMap[];
  /** The `integrations` of its batch. */
  besideBatch: readonly DestinationMap[];
  /** The visitor's answers by destination, from the consent of the event and its batch. */
  destinationPreferences: readonly DestinationMap[];
};

/** Segment's and RudderStack's field for the destinations of an event. */
export const DESTINATIONS_FIELD = 'integrations';

/** Returns the `integrations` of an event or a batch. Null is ignored, because several SDKs send it for "none". */
export function integrationsIn(sender: Fields): readonly DestinationMap[] {
  return [sender[DESTINATIONS_FIELD], fieldsIn(sender, 'context')[DESTINATIONS_FIELD]]
    .filter((said) => said !== undefined && said !== null)
    .map(readDestinations);
}

export function wishesOf(
  integrations: Pick<SenderWishes, 'ofEvent' | 'besideBatch'>,
  consents: readonly SaidConsent[],
): SenderWishes {
  return {
    ...integrations,
    destinationPreferences: consents.flatMap(({ destinationPreferences }) => destinationPreferences),
  };
}

/**
 * Checks whether the sender refused an integration for an event: with `{ "All": false }`, or with one of our names and
 * any value except a yes. A yes under our name wins over `All` in the same object. A no under our name wins over any
 * `All`.
 */
export function isVetoed(
  { ofEvent, besideBatch, destinationPreferences }: SenderWishes = SILENCE,
  integration: Pick<CollectedIntegration, 'id' | 'name'>,
): boolean {
  const names = [...new Set([integration.id, integration.name ?? ''].map(comparedName))].filter(Boolean);
  const isMeant = joined(verdictOf(ofEvent, names, isMeaning), verdictOf(besideBatch, names, isMeaning));
  return isMeant === false || verdictOf(destinationPreferences, names, isYes)?.isMeant === false;
}

const SILENCE: SenderWishes = { ofEvent: [], besideBatch: [], destinationPreferences: [] };

/**
 * Combines the answers of an event and its batch. The event's answer wins, but a yes to all destinations doesn't
 * override the batch's no to us.
 */
function joined(ofEvent: Verdict | undefined, besideBatch: Verdict | undefined): boolean | undefined {
  const isTakingBack = ofEvent?.isMeant === true && !ofEvent.isNamed;
  if (isTakingBack && besideBatch?.isMeant === false && besideBatch.isNamed) return false;
  return (ofEvent ?? besideBatch)?.isMeant;
}
