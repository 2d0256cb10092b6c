import { TooCostly } from '../../worker/domain/fql/work-budget.ts';
import { fillLiquid, liquidComesFrom, liquidFor } from '../../worker/domain/mapping-kit/liquid.ts';
import type { Measured } from './bench.ts';
import { rounded } from './statistics.ts';

/** A template is filled again and again for this long, so that V8 compiles it, and then measured in windows. */
const WARM_MS = 5;
const WINDOWS = 12;

/** The steps that an event may take. */
const MOST_STEPS = 255_000;

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What fits into an event of 32 KiB. */
const properties: Readonly<Record<string, unknown>> = {
  ones: many(10_000, 1),
  nulls: many(6_000, null),
  objects: Array.from({ length: 3_000 }, (_, n) => ({ n })),
  lists: many(5_000, [1]),
  wide: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`k${n}`, n])),
  text: 'a'.repeat(30_000),
  quotes: "'".repeat(30_000),
  signs: '漢'.repeat(10_000),
  distinct: String.fromCharCode(...Array.from({ length: 10_000 }, (_, n) => 0x4e_00 + n)),
  digits: `${'0'.repeat(15_000)}9`,
  names: '%B'.repeat(5_000),
  zones: '%Z'.repeat(5_000),
  days: '%j'.repeat(5_000),
  plan: 'team',
};

const assigned = (value: string): string => `{% assign a = properties.${value} %}`;

/** The most expensive values of each kind of work, and ordinary templates. */
const TEMPLATES: readonly string[] = [
  '{% if properties.ones contains "zz" %}{% endif %}',
  '{% if properties.ones contains nil %}{% endif %}',
  '{% if properties.lists == properties.lists %}{% endif %}',
  '{% if properties.ones > "x" %}{% endif %}',
  '{% if properties.nulls contains "zz" %}{% endif %}',
  '{{ properties.wide.size }}',
  '{{ properties[properties.ones] }}',
  '{{ properties.ones }}',
  ...[
    'base64_decode',
    'downcase',
    'sample',
    'split: ""',
    'truncate: properties.digits',
    'lstrip: properties.distinct',
  ].map((filter) => assigned(`text | ${filter}`)),
  ...['escape', 'cgi_escape', 'url_encode'].map((filter) => assigned(`quotes | ${filter}`)),
  ...['base64_encode', 'slugify', 'uri_escape'].map((filter) => assigned(`signs | ${filter}`)),
  ...['join', 'json', 'sum: "n"', 'where: "n"', 'upcase', 'remove: ""'].map((filter) =>
    assigned(`objects | ${filter}`),
  ),
  ...['names', 'zones', 'days'].map((format) => `{% assign a = "now" | date: properties.${format} %}`),
  '{{ "now" | date: "%A, %d %B %Y", "Europe/Berlin" }}',
  '{{ properties.plan }}',
  '{{ properties.plan | upcase }}',
  '{{ properties.hash | append }}',
  '{{a}}'.repeat(200),
  `{{a|abs:${'a,'.repeat(490)}a}}`,
  `{%if a${'==a'.repeat(320)}%}{%endif%}`,
];

/**
 * Measures how long a step of a Liquid template takes, for values that make it as long as possible. The prices in
 * `worker/domain/mapping-kit/liquid-prices.ts` come from here. A template that costs too much is measured until it is
 * stopped.
 */
export async function benchLiquid(): Promise<Measured> {
  liquidComesFrom(async () => (await import('../../worker/domain/mapping-kit/liquid-engine.ts')).liquidEngine);
  await liquidFor({ '@liquid': 'x' });
  const rows = TEMPLATES.map((template) => {
    const { us, steps } = measured(template);
    return {
      template: template.length > 70 ? `${template.slice(0, 30)}… (${template.length} characters)` : template,
      steps: steps > MOST_STEPS ? 'stopped' : steps,
      µs: rounded(us),
      'ns a step': rounded((us * 1_000) / Math.min(steps, MOST_STEPS)),
    };
  });
  return { title: 'Liquid: the best time of 12 in Node, with as much as fits into an event', rows };
}

function measured(template: string): { us: number; steps: number } {
  const fill = fillLiquid(template);
  let steps = 0;
  const budget = {
    spend(count: number) {
      steps += count;
      if (steps > MOST_STEPS) throw new TooCostly();
    },
    write() {},
  };
  const run = (): void => {
    steps = 0;
    try {
      // @ts-expect-error -- A budget that only counts.
      fill({ properties }, { gaps: 0, failures: 0, unknownFilters: 0, budget });
    } catch (error) {
      if (!(error instanceof TooCostly)) throw error;
    }
  };
  const warmUntil = performance.now() + WARM_MS;
  while (performance.now() < warmUntil) run();
  let best = Number.POSITIVE_INFINITY;
  let times = 1;
  for (let window = 0; window < WINDOWS; window += 1) {
    const start = performance.now();
    for (let time = 0; time < times; time += 1) run();
    const oneMs = (performance.now() - start) / times;
    best = Math.min(best, oneMs);
    times = Math.max(times, Math.ceil(0.2 / oneMs));
  }
  return { us: best * 1_000, steps };
}
