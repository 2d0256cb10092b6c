import { SEVERITIES } from '../../schema/alerts/causes.ts';
import type { Cause, Severity } from '../../schema/alerts/causes.ts';
import { sumByCurrency } from '../value/value-sums.ts';
import { keyOf } from './symptom.ts';
import type { Symptom } from './symptom.ts';

/** Symptoms with one cause and scope, from the first look that found one until none is left. */
export type Incident = {
  id: string;
  key: string;
  cause: Cause;
  /** The highest of its symptoms; after the end, of the last ones. */
  severity: Severity;
  openedAtMs: number;
  updatedAtMs: number;
  closedAtMs: number | undefined;
  /** What is wrong now; after the end, what was wrong last. */
  symptoms: readonly Symptom[];
  /** Counts the states that are told: 1 when it opened. A channel gets each at most once. */
  revision: number;
  /** How often it opened again within `AGAIN_MS` after it had closed. */
  reopenings: number;
  /** What was told last, to know when there is something new to tell. */
  told: { atMs: number; severity: Severity; sources: number; held: number; stage: number };
};

/** A change of an incident. `quiet` is stored and not told. */
export type IncidentChange = { kind: 'opened' | 'updated' | 'closed' | 'quiet'; incident: Incident };

/** What comes back within this time is the same incident. */
const AGAIN_MS = 15 * 60_000;

/** At most one alert about growth in this time. */
const UPDATE_MS = 60 * 60_000;

/** An end that comes nearer is told when so many days are left. */
const STAGES = [30, 14, 7, 3, 1, 0];

const DAY_MS = 86_400_000;

/** LinkedIn accepts no event that happened longer ago. */
const DEADLINE_DAYS = 90;

/**
 * Applies looks at some sources to the incidents.
 *
 * What a look found replaces what earlier looks at the same source had found. An incident without a symptom closes. The
 * symptoms of other sources stay.
 *
 * @param known The open incidents, and those that closed in the last 15 minutes.
 * @returns The incidents that changed.
 */
export function applyLooks(
  known: readonly Incident[],
  looks: readonly { sourceId: string; symptoms: readonly Symptom[] }[],
  { nowMs, newId }: { nowMs: number; newId: () => string },
): IncidentChange[] {
  const looked = new Set(looks.map(({ sourceId }) => sourceId));
  const found = Map.groupBy(
    looks.flatMap(({ symptoms }) => symptoms),
    keyOf,
  );
  const touched = new Set([
    ...found.keys(),
    ...known.flatMap(({ key, closedAtMs, symptoms }) =>
      closedAtMs === undefined && symptoms.some(({ sourceId }) => looked.has(sourceId)) ? [key] : [],
    ),
  ]);
  return [...touched].flatMap((key) => {
    const before =
      known.find((incident) => incident.key === key && incident.closedAtMs === undefined) ??
      known.find((incident) => incident.key === key && nowMs - (incident.closedAtMs ?? 0) < AGAIN_MS);
    const others =
      before?.closedAtMs === undefined ? (before?.symptoms ?? []).filter(({ sourceId }) => !looked.has(sourceId)) : [];
    const change = changed(before, [...others, ...(found.get(key) ?? [])], { nowMs, newId, key });
    return change === undefined ? [] : [change];
  });
}

function changed(
  before: Incident | undefined,
  symptoms: readonly Symptom[],
  { nowMs, newId, key }: { nowMs: number; newId: () => string; key: string },
): IncidentChange | undefined {
  const [first] = symptoms;
  if (first === undefined) {
    if (before === undefined || before.closedAtMs !== undefined) return undefined;
    const closed = { ...before, closedAtMs: nowMs, updatedAtMs: nowMs, revision: before.revision + 1 };
    return { kind: 'closed', incident: closed };
  }
  const severity = highest(symptoms.map((one) => one.severity));
  const now = { symptoms, severity, updatedAtMs: nowMs };
  if (before === undefined) {
    const opened = { ...now, id: newId(), key, cause: first.cause, openedAtMs: nowMs, revision: 1, reopenings: 0 };
    return { kind: 'opened', incident: withTold({ ...opened, closedAtMs: undefined }, nowMs) };
  }
  if (before.closedAtMs !== undefined) {
    const again = { ...before, ...now, closedAtMs: undefined };
    const counted = { ...again, revision: before.revision + 1, reopenings: before.reopenings + 1 };
    return { kind: 'opened', incident: withTold(counted, nowMs) };
  }
  const updated = { ...before, ...now };
  if (!isNews(updated, nowMs)) return { kind: 'quiet', incident: updated };
  return { kind: 'updated', incident: withTold({ ...updated, revision: before.revision + 1 }, nowMs) };
}

function withTold(incident: Omit<Incident, 'told'>, nowMs: number): Incident {
  const { severity, symptoms } = incident;
  const told = { atMs: nowMs, severity, sources: sourcesOf(symptoms).length, held: heldBy(symptoms) };
  return { ...incident, told: { ...told, stage: stageOf(symptoms, nowMs) } };
}

/** Whether an open incident has become so much worse that it is told again. */
function isNews({ severity, symptoms, told }: Incident, nowMs: number): boolean {
  if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(told.severity)) return true;
  if (stageOf(symptoms, nowMs) < told.stage) return true;
  if (nowMs - told.atMs < UPDATE_MS) return false;
  return sourcesOf(symptoms).length >= 2 * told.sources || heldBy(symptoms) >= Math.max(10, 10 * told.held);
}

/** The last threshold of days that was reached; more than all of them when no end is near. */
function stageOf(symptoms: readonly Symptom[], nowMs: number): number {
  const days = [
    ...symptoms.flatMap(({ daysLeft }) => daysLeft ?? []),
    ...symptoms.flatMap(({ oldestMs }) => (oldestMs === undefined ? [] : daysUntil(deadlineOf(oldestMs), nowMs))),
  ];
  const least = Math.min(...days, Number.POSITIVE_INFINITY);
  return STAGES.findLast((stage) => least <= stage) ?? Number.MAX_SAFE_INTEGER;
}

export function deadlineOf(happenedAtMs: number): number {
  return happenedAtMs + DEADLINE_DAYS * DAY_MS;
}

export function daysUntil(atMs: number, nowMs: number): number {
  return Math.floor((atMs - nowMs) / DAY_MS);
}

export function sourcesOf(symptoms: readonly Symptom[]): string[] {
  return [...new Set(symptoms.map(({ sourceId }) => sourceId))];
}

export function heldBy(symptoms: readonly Symptom[]): number {
  return symptoms.reduce((sum, { held }) => sum + held, 0);
}

/** Returns the value of what waits, by currency, such as `{ EUR: "900.00" }`. */
export function valueOf(symptoms: readonly Pick<Symptom, 'value'>[]): Record<string, string> {
  const sums = sumByCurrency(symptoms.flatMap(({ value }) => value));
  return Object.fromEntries(sums.map(({ currency, amount }) => [currency, amount]));
}

function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? 'info';
}
