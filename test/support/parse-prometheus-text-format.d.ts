/** The package has no types. These are what its README describes. */
declare module 'parse-prometheus-text-format' {
  type Metric = {
    labels?: Record<string, string>;
    value?: string;
    /** The buckets of a histogram, by upper bound. */
    buckets?: Record<string, string>;
  };

  /** @throws InvalidLineError */
  export default function parsePrometheusTextFormat(
    text: string,
  ): { name: string; help: string; type: string; metrics: Metric[] }[];
}
