/**
 * The two text formats in which monitors read metrics.
 *
 * OpenMetrics 1.0: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md (read 2026-11).
 * Prometheus 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ (read 2026-11).
 */
export type Format = 'openmetrics' | 'prometheus';

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** A metric with its description and its values. */
export type Family = {
  /** The name of a counter is given without `_total`. If there is a unit, the name ends with it. */
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  unit?: 'seconds' | 'bytes' | 'days';
  help: string;
  samples: readonly Sample[];
};

export type Sample = {
  labels: Readonly<Record<string, string>>;
  /** A number, or a decimal as text, so that money stays exact. For a histogram, the count of each interval. */
  value: number | string | readonly number[];
};

/** @param bounds The upper bounds of histograms. */
export function exposition(families: readonly Family[], format: Format, bounds: readonly number[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap((family) => familyLines(family, format, bounds));
  return [...lines, ...(format === 'openmetrics' ? ['# EOF'] : []), ''].join('\n');
}

function familyLines(family: Family, format: Format, bounds: readonly number[]): string[] {
  const { name, type, unit, help, samples } = family;
  // In the older format, a counter's name ends in `_total` everywhere.
  const family0 = type === 'counter' && format === 'prometheus' ? `${name}_total` : name;
  return [
    `# TYPE ${family0} ${type}`,
    ...(unit !== undefined && format === 'openmetrics' ? [`# UNIT ${family0} ${unit}`] : []),
    `# HELP ${family0} ${escaped(help)}`,
    ...samples.flatMap(({ labels, value }) =>
      typeof value === 'object'
        ? bucketLines(name, labels, { counts: value, bounds })
        : [`${name}${type === 'counter' ? '_total' : ''}${labelText(labels)} ${value}`],
    ),
  ];
}

/** Buckets are cumulative: each counts what is at or below its bound. */
function bucketLines(
  name: string,
  labels: Sample['labels'],
  { counts, bounds }: { counts: readonly number[]; bounds: readonly number[] },
): string[] {
  let sum = 0;
  return [...bounds.map((bound) => `${bound}.0`), '+Inf'].map((le, index) => {
    sum += counts[index] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le })} ${sum}`;
  });
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** OpenMetrics escapes quotation marks in help texts too, and the older format reads them the same way. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
