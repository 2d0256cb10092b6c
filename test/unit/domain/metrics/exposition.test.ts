import parsePrometheus from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';

import { exposition } from '../../../../worker/domain/metrics/exposition.ts';
import { familiesOf, METRICS } from '../../../../worker/domain/metrics/families.ts';
import { LATENCY_SECONDS } from '../../../../worker/domain/metrics/progress.ts';
import { theMetrics } from './a-source-metrics.ts';

const families = familiesOf(theMetrics());
const prometheus = exposition(families, 'prometheus', LATENCY_SECONDS);
const openMetrics = exposition(families, 'openmetrics', LATENCY_SECONDS);
const parsed = new Map(parsePrometheus(prometheus).map((family) => [family.name, family]));
const samplesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the metrics', () => {
  it('are all read by a parser of Prometheus’s format, with their types and help texts', () => {
    expect([...parsed.values()].map(({ name, type, help }) => ({ name, type, help }))).toEqual(
      METRICS.map(({ name, type, help }) => ({
        name: type === 'counter' ? `${name}_total` : name,
        type: type.toUpperCase(),
        help,
      })),
    );
  });

  it.each<[string, object[]]>([
    ['directflight_cron_age_seconds', [{ value: '61' }]],
    [
      'directflight_events_total',
      [
        { value: '12', labels: { source: 'src_1', outcome: 'for_conversion', reason: '' } },
        { value: '3', labels: { source: 'src_1', outcome: 'skipped', reason: 'no_consent' } },
        { value: '1', labels: { source: 'src_1', outcome: 'rejected', reason: '' } },
      ],
    ],
    [
      'directflight_queue_age_seconds',
      [{ value: '90.5', labels: { source: 'src_1', integration: 'int_1', conversion_rule: '1001', held: 'true' } }],
    ],
    ['directflight_held_conversions', [{ value: '12', labels: { source: 'src_1', integration: 'int_1' } }]],
    ['directflight_held_value', [{ value: '900', labels: { source: 'src_1', integration: 'int_1', currency: 'EUR' } }]],
    // It can be renewed, so the end of the connection counts, and not that of the access token.
    ['directflight_token_days', [{ value: '300', labels: { source: 'src_1', integration: 'int_1' } }]],
  ])('%s has the numbers', (name, metrics) => {
    expect(parsed.get(name)?.metrics).toEqual(metrics);
  });

  it('count in each bucket of the latency everything at or below its bound', () => {
    const buckets = parsed.get('directflight_delivery_seconds')?.metrics[0]?.buckets;

    expect(buckets).toMatchObject({ '1.0': '5', '2.0': '8', '5.0': '10', '900.0': '10', '+Inf': '11' });
  });

  it('are the same in OpenMetrics, with units and an end', () => {
    expect(samplesOf(openMetrics)).toEqual(samplesOf(prometheus));
    expect(openMetrics).toContain('# TYPE directflight_events counter\n');
    expect(openMetrics).toContain('# UNIT directflight_storage_bytes bytes\n');
    expect(openMetrics.endsWith('\n# EOF\n')).toBe(true);
    // OpenMetrics: a metric with a unit ends in it, and a counter's samples in _total.
    expect(METRICS.filter(({ name, unit }) => unit !== undefined && !name.endsWith(`_${unit}`))).toEqual([]);
  });

  it('name the labels that they have', () => {
    for (const { name, labels, read } of METRICS)
      for (const sample of read(theMetrics()))
        expect({ name, labels: Object.keys(sample.labels) }).toEqual({ name, labels });
  });

  it('keep a label apart from the format, whatever is in it', () => {
    const value = 'a"b\\c\nd} 1';
    const text = exposition(
      [{ name: 'x', type: 'gauge', help: value, samples: [{ labels: { value }, value: 1 }] }],
      'prometheus',
      [],
    );

    expect(parsePrometheus(text)).toMatchObject([{ metrics: [{ value: '1', labels: { value } }] }]);
  });
});
