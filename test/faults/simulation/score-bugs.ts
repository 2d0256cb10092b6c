import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { compileErrors } from './compile-mutants.ts';
import type { Invariant } from './invariants.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import type { PlantedBug } from './planted-bugs.ts';

export const MOST_SEEDS_FOR_A_BUG = 40;
/** A seed takes three seconds, or a minute when the machine is busy. */
const LONGEST_SEED_MS = 10 * 60_000;
const SIM = join(import.meta.dirname, 'sim.ts');
const REPORT = join(import.meta.dirname, '../../../docs/planted-bugs.md');

/** A named invariant that was violated with a bug planted, and the seed. */
export type Sighting = { seed: number; invariant: Invariant; what: string };

/** Whether a bug was caught, and if not, why. */
type Finding = { bug: PlantedBug } & ({ sighting: Sighting } | { missed: string });

/**
 * Plants the bugs one by one and writes docs/planted-bugs.md. With `like`, runs only the matching bugs and writes
 * nothing.
 *
 * @returns Whether each was caught.
 */
export async function scoreBugs(like: string | undefined): Promise<boolean> {
  const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(like ?? ''));
  const errors = await compileErrors(bugs);
  const findings: Finding[] = [];
  for (const bug of bugs) {
    const error = errors.get(bug.name);
    const finding = error === undefined ? await hunt(bug) : { bug, missed: `does not compile: ${error}` };
    findings.push(finding);
    console.log(`${bug.name}: ${'sighting' in finding ? toldOf(finding.sighting) : `NOT CAUGHT, ${finding.missed}`}`);
  }
  if (like === undefined) await writeFile(REPORT, report(findings));
  const missed = findings.filter((finding) => 'missed' in finding).length;
  console.log(JSON.stringify({ bugs: bugs.length, compile: bugs.length - errors.size, missed }));
  return missed === 0;
}

/**
 * Runs in its own process, because modules are loaded once. Only a violated invariant counts: a mutant that breaks the
 * run, or keeps it from ending, isn't caught. Neither is one by a seed that also violates something without the bug.
 */
async function hunt(bug: PlantedBug): Promise<Finding> {
  const sighting = await hunted(bug);
  if (typeof sighting === 'string') return { bug, missed: sighting };
  if (sighting === null) return { bug, missed: `no invariant is violated in ${MOST_SEEDS_FOR_A_BUG} seeds` };
  return (await isClean(sighting.seed))
    ? { bug, sighting }
    : { bug, missed: `seed ${sighting.seed} violates an invariant without the bug, too` };
}

/** Returns the run's report, or a text that explains why there is none. */
async function hunted(bug: PlantedBug): Promise<Sighting | null | string> {
  const run = await runWithin(['--no-warnings', SIM, '--bug', bug.name], LONGEST_SEED_MS);
  if (run.stderr.includes('Cannot plant')) throw new Error(run.stderr);
  return whyNoReport(run) ?? JSON.parse(run.stdout.trim().split('\n').at(-1) ?? 'null');
}

type Run = { code: number | null; signal: string | null; isSilent: boolean; stdout: string; stderr: string };

/** Runs Node, and ends it after that long without output. */
export async function runWithin(args: readonly string[], silenceMs: number): Promise<Run> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let isSilent = false;
  const limit = setTimeout(() => {
    isSilent = true;
    child.kill('SIGKILL');
  }, silenceMs);
  child.stdout.on('data', () => limit.refresh());
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(limit);
  return { code, signal, isSilent, stdout, stderr };
}

/** Returns why a run ended without a report; undefined when it has one. */
export function whyNoReport({ code, signal, isSilent, stderr }: Run): string | undefined {
  if (isSilent) return 'the run does not end';
  if (signal !== null) return `the run was ended by ${signal}`;
  return code === 0 ? undefined : `the run breaks: ${whatBroke(stderr)}`;
}

/** Returns the error's message, without the paths of this machine. */
function whatBroke(stderr: string): string {
  const said = stderr.split('\n').find((line) => /^\s*\w*Error: /.test(line));
  return (said ?? 'without an error message')
    .trim()
    .replaceAll(/(?:file:\/\/)?(?:\/[^\s/:]+){2,}/g, '…')
    .slice(0, 120);
}

const cleanSeeds = new Map<number, boolean>();

async function isClean(seed: number): Promise<boolean> {
  // Imported late, because the process that plants a bug also uses this module, and has to plant before it loads the
  // rest.
  const { runSeed } = await import('./run-seed.ts');
  const known = cleanSeeds.get(seed) ?? (await runSeed(seed)).violations.length === 0;
  cleanSeeds.set(seed, known);
  return known;
}

function toldOf({ seed, invariant, what }: Sighting): string {
  return `seed ${seed}, ${invariant}: ${what}`;
}

function report(findings: readonly Finding[]): string {
  const compiling = findings.filter(
    (finding) => !('missed' in finding && finding.missed.startsWith('does not compile')),
  );
  const caught = findings.filter((finding) => 'sighting' in finding);
  return [
    '# Planted bugs',
    '',
    'Generated by `npm run sim -- --bugs`. Each row is a small bug that we plant in our own code',
    `([the list](../test/faults/simulation/planted-bugs.ts)), and run for up to ${MOST_SEEDS_FOR_A_BUG} seeds of [the simulation](simulation.md).`,
    'A bug is caught when a named invariant is violated in a seed that violates none without the bug.',
    'A bug that does not compile, a run that breaks, and a run that does not end count as not caught.',
    '',
    `${findings.length} bugs: ${compiling.length} compile (checked with tsc), ${caught.length} are caught.`,
    '',
    '| bug | file | violated invariant | seed | message |',
    '|---|---|---|--:|---|',
    ...findings.map(row),
    '',
  ].join('\n');
}

function row(finding: Finding): string {
  const { name, file } = finding.bug;
  const [invariant, seed, what] =
    'sighting' in finding
      ? [finding.sighting.invariant, finding.sighting.seed, finding.sighting.what]
      : ['**not caught**', '', finding.missed];
  return `| ${name} | \`${file}\` | ${invariant} | ${seed} | ${what.replaceAll('|', String.raw`\|`)} |`;
}
