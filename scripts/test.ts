/**
 * `npm test`: the checks, then every test. Everything runs even after a failure, and the last line has the result:
 * `N passed, N failed`, with each check counted as one test. Arguments after `--` select tests: `npm test --
 * test/faults`. With `FULL=1`, as in CI, it also runs the slowest tests, and every browser of this machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import * as v from 'valibot';

helpIfAsked(`Runs the checks, then the tests. The last line is "N passed, N failed".

  npm test                      all checks and tests, except the slowest
  npm test -- test/faults       the checks, and the tests of one folder
  FULL=1 npm test               everything, as in CI, in every browser of this machine`);
import { helpIfAsked } from './help.ts';
import { SLOW_TESTS } from './slow-tests.ts';

const root = join(import.meta.dirname, '..');
const resultsPath = join(root, '.cache', `test-results-${process.pid}.json`);

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Step[] = [
  { name: 'types', command: 'tsc', args: ['-b'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware'] },
  { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  { name: 'unused', command: 'knip', args: [] },
];

const narrowedTo = process.argv.slice(2);
const leftOut = process.env['FULL'] === undefined && narrowedTo.length === 0 ? SLOW_TESTS : [];

/** A test that hangs must not use up CI's time. */
const LIMIT_MS = 40 * 60_000;

const TESTS: Step = {
  name: 'tests',
  command: 'vitest',
  args: [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(import.meta.dirname, 'long-files-reporter.ts')}`,
    `--outputFile.json=${resultsPath}`,
    ...leftOut.map((glob) => `--exclude=${glob}`),
    ...narrowedTo,
  ],
};

type Count = { passed: number; failed: number };

/** The counted parts of vitest's JSON report. */
const Results = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  testResults: v.array(v.object({ name: v.string(), status: v.string(), assertionResults: v.array(v.unknown()) })),
});

const counts: Count[] = [];
for (const check of CHECKS) {
  // One after the other: they share two cores, and their output would mix.
  const isOk = await run(check);
  counts.push({ passed: isOk ? 1 : 0, failed: isOk ? 0 : 1 });
}
const isPassed = await run(TESTS);
counts.push(await countTests(isPassed));

const passed = sum(counts.map((count) => count.passed));
const failed = sum(counts.map((count) => count.failed));
process.exitCode = failed === 0 ? 0 : 1;
if (leftOut.length > 0)
  console.log(
    `\nLEFT OUT: the ${leftOut.length} entries of scripts/slow-tests.ts, Firefox and WebKit; FULL=1 npm test runs them`,
  );
console.log(`\n${passed} passed, ${failed} failed`);

async function run({ name, command, args }: Step): Promise<boolean> {
  console.log(`\n=== ${name}: ${[command, ...args].join(' ').replace(`${root}/`, '')}`);
  const startedAtMs = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Needed when npm didn't start this script.
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
      ...(leftOut.length > 0 && { LEAVE_OUT_SLOW: '1' }),
    },
  });
  const limit = setTimeout(() => {
    console.log(`=== ${name}: not done after ${LIMIT_MS / 60_000} minutes; what was still running stands above`);
    child.kill('SIGKILL');
  }, LIMIT_MS);
  const [code] = await once(child, 'close');
  clearTimeout(limit);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`=== ${name}: ${code === 0 ? 'ok' : `FAILED (exit ${code})`} in ${seconds} s`);
  return code === 0;
}

async function countTests(isOk: boolean): Promise<Count> {
  try {
    const { numPassedTests, numFailedTests, testResults } = v.parse(
      Results,
      JSON.parse(await readFile(resultsPath, 'utf8')),
    );
    // A file that couldn't be loaded has no tests to report as failed.
    const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
    const seen = numFailedTests + unloaded.length;
    return { passed: numPassedTests, failed: isOk ? seen : Math.max(seen, 1) };
  } catch {
    // vitest ended before it could report.
    return { passed: 0, failed: 1 };
  } finally {
    await rm(resultsPath, { force: true });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
