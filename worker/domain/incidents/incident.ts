import { SEVERITIES } from '../../schema/alerts/causes.ts';
import type { Cause, Severity } from '../../schema/alerts/causes.ts';
import { sumByCurrency } from '../value/value-sums.ts';
import { keyOf } from './symptom.ts';
import type { Symptom } from './symptom.ts';

/** Symptoms with the same cause and scope, from the first check that found one until none is left. */
export type Incident = {
  id: string;
  key: string;
  cause: Cause;
  /** The highest severity among its symptoms. After the incident has closed, among its last ones. */
  severity: Severity;
  openedAtMs: number;
  updatedAtMs: number;
  closedAtMs: number | undefined;
  /** What is wrong now. After the incident has closed, what was wrong last. */
  symptoms: readonly Symptom[];
  /**
   * The number of states that were reported so far, from 1 when it opened. A channel gets each of them at most once.
   */
  revision: number;
  /** How often the incident opened again within `AGAIN_MS` after it had closed. */
  reopenings: number;
  /** What was reported last, to find out whether there is something new to report. */
  told: { atMs: number; severity: Severity; sources: number; held: number; stage: number };
};

/** A change of an incident. A `quiet` one is stored, but not reported. */
export type IncidentChange = { kind: 'opened' | 'updated' | 'closed' | 'quiet'; incident: Incident };

/** If the cause comes back within this time, it is the same incident. */
const AGAIN_MS = 15 * 60_000;

/** In this time, at most one alert says that the incident has grown. */
const UPDATE_MS = 60 * 60_000;

/** The numbers of days left at which an approaching deadline is reported. */
const STAGES = [30, 14, 7, 3, 1, 0];

const DAY_MS = 86_400_000;

/** LinkedIn accepts no event that happened longer ago. */
const DEADLINE_DAYS = 90;

/**
 * Updates the incidents with the results of checks of some sources.
 *
 * The result of a check replaces the results of earlier checks of the same source. The symptoms of other sources stay.
 * An incident without a symptom closes.
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

/** Returns whether an open incident has become so much worse that it is reported again. */
function isNews({ severity, symptoms, told }: Incident, nowMs: number): boolean {
  if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(told.severity)) return true;
  if (stageOf(symptoms, nowMs) < told.stage) return true;
  if (nowMs - told.atMs < UPDATE_MS) return false;
  return sourcesOf(symptoms).length >= 2 * told.sources || heldBy(symptoms) >= Math.max(10, 10 * told.held);
}

/** The last of these thresholds that was reached, or a larger number when no deadline is near. */
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

/** Returns the value of the waiting conversions by currency, such as `{ EUR: "900.00" }`. */
export function valueOf(symptoms: readonly Pick<Symptom, 'value'>[]): Record<string, string> {
  const sums = sumByCurrency(symptoms.flatMap(({ value }) => value));
  return Object.fromEntries(sums.map(({ currency, amount }) => [currency, amount]));
}

function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? 'info';
}
