import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parser } from '@prometheus-io/lezer-promql';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { METRICS } from '../../../worker/domain/metrics/families.ts';

const root = join(import.meta.dirname, '../../..');
const Dashboard = v.object({
  panels: v.array(v.object({ title: v.string(), targets: v.array(v.object({ expr: v.string() })) })),
  templating: v.object({ list: v.array(v.object({ definition: v.optional(v.string()) })) }),
});
const text = await readFile(join(root, 'examples/grafana/dashboard.json'), 'utf8');
const { panels, templating } = v.parse(Dashboard, JSON.parse(text));
// Grafana puts a duration here.
const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, query: expr.replaceAll('$__rate_interval', '5m') })),
);

/** The series that a scrape stores, with their labels. */
const SERIES = new Map(
  METRICS.map(({ name, type, labels }) => {
    if (type === 'counter') return [`${name}_total`, labels];
    return type === 'histogram' ? [`${name}_bucket`, [...labels, 'le']] : [name, labels];
  }),
);

/** The texts of a query's nodes of some kinds, as Prometheus's own grammar finds them. */
function nodesOf(query: string, kinds: readonly string[]): string[] {
  const found: string[] = [];
  parser.parse(query).iterate({
    enter: ({ name, type, from, to }) => {
      if (kinds.includes(name) || (type.isError && kinds.includes('error'))) found.push(query.slice(from, to));
    },
  });
  return found;
}

describe('the dashboard for Grafana', () => {
  it.each(queries)('$title: $query', ({ query }) => {
    const names = nodesOf(query, ['VectorSelector']).map((selector) => selector.split('{')[0] ?? '');
    const labels = nodesOf(query, ['LabelName']);

    expect(nodesOf(query, ['error'])).toEqual([]);
    expect(names).toHaveLength(1);
    expect([...SERIES.keys()]).toContain(names[0]);
    for (const label of labels) expect(SERIES.get(names[0] ?? '')).toContain(label);
  });

  it('shows every metric', () => {
    const used = new Set(
      queries.flatMap(({ query }) => nodesOf(query, ['VectorSelector']).map((one) => one.split('{')[0])),
    );

    expect([...SERIES.keys()].filter((name) => !used.has(name))).toEqual([]);
    expect(templating.list.flatMap(({ definition }) => definition ?? [])).toEqual([
      'label_values(directflight_storage_bytes, source)',
    ]);
  });

  it('and the docs name every metric, and no other', async () => {
    const docs = await readFile(join(root, 'docs/how-to/monitor.md'), 'utf8');

    expect(new Set(docs.match(/directflight_\w+/g))).toEqual(new Set(SERIES.keys()));
  });
});
