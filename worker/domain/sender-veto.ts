import { isYes } from '../schema/consent-value.ts';
import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { CollectedIntegration } from '../schema/source-config.ts';
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

/** What an event or a batch says in `integrations`. */
export function integrationsIn(sender: Fields): readonly unknown[] {
  return [sender['integrations'], fieldsIn(sender, 'context')['integrations']].filter((said) => said !== undefined);
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

/**
 * This is true when the sender said that an event is not for an integration: `{ "All": false }`, or one of our names with
 * anything but a yes. Our name with a yes wins over `All`.
 */
export function isVetoed(
  wishes: SenderWishes | undefined,
  integration: Pick<CollectedIntegration, 'id' | 'name'>,
): boolean {
  if (wishes === undefined) return false;
  const names = new Set([...OUR_NAMES, ...[integration.id, integration.name ?? ''].map(folded)].filter(Boolean));
  const verdict = verdictOf(wishes.ofEvent, names) ?? verdictOf(wishes.besideBatch, names);
  return verdict === false || verdictOf(wishes.destinationPreferences, names) === false;
}

/** A no wins; undefined where nothing is said that concerns us. */
function verdictOf(maps: readonly unknown[], names: ReadonlySet<string>): boolean | undefined {
  const verdicts = maps.map((map) => verdictIn(map, names)).filter((verdict) => verdict !== undefined);
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean);
}

function verdictIn(map: unknown, names: ReadonlySet<string>): boolean | undefined {
  if (!isFields(map)) return isEmpty(map) ? undefined : isYes(map);
  const entries = Object.entries(map).map(([name, value]) => [folded(name), isYes(value) || isFields(value)] as const);
  const ours = entries.filter(([name]) => names.has(name));
  const concerning = ours.length > 0 ? ours : entries.filter(([name]) => name === 'all');
  return concerning.length === 0 ? undefined : concerning.every(([, isMeant]) => isMeant);
}

/** What several SDKs and PHP send for an empty object. */
function isEmpty(map: unknown): boolean {
  return map === undefined || map === null || map === '' || (Array.isArray(map) && map.length === 0);
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}
