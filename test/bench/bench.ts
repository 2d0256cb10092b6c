/**
 * `npm run bench`: runs the measurements. It never fails, because a slow result may come from a busy machine. It prints
 * readable tables, then everything as JSON in the last line. `npm run bench -- tag` runs one of them.
 */
import { cpus } from 'node:os';

import { helpIfAsked } from '../../scripts/help.ts';
import { benchBacklog } from './capacity/backlog-bench.ts';
import { benchCapacity } from './capacity/capacity-bench.ts';
import { benchCollector } from './collector/collector-bench.ts';
import { benchCost } from './cost-bench.ts';
import { benchImports } from './imports-bench.ts';
import { benchIngest } from './ingest-bench.ts';
import { benchLiquid } from './liquid-bench.ts';
import { benchMapping } from './mapping-bench.ts';
import { type Row, table } from './table.ts';
import { benchTag } from './tag-bench.ts';

export interface Measured {
  /** Describes the rows, and how they were measured. */
  readonly title: string;
  readonly rows: readonly Row[];
}

const BENCHES: Readonly<Record<string, () => Promise<Measured | readonly Measured[]>>> = {
  tag: benchTag,
  collector: benchCollector,
  ingest: benchIngest,
  mapping: benchMapping,
  liquid: benchLiquid,
  capacity: benchCapacity,
  backlog: benchBacklog,
  cost: benchCost,
  imports: benchImports,
};

helpIfAsked(`Measures the product and prints tables, then all results as JSON in the last line (docs/benchmarks.md).

  npm run bench                          runs all benchmarks
  npm run bench -- tag                   runs one: ${Object.keys(BENCHES).join(', ')}

  SCALE=0.01 DAYS=90 npm run bench -- capacity       1 is 5,000,000 page views and 50,000 conversions a day
  DELIVERIES=1000000 npm run bench -- backlog
  ROWS=30000 npm run bench -- imports                by default 300,000, which takes half an hour or more`);

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const unknown = chosen.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`Cannot measure ${unknown.join(', ')}: expected ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}

const results: Record<string, readonly Measured[]> = {};
for (const name of chosen) {
  // One after the other, because they would disturb each other.
  const measured = [await BENCHES[name]?.()].flat().filter((each) => each !== undefined);
  results[name] = measured;
  for (const { title, rows } of measured) console.log(`\n${name}: ${title}\n\n${table(rows)}`);
}

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
console.log(`\n${JSON.stringify({ at: new Date().toISOString(), machine, results })}`);
process.exit();
