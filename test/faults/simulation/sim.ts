/** Runs the outbox through years of faults, or plants bugs to measure the simulation; `HELP` lists the options. */
import { parseArgs } from 'node:util';

import type { Violation } from './invariants.ts';
import { plant } from './plant.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { MOST_SEEDS_FOR_A_BUG, scoreBugs } from './score-bugs.ts';
import type { Sighting } from './score-bugs.ts';

const HELP = `Runs the outbox through simulated faults (docs/simulation.md).

  npm run sim -- --seeds 300             runs 300 seeds and prints each that fails
  npm run sim -- --from 42 --seeds 1     repeats one seed
  npm run sim -- --seeds 10000           the size of the nightly run
  npm run sim -- --bugs                  plants each bug and writes docs/planted-bugs.md
  npm run sim -- --bugs --like token     plants the bugs whose name contains this, and writes nothing
  npm run sim -- --bug "<name>"          plants one bug and prints the first seed that catches it, as JSON`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    like: { type: 'string' },
  },
});

if (values.help) console.log(HELP);
else if (values.bugs) process.exitCode = (await scoreBugs(values.like)) ? 0 : 1;
else if (values.bug !== undefined) await huntBug(values.bug);
else await runSeeds(Number(values.from), Number(values.seeds));

async function runSeeds(first: number, count: number): Promise<void> {
  const { runSeed } = await import('./run-seed.ts');
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  const totals = { events: 0, acknowledged: 0, requests: 0, taken: 0, takenTwice: 0, crashes: 0, evictions: 0 };
  let failed = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const report = await runSeed(seed);
    for (const key of ['events', 'acknowledged', 'requests', 'taken', 'takenTwice', 'crashes', 'evictions'] as const)
      totals[key] += report[key];
    if (report.violations.length > 0) {
      failed += 1;
      console.log(`seed ${seed} (${report.faults.join(', ')})\n  ${report.violations.map(toldOf).join('\n  ')}`);
    }
    const done = seed - first + 1;
    if (done % 50 === 0) console.log(`${done} of ${count} seeds, ${failed} failed, ${seconds()} s`);
  }
  console.log(JSON.stringify({ seeds: count, failed, seconds: seconds(), simulated_hours: count * 48, ...totals }));
  process.exitCode = failed === 0 ? 0 : 1;
}

/**
 * Plants one bug and prints the first seed that catches it, as JSON. A thrown error is the least specific violation, so
 * the seed's other violations come first.
 */
async function huntBug(name: string): Promise<void> {
  const bug = PLANTED_BUGS.find((planted) => planted.name === name);
  if (bug === undefined) throw new Error(`There is no planted bug "${name}"`);
  const isPlanted = plant(bug);
  const { runSeed } = await import('./run-seed.ts');
  if (!isPlanted()) throw new Error(`Cannot plant "${name}": ${bug.file} was not loaded after it`);
  for (let seed = 1; seed <= MOST_SEEDS_FOR_A_BUG; seed += 1) {
    const { violations } = await runSeed(seed, { untilViolated: true });
    const caught = violations.find((violation) => violation.name !== 'nothing throws') ?? violations[0];
    if (caught !== undefined)
      return console.log(JSON.stringify({ seed, invariant: caught.name, what: caught.what } satisfies Sighting));
    console.log(`seed ${seed} violates nothing`);
  }
  console.log('null');
}

function toldOf({ name, atMs, what }: Violation): string {
  return `${new Date(atMs).toISOString()} ${name}: ${what}`;
}
