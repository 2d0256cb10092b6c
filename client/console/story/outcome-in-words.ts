import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { mappedBeside, missedName, type AskedTriggers } from '../mapping/missed-name.ts';
import { texts } from '../texts.ts';

const t = texts.live;

/**
 * Says what became of an event: which mapping it misses, or missed, only by the spelling of its name, and whether the
 * visitor refused or said nothing.
 *
 * @param asked What the mappings of the event's site ask for now. Empty if it isn't known.
 */
export function outcomeInWords(
  {
    type,
    event: name,
    reason,
    sentence,
    consent,
  }: Pick<EventView, 'type' | 'event' | 'reason' | 'sentence' | 'consent'>,
  asked: readonly AskedTriggers[],
): string {
  if (reason === 'no_consent') return consentInWords(consent.categories) ?? sentence;
  if (type !== 'track' || reason !== 'no_mapping' || name === null) return sentence;
  return missInWords(name, asked) ?? sentence;
}

/** Says which mapping a name misses, or missed, only by its spelling. Undefined if there is none. */
export function missInWords(name: string, asked: readonly AskedTriggers[]): string | undefined {
  const miss = missedName(name, asked);
  if (miss !== undefined) return t.nearMiss(markedSpaces(miss.asked), miss.differs);
  const beside = mappedBeside(name, asked);
  return beside === undefined ? undefined : t.nearMissThen(markedSpaces(beside.asked), beside.differs);
}

/** Which categories the connection requires isn't stored with the event, so only what is certain is said. */
function consentInWords(categories: Readonly<Record<string, boolean>>): string | undefined {
  const answers = Object.entries(categories);
  const refused = answers.filter(([, isGiven]) => !isGiven);
  if (answers.length === 0) return t.consentMissing;
  return refused.length === 0
    ? undefined
    : t.consentRefused(refused.map(([category]) => texts.consentCategory(category, answers.length === 1)));
}
