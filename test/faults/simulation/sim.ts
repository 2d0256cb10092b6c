/**
 * The outbox through years of faults.
 *
 *   npm run sim -- --seeds 300            that many seeds; prints each that fails
 *   npm run sim -- --from 42 --seeds 1    one seed again
 *   npm run sim -- --seeds 10000          the nightly size
 *   npm run sim -- --bugs                 plants each bug of planted-bugs.ts and says in which seed it was found
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import type { Violation } from './invariants.ts';
import { plant } from './plant.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import type { PlantedBug } from './planted-bugs.ts';

const MOST_SEEDS_FOR_A_BUG = 40;
const REPORT = join(import.meta.dirname, '../../../docs/planted-bugs.md');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
  },
});

if (values.bugs) await scoreBugs();
else if (values.bug !== undefined) await huntBug(values.bug);
else await runSeeds(Number(values.from), Number(values.seeds));

async function runSeeds(first: number, count: number): Promise<void> {
  const { runSeed } = await import('./run-seed.ts');
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  const totals = { events: 0, acknowledged: 0, requests: 0, taken: 0, takenTwice: 0, crashes: 0 };
  let failed = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const report = await runSeed(seed);
    for (const key of ['events', 'acknowledged', 'requests', 'taken', 'takenTwice', 'crashes'] as const)
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

/** With one bug planted: the first seed that finds it, as JSON. */
async function huntBug(name: string): Promise<void> {
  const bug = PLANTED_BUGS.find((planted) => planted.name === name);
  if (bug === undefined) throw new Error(`There is no planted bug "${name}"`);
  plant(bug);
  const { runSeed } = await import('./run-seed.ts');
  for (let seed = 1; seed <= MOST_SEEDS_FOR_A_BUG; seed += 1) {
    const { violations } = await runSeed(seed);
    const [found] = violations;
    if (found !== undefined) return console.log(JSON.stringify({ seed, found: `**${found.name}**: ${found.what}` }));
  }
  console.log(JSON.stringify({ seed: null }));
}

function toldOf({ name, atMs, what }: Violation): string {
  return `${new Date(atMs).toISOString()} ${name}: ${what}`;
}

type Finding = { bug: PlantedBug; seed: number | null; found: string };

async function scoreBugs(): Promise<void> {
  const findings: Finding[] = [];
  for (const bug of PLANTED_BUGS) {
    const finding = await hunt(bug);
    findings.push(finding);
    console.log(
      `${finding.seed === null ? 'NOT FOUND' : `seed ${finding.seed}`.padStart(9)}  ${bug.name}: ${finding.found}`,
    );
  }
  const missed = findings.filter(({ seed }) => seed === null).length;
  await writeFile(REPORT, table(findings));
  console.log(JSON.stringify({ bugs: findings.length, missed }));
  process.exitCode = missed === 0 ? 0 : 1;
}

/** In a process of its own, since modules are loaded once. Only a violated invariant counts: a mutant that breaks the run, or keeps it from ending, was not found. */
async function hunt(bug: PlantedBug): Promise<Finding> {
  const args = ['--no-warnings', import.meta.filename, '--bug', bug.name];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 600_000, killSignal: 'SIGKILL' });
    const { seed, found = '' }: { seed: number | null; found?: string } = JSON.parse(
      stdout.trim().split('\n').at(-1) ?? '{}',
    );
    return { bug, seed, found };
  } catch (error) {
    if (String(error).includes('Cannot plant')) throw error;
    return {
      bug,
      seed: null,
      found: wasKilled(error) ? 'the run does not end' : `the run breaks: ${whatBroke(error)}`,
    };
  }
}

function wasKilled(error: unknown): boolean {
  return error instanceof Error && 'signal' in error && error.signal === 'SIGKILL';
}

/** In the code's words, without the paths of this machine. */
function whatBroke(error: unknown): string {
  const said = String(error)
    .split('\n')
    .find((line) => /^\w*Error: (?!Command failed)/.test(line));
  return (said ?? '').slice(0, 120);
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ bug, seed, found }) =>
      `| ${bug.name} | \`${bug.file}\` | ${seed ?? 'not found'} | ${found.replaceAll('|', '\\|')} |`,
  );
  return [
    '# Planted bugs',
    '',
    "Made by `npm run sim -- --bugs`. Each row is a small sabotage of the product's code",
    `([the list](../test/faults/simulation/planted-bugs.ts)), run for up to ${MOST_SEEDS_FOR_A_BUG} seeds: the first seed that noticed,`,
    'the invariant that was violated, and what it said. A run that breaks or does not end has found nothing.',
    '',
    '| bug | in | seed | noticed as |',
    '|---|---|--:|---|',
    ...rows,
    '',
  ].join('\n');
}
