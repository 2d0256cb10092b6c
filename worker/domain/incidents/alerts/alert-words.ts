import type { IncidentView } from '../../../schema/alerts/incident.ts';

export type AlertType = 'incident.opened' | 'incident.updated' | 'incident.closed';

export type ToldIncident = Omit<IncidentView, 'alerts'>;

/**
 * An alert in words: one line that says what happened, and further lines that say where, how much is affected and what
 * to do.
 */
export type AlertWords = { title: string; lines: string[]; link: string | undefined };

/** The most names that are listed. Further ones are only counted. */
const MAX_NAMES = 5;

const MOOD = { info: 'Note', warning: 'Warning', critical: 'Critical' } as const;

/**
 * Describes an incident in words. The text contains no personal data, only names of sites, numbers and our own
 * sentences.
 *
 * @param names The names of its sources by ID.
 */
export function alertWords(
  type: AlertType,
  incident: ToldIncident,
  { names, base }: { names: ReadonlyMap<string, string>; base: string | undefined },
): AlertWords {
  const { severity, title, remedy, parts, sources } = incident;
  const where = placesOf(incident, names);
  const details = [...new Set(parts.map(({ detail }) => detail))].slice(0, 3);
  const mood = type === 'incident.closed' ? 'Solved' : type === 'incident.updated' ? 'Still open' : MOOD[severity];
  const link = base === undefined ? undefined : `${base}${incident.link}`;
  if (type === 'incident.closed') return { title: `${mood}: ${title}`, lines: [where, lastedFor(incident)], link };
  return {
    title: `${mood}: ${title}`,
    lines: [
      where,
      ...(sources > 1 && details.length > 1 ? [] : details),
      ...waitingWords(incident),
      `What to do: ${remedy}`,
    ],
    link,
  };
}

/**
 * Describes what an incident holds or delays, in the words of the console: "12 conversions are not sent yet, worth 900.00
 * EUR. LinkedIn accepts the oldest for 88 more days."
 */
export function waitingWords({ held, value_at_risk: value, days_left: days }: ToldIncident): string[] {
  if (held === 0) return [];
  const worth = Object.entries(value).map(([currency, amount]) => `${amount} ${currency}`);
  return [
    `${count(held, 'conversion is', 'conversions are')} not sent yet${worth.length === 0 ? '' : `, worth ${worth.join(' and ')}`}.`,
    ...(days === null ? [] : [`LinkedIn accepts the oldest for ${count(days, 'more day', 'more days')}.`]),
  ];
}

function placesOf({ parts, sources }: ToldIncident, names: ReadonlyMap<string, string>): string {
  const known = [...new Set(parts.map(({ source_id: id }) => names.get(id) ?? id))];
  const shown = known.slice(0, MAX_NAMES).join(', ');
  return sources > MAX_NAMES ? `${sources} sites: ${shown} and ${sources - MAX_NAMES} more` : shown;
}

function lastedFor({ opened_at: from, closed_at: to }: ToldIncident): string {
  const minutes = Math.max(1, Math.round((Date.parse(to ?? from) - Date.parse(from)) / 60_000));
  if (minutes < 120) return `It lasted ${count(minutes, 'minute', 'minutes')}.`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `It lasted ${hours} hours.` : `It lasted ${Math.round(hours / 24)} days.`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
