import type { QueuePulse } from '../heartbeat/pulse.ts';
import type { IntegrationFacts, IntegrationHealth, SourceFacts } from '../incidents/source-facts.ts';
import { sumByCurrency } from '../value/value-sums.ts';
import type { Counters } from './counters.ts';
import type { Family, Sample } from './exposition.ts';

/** Everything about a source that is in its metrics. */
export type SourceMetrics = {
  sourceId: string;
  /** When it was last read. */
  readAtMs: number;
  counters: Counters;
  queues: readonly QueuePulse[];
  /** From the last check by the alerts, at most five minutes earlier. */
  seen: Pick<SourceFacts, 'integrations' | 'health'>;
};

/** Everything that is in the metrics. */
export type InstanceMetrics = {
  nowMs: number;
  cronAtMs: number | null;
  /** The number of open incidents by severity. */
  incidents: Readonly<Record<string, number>>;
  sources: readonly SourceMetrics[];
};

type Described = Omit<Family, 'samples'> & { labels: readonly string[]; read: (metrics: InstanceMetrics) => Sample[] };

/**
 * All metrics. A test compares them with the dashboard and the docs. None of them contains a person's name or
 * identifier, or any text from an event.
 */
export const METRICS: readonly Described[] = [
  {
    name: 'directflight_cron_age_seconds',
    labels: [],
    type: 'gauge',
    unit: 'seconds',
    help: 'Time since the cron trigger last ran. It runs every five minutes.',
    read: ({ cronAtMs, nowMs }) => (cronAtMs === null ? [] : [{ labels: {}, value: seconds(nowMs - cronAtMs) }]),
  },
  {
    name: 'directflight_open_incidents',
    labels: ['severity'],
    type: 'gauge',
    help: 'Open incidents, by severity.',
    read: ({ incidents }) => Object.entries(incidents).map(([severity, value]) => ({ labels: { severity }, value })),
  },
  {
    name: 'directflight_source_read_age_seconds',
    labels: ['source'],
    type: 'gauge',
    unit: 'seconds',
    help: 'Time since the numbers of a source were last read. More than a minute: it did not answer.',
    read: ofSources(({ sourceId, readAtMs }, nowMs) => [
      { labels: { source: sourceId }, value: seconds(nowMs - readAtMs) },
    ]),
  },
  {
    name: 'directflight_events',
    labels: ['source', 'outcome', 'reason'],
    type: 'counter',
    help: 'Events that were received, by their first outcome: for a conversion, skipped for a reason, or rejected.',
    read: ofSources(({ sourceId, counters }) =>
      Object.entries(counters.events).map(([key, value]) => {
        const [outcome = '', reason = ''] = key.split(':');
        return { labels: { source: sourceId, outcome, reason }, value };
      }),
    ),
  },
  {
    name: 'directflight_requests',
    labels: ['source', 'integration', 'outcome'],
    type: 'counter',
    help: 'Requests with conversions to LinkedIn, by their outcome.',
    read: ofSources(({ sourceId, counters }) => byIntegration(sourceId, counters.attempts)),
  },
  {
    name: 'directflight_requested_conversions',
    labels: ['source', 'integration', 'outcome'],
    type: 'counter',
    help: 'The conversions in these requests, by the outcome of their request.',
    read: ofSources(({ sourceId, counters }) => byIntegration(sourceId, counters.attempted)),
  },
  {
    name: 'directflight_deliveries',
    labels: ['source', 'integration', 'outcome'],
    type: 'counter',
    help: 'Conversions, by their outcome 15 minutes after they were received.',
    read: ofSources(({ sourceId, counters }) => byIntegration(sourceId, counters.deliveries)),
  },
  {
    name: 'directflight_delivery_seconds',
    labels: ['source', 'integration'],
    type: 'histogram',
    unit: 'seconds',
    help: 'Time from received to accepted by LinkedIn. Conversions that still wait after 15 minutes count as longer.',
    read: ofSources(({ sourceId, counters }) =>
      Object.entries(counters.latency).map(([integration, value]) => ({
        labels: { source: sourceId, integration },
        value,
      })),
    ),
  },
  {
    name: 'directflight_queue_age_seconds',
    labels: ['source', 'integration', 'conversion_rule', 'held'],
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the oldest of the next 200 conversions of a conversion rule has waited.',
    read: ofSources(({ sourceId, queues }, nowMs) =>
      queues.map(({ integrationId, ruleId, isHeld, oldestEnqueuedAtMs }) => ({
        labels: { source: sourceId, integration: integrationId, conversion_rule: ruleId, held: String(isHeld) },
        value: oldestEnqueuedAtMs === null ? 0 : seconds(nowMs - oldestEnqueuedAtMs),
      })),
    ),
  },
  {
    name: 'directflight_waiting_conversions',
    labels: ['source', 'integration', 'conversion_rule'],
    type: 'gauge',
    help: 'Conversions that wait to be sent, including held ones, by conversion rule.',
    read: ofSources(({ sourceId, seen }) =>
      seen.health.integrations.flatMap(({ integrationId, rules }) =>
        rules.map(({ ruleId, waiting }) => ({
          labels: { source: sourceId, integration: integrationId, conversion_rule: ruleId },
          value: waiting,
        })),
      ),
    ),
  },
  {
    name: 'directflight_held_conversions',
    labels: ['source', 'integration'],
    type: 'gauge',
    help: 'Conversions that are held until somebody fixes the cause.',
    read: ofSources(({ sourceId, seen }) =>
      seen.health.integrations.map((integration) => ({
        labels: { source: sourceId, integration: integration.integrationId },
        value: heldRules(integration).reduce((sum, { waiting }) => sum + waiting, 0),
      })),
    ),
  },
  {
    name: 'directflight_held_value',
    labels: ['source', 'integration', 'currency'],
    type: 'gauge',
    help: 'The value of the held conversions, by currency.',
    read: ofSources(({ sourceId, seen }) =>
      seen.health.integrations.flatMap((integration) =>
        sumByCurrency(heldRules(integration).flatMap(({ value }) => value)).map(({ currency, amount }) => ({
          labels: { source: sourceId, integration: integration.integrationId, currency },
          value: amount,
        })),
      ),
    ),
  },
  {
    name: 'directflight_failed_conversions_last_day',
    labels: ['source', 'integration'],
    type: 'gauge',
    help: 'Conversions that LinkedIn refused in the last 24 hours and that can be replayed.',
    read: ofSources(({ sourceId, seen }) =>
      seen.health.integrations.map(({ integrationId, failed }) => ({
        labels: { source: sourceId, integration: integrationId },
        value: failed,
      })),
    ),
  },
  {
    name: 'directflight_token_days',
    labels: ['source', 'integration'],
    type: 'gauge',
    unit: 'days',
    help: 'Days until LinkedIn has to be connected again.',
    read: ofIntegrations(({ isRenewable, reconnectDaysLeft, accessDaysLeft }) =>
      isRenewable ? reconnectDaysLeft : accessDaysLeft,
    ),
  },
  {
    name: 'directflight_version_days',
    labels: ['source', 'integration'],
    type: 'gauge',
    unit: 'days',
    help: 'Days until LinkedIn retires the configured API version.',
    read: ofIntegrations(({ versionDaysLeft }) => versionDaysLeft),
  },
  {
    name: 'directflight_storage_bytes',
    labels: ['source'],
    type: 'gauge',
    unit: 'bytes',
    help: "The size of a source's outbox.",
    read: ofSources(({ sourceId, seen }) => [{ labels: { source: sourceId }, value: seen.health.storage.bytes }]),
  },
];

export function familiesOf(metrics: InstanceMetrics): Family[] {
  return METRICS.map(({ read, labels: _, ...described }) => ({ ...described, samples: read(metrics) }));
}

function ofSources(read: (source: SourceMetrics, nowMs: number) => Sample[]): Described['read'] {
  return ({ sources, nowMs }) => sources.flatMap((source) => read(source, nowMs));
}

function ofIntegrations(read: (integration: IntegrationFacts) => number | undefined): Described['read'] {
  return ofSources(({ sourceId, seen }) =>
    seen.integrations.flatMap((integration) => {
      const value = read(integration);
      return value === undefined ? [] : [{ labels: { source: sourceId, integration: integration.id }, value }];
    }),
  );
}

function byIntegration(sourceId: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([key, value]) => {
    const [integration = '', outcome = ''] = key.split(' ');
    return { labels: { source: sourceId, integration, outcome }, value };
  });
}

/** The rule queues that wait for a person. */
function heldRules({ hold, rules }: IntegrationHealth): IntegrationHealth['rules'] {
  return rules.filter((rule) => hold !== null || rule.hold !== null);
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1_000;
}
