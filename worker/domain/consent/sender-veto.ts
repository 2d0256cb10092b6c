import { isYes } from '../../schema/events/consent-value.ts';
import { fieldsIn } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { CollectedIntegration } from '../../schema/settings/source-config.ts';
import { comparedName } from '../privacy/compared-name.ts';
import { isMeaning, readDestinations, verdictOf } from './destinations.ts';
import type { DestinationMap, Verdict } from './destinations.ts';
import type { SaidConsent } from './read-consent.ts';

/** Which destinations an event is for, as its sender says it: Segment's and RudderStack's `integrations`, and `destinationPreferences`. */
export type SenderWishes = {
  /** The event's own `integrations`, and those in its context. */
  ofEvent: readonly DestinationMap[];
  /** Those beside its batch. */
  besideBatch: readonly DestinationMap[];
  /** What the visitor allowed destination by destination, among the event's consent and its batch's. */
  destinationPreferences: readonly DestinationMap[];
};

/** What an event or a batch says in `integrations`. A null says nothing: several SDKs send it for "none". */
export function integrationsIn(sender: Fields): readonly DestinationMap[] {
  return [sender['integrations'], fieldsIn(sender, 'context')['integrations']]
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
 * This is true when the sender said that an event is not for an integration: `{ "All": false }`, or one of our names with
 * anything but a yes. Our name with a yes wins over `All` in the same place, and our name with a no over any `All`.
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

/** An event's own word counts before the one beside its batch; but a yes to everybody takes back no "no" to us. */
function joined(ofEvent: Verdict | undefined, besideBatch: Verdict | undefined): boolean | undefined {
  const isTakingBack = ofEvent?.isMeant === true && !ofEvent.isNamed;
  if (isTakingBack && besideBatch?.isMeant === false && besideBatch.isNamed) return false;
  return (ofEvent ?? besideBatch)?.isMeant;
}
