import { SKIP_REASONS } from '../../schema/events/outcome.ts';
import type { LedgerRow } from '../../schema/reports/ledger.ts';
import { markedSpaces } from '../fql/marked-spaces.ts';
import { namesAsked } from '../fql/near-misses.ts';
import { missedNames, triggersOf } from '../rules/missed-names.ts';
import type { MappingSettings, MissedName } from '../rules/missed-names.ts';
import { counted } from './counted.ts';
import type { Judged } from './judged.ts';

/** The outcomes of a site's events in a period, as far as they explain why none was delivered. */
export type NoneFacts = {
  /** Events that are waiting to be sent. */
  waiting: number;
  /** Skipped events by reason. */
  skipped: Readonly<Record<string, number>>;
  /** Track events by name. */
  names: ReadonlyMap<string, number>;
  /** The settings of the enabled connections. */
  settings: readonly MappingSettings[];
  /** The period is a day, and earlier events matched a mapping. Conversions can be rarer than that. */
  isShortLull: boolean;
};

/** Reasons that say nothing about mappings: such an event would be skipped with every mapping. */
const OF_NO_MAPPING = new Set([
  'no_mapping',
  'unsupported_type',
  'no_integration',
  'bot',
  'internal_traffic',
  'duplicate',
  'replaced',
]);

/** With fewer events, it may be chance that all of them lack consent or an identifier. */
const ENOUGH_EVENTS = 20;

/** Reasons that are caused by settings. For these, one event is enough. */
const OF_SETTINGS = new Set(['test_mode', 'mapping_too_costly', 'integration_disabled', 'integration_deleted']);

/** The most event names in one sentence. */
const MOST_NAMES = 2;

/** Returns the verdict that explains why a site with events and a working connection delivered none in a period. */
export function whyNone(facts: NoneFacts): Judged {
  const { waiting, skipped } = facts;
  if (waiting > 0)
    return none(
      'quiet',
      `${counted(waiting, 'conversion waits', 'conversions wait')} to be sent. None is delivered yet.`,
    );
  const fitted = Object.entries(skipped).filter(([reason, events]) => events > 0 && !OF_NO_MAPPING.has(reason));
  if (fitted.length > 0) return allSkipped(fitted);
  const unmapped = skipped['no_mapping'] ?? 0;
  if (unmapped > 0) return unmappedOnly(facts, unmapped);
  return none('quiet', 'Events arrive, but none became a delivered conversion in this period.');
}

/**
 * Returns the verdict on a site that delivers, but whose mappings miss a name by its spelling. Undefined if they miss
 * none.
 */
export function missedByName({ settings, names }: Pick<NoneFacts, 'settings' | 'names'>): Judged | undefined {
  const [nearest] = missedIn({ settings, names });
  if (nearest === undefined) return undefined;
  const sentence = `${counted(nearest.count, 'event', 'events')} named “${markedSpaces(nearest.name)}” ${nearest.count === 1 ? 'matches' : 'match'} no mapping. ${differing('The name', nearest)}`;
  return { verdict: 'attention', cause: 'event_name_missed', sentence };
}

/** Counts the track events of a ledger by name. Other types are counted under their type. */
export function namesInLedger(rows: readonly LedgerRow[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { event, received } of rows)
    if (!OF_TYPES.has(event)) names.set(event, (names.get(event) ?? 0) + received);
  return names;
}

const OF_TYPES = new Set(['track', 'page', 'identify', 'screen', 'group', 'alias', '(other)']);

function allSkipped(fitted: readonly (readonly [reason: string, events: number])[]): Judged {
  const events = fitted.reduce((sum, [, more]) => sum + more, 0);
  const [[reason] = ['']] = fitted.toSorted(([, one], [, other]) => other - one);
  const why = Object.entries(SKIP_REASONS).find(([code]) => code === reason)?.[1] ?? '';
  const sentence = `${counted(events, 'event matches a mapping, but was', 'events match a mapping, but all were')} skipped. ${fitted.length > 1 ? 'The most frequent reason: ' : ''}${why}`;
  if (events < ENOUGH_EVENTS && !OF_SETTINGS.has(reason)) return none('quiet', sentence);
  return { verdict: 'attention', cause: 'all_skipped', sentence };
}

function unmappedOnly({ settings, names, isShortLull }: NoneFacts, unmapped: number): Judged {
  const triggers = settings.flatMap((one) => triggersOf(one));
  if (triggers.length === 0)
    return unmappedAs('attention', `No event becomes a conversion: no mapping is enabled. ${mostly(names)}`);
  const [nearest] = missedIn({ settings, names });
  const fact =
    unmapped === 1
      ? 'Its only event matches no mapping.'
      : `None of its ${counted(unmapped, 'event', 'events')} matches a mapping.`;
  if (nearest !== undefined)
    return unmappedAs(
      'attention',
      `${fact} ${differing(`The nearest, “${markedSpaces(nearest.name)}” (${counted(nearest.count, 'event', 'events')}),`, nearest)}`,
    );
  const asked = triggers.map(({ trigger }) => namesAsked(trigger));
  if (asked.some((some) => some.some((name) => names.has(name))))
    return unmappedAs(
      'quiet',
      `${fact} Names that mappings ask for did come, but before there was a mapping, or without its other conditions.`,
    );
  if (isShortLull) return unmappedAs('quiet', `${fact} Earlier events did.`);
  if (names.size === 0 && asked.every((some) => some.length > 0))
    return unmappedAs('quiet', `${fact} None of them has a name that a mapping asks for.`);
  return unmappedAs('attention', `${fact} ${mostly(names)}`);
}

function missedIn({ settings, names }: Pick<NoneFacts, 'settings' | 'names'>): MissedName[] {
  return settings.flatMap((one) => missedNames(one, names)).toSorted((one, other) => other.count - one.count);
}

function differing(what: string, { mapping, asked, differs }: MissedName): string {
  const where = mapping === asked ? '' : `, which the mapping “${markedSpaces(mapping)}” asks for`;
  return `${what} differs only in ${differs} from “${markedSpaces(asked)}”${where}.`;
}

function mostly(names: ReadonlyMap<string, number>): string {
  const most = [...names].toSorted(([, one], [, other]) => other - one).slice(0, MOST_NAMES);
  if (most.length === 0) return 'Only events without a name came, such as page views.';
  const named = most.map(([name, count]) => `“${markedSpaces(name)}” (${counted(count, 'event', 'events')})`);
  return `The most frequent ${most.length === 1 ? 'name is' : 'names are'} ${named.join(' and ')}.`;
}

function none(verdict: 'quiet', sentence: string): Judged {
  return { verdict, cause: 'nothing_delivered', sentence };
}

function unmappedAs(verdict: Judged['verdict'], sentence: string): Judged {
  return { verdict, cause: 'nothing_mapped', sentence: sentence.trim() };
}
