import { isNo, isYes } from '../schema/consent-value.ts';
import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { CollectedIntegration } from '../schema/source-config.ts';
import { comparedName } from './compared-name.ts';
import type { SaidConsent } from './read-consent.ts';

/** For whom an event is, as its sender says it: Segment's and RudderStack's `integrations`, and `destinationPreferences`. */
export type SenderWishes = {
  /** The event's own `integrations`, and those in its context. */
  ofEvent: readonly unknown[];
  /** Those beside its batch. */
  besideBatch: readonly unknown[];
  /** What the visitor allowed destination by destination, among the event's consent and its batch's. */
  destinationPreferences: readonly unknown[];
};

/** What an event or a batch says in `integrations`. A null says nothing: several SDKs send it for "none". */
export function integrationsIn(sender: Fields): readonly unknown[] {
  return [sender['integrations'], fieldsIn(sender, 'context')['integrations']].filter(
    (said) => said !== undefined && said !== null,
  );
}

export function wishesOf(
  integrations: { ofEvent: readonly unknown[]; besideBatch: readonly unknown[] },
  consents: readonly SaidConsent[],
): SenderWishes {
  return {
    ...integrations,
    destinationPreferences: consents.flatMap(({ destinationPreferences }) => destinationPreferences),
  };
}

/** The names under which Segment and RudderStack know LinkedIn, and we do; see `folded`. */
const OUR_NAMES = ['linkedinconversionsapi', 'linkedin', 'linkedinads'];

const EVERYBODY: ReadonlySet<string> = new Set(['all', '*']);

/**
 * This is true when the sender said that an event is not for an integration: `{ "All": false }`, or one of our names with
 * anything but a yes. Our name with a yes wins over `All` in the same place, and our name with a no over any `All`.
 */
export function isVetoed(
  { ofEvent, besideBatch, destinationPreferences }: SenderWishes = SILENCE,
  integration: Pick<CollectedIntegration, 'id' | 'name'>,
): boolean {
  const names = new Set([...OUR_NAMES, ...[integration.id, integration.name ?? ''].map(folded)].filter(Boolean));
  const isMeant = joined(verdictOf(ofEvent, names, isMeaning), verdictOf(besideBatch, names, isMeaning));
  return isMeant === false || verdictOf(destinationPreferences, names, isYes)?.isMeant === false;
}

const SILENCE: SenderWishes = { ofEvent: [], besideBatch: [], destinationPreferences: [] };

type Verdict = {
  isMeant: boolean;
  /** It is about us, and not about every destination. */
  isNamed: boolean;
};

/** An event's own word counts before the one beside its batch; but a yes to everybody takes back no "no" to us. */
function joined(ofEvent: Verdict | undefined, besideBatch: Verdict | undefined): boolean | undefined {
  const isTakingBack = ofEvent?.isMeant === true && !ofEvent.isNamed;
  if (isTakingBack && besideBatch?.isMeant === false && besideBatch.isNamed) return false;
  return (ofEvent ?? besideBatch)?.isMeant;
}

type ReadValue = (value: unknown) => boolean;

/** A no wins; undefined where nothing is said that concerns us. */
function verdictOf(maps: readonly unknown[], names: ReadonlySet<string>, read: ReadValue): Verdict | undefined {
  const verdicts = maps.map((map) => verdictIn(map, names, read)).filter((verdict) => verdict !== undefined);
  if (verdicts.length === 0) return undefined;
  return {
    isMeant: verdicts.every(({ isMeant }) => isMeant),
    isNamed: verdicts.some(({ isNamed }) => isNamed),
  };
}

function verdictIn(map: unknown, names: ReadonlySet<string>, read: ReadValue): Verdict | undefined {
  if (!isFields(map)) return { isMeant: isYes(map), isNamed: false };
  const entries = Object.entries(map).map(([name, value]) => [folded(name), value] as const);
  const ours = entries.filter(([name]) => names.has(name));
  if (ours.length > 0) return { isMeant: ours.every(([, value]) => read(value)), isNamed: true };
  const all = entries.filter(([name]) => EVERYBODY.has(name));
  return all.length === 0 ? undefined : { isMeant: all.every(([, value]) => isYes(value)), isNamed: false };
}

/** Under our name in `integrations` an object is a yes with settings, unless it says itself that we are off. */
function isMeaning(value: unknown): boolean {
  if (!isFields(value)) return isYes(value);
  return !Object.entries(value).some(([name, enabled]) => folded(name) === 'enabled' && isNo(enabled));
}

/** Names are the same however their words are joined: `LinkedIn Ads`, `linkedin_ads`, `linkedin-ads`. */
function folded(name: string): string {
  return comparedName(name).replaceAll(/[\s_\p{Dash}]/gu, '');
}
