/**
 * `npm run prove:controls`: removes the controls of SECURITY.md from a copy of the code, one at a time, and reports
 * whether the test named for each of them fails. `-- T7 R3` runs only these rows; `-- unit/domain` only the rows with
 * tests there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import * as v from 'valibot';

import { helpIfAsked } from '../../../scripts/help.ts';
import { placeOf } from '../../faults/simulation/plant.ts';
import { REMOVED_CONTROLS } from './removed-controls.ts';
import type { RemovedControl } from './removed-controls.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * Inside the repository, so that packages are found, but in no folder that is built or tested. Nothing else is changed.
 */
const copy = join(root, '.cache', `controls-${process.pid}`);
const resultsPath = join(copy, 'results.json');

const NOT_COPIED = new Set(['.cache', '.git', '.directflight', '.wrangler', 'node_modules']);

/** Without a control, some tests never end. */
const MOST_MS = 10 * 60_000;
const MOST_MS_WITH_ALL = 60 * 60_000;

const Results = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      assertionResults: v.array(
        v.object({
          fullName: v.string(),
          status: v.string(),
          failureMessages: v.optional(v.nullable(v.array(v.string()))),
        }),
      ),
    }),
  ),
});
type Ran = { file: string; title: string; isPassed: boolean; message: string };

helpIfAsked(`Removes the controls of SECURITY.md from a copy of the code, one at a time, and reports whether their tests fail.

  npm run prove:controls                   all controls: about 7 minutes
  npm run prove:controls -- T7 R3          the controls of these rows
  npm run prove:controls -- unit/domain    the controls with tests in this folder`);

const asked = process.argv.slice(2);
const controls = REMOVED_CONTROLS.filter(
  ({ row, test }) => asked.length === 0 || asked.some((one) => one === row || test.file.includes(one)),
);
if (controls.length === 0) throw new Error(`SECURITY.md has no control of ${asked.join(', ')} that can be taken out`);

process.on('SIGINT', () => process.exit(1));
try {
  await copyTree();
  process.exitCode = (await proveAll()) ? 0 : 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

async function copyTree(): Promise<void> {
  await mkdir(copy, { recursive: true });
  for (const name of await readdir(root))
    if (!NOT_COPIED.has(name)) await cp(join(root, name), join(copy, name), { recursive: true });
}

async function proveAll(): Promise<boolean> {
  console.log(`First with all controls: ${new Set(controls.map(({ test }) => test.file)).size} files of tests.`);
  const before = await run(
    controls.map(({ test }) => test),
    MOST_MS_WITH_ALL,
  );
  const unsound = controls.filter(({ test }) => !isHeld(ranOf(before, test)));
  for (const { row, test } of unsound)
    console.log(`${row} UNSOUND: "${test.title}" in test/${test.file} does not pass`);

  let noticed = 0;
  for (const control of controls.filter((one) => !unsound.includes(one))) {
    const found = await tryWithout(control);
    if (found.isNoticed) noticed += 1;
    console.log(`${control.row.padEnd(4)} ${found.isNoticed ? 'noticed ' : 'SURVIVES'} ${control.without}`);
    console.log(`     test/${control.test.file}: ${found.what}`);
  }
  console.log(`\n${noticed} of ${controls.length} removed controls are noticed.`);
  return noticed === controls.length;
}

/** Only a test that ran and failed counts. Code that can't be loaded proves nothing. */
async function tryWithout(control: RemovedControl): Promise<{ isNoticed: boolean; what: string }> {
  const { file, find, replace, test } = control;
  const path = join(copy, 'worker', file);
  const source = await readFile(path, 'utf8');
  if (source.match(new RegExp(placeOf({ find }), 'g'))?.length !== 1)
    return { isNoticed: false, what: `worker/${file} doesn't hold what is taken out, once` };
  await writeFile(
    path,
    source.replace(placeOf({ find }), () => replace),
  );
  try {
    let ran = ranOf(await run([test]), test);
    // On a busy machine workerd may not start in time, and then no test has run.
    if (ran.length === 0) ran = ranOf(await run([test]), test);
    const failed = ran.find(({ isPassed }) => !isPassed);
    if (failed !== undefined) {
      // On a busy machine a timeout would count as a failure.
      const isTooSlow = /timed out in \d+ ?ms/.test(failed.message);
      return { isNoticed: !isTooSlow, what: `${failed.title}: ${failed.message}` };
    }
    return { isNoticed: false, what: ran.length === 0 ? 'no test ran to its end' : 'passes all the same' };
  } finally {
    await writeFile(path, source);
  }
}

function isHeld(ran: readonly Ran[]): boolean {
  return ran.length > 0 && ran.every(({ isPassed }) => isPassed);
}

function ranOf(all: readonly Ran[], { file, title }: RemovedControl['test']): Ran[] {
  return all.filter((one) => one.file === file && titleOf(title).test(one.title));
}

/** Matches a title as written in the file. A placeholder of a table matches anything. */
function titleOf(title: string): RegExp {
  const parts = title.split(/%[sdij]|\$\w+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(parts.join('.*'), 's');
}

async function run(tests: readonly RemovedControl['test'][], timeout = MOST_MS): Promise<Ran[]> {
  await rm(resultsPath, { force: true });
  const files = new Set(tests.map(({ file }) => `test/${file}`));
  const titles = new Set(tests.map(({ title }) => titleOf(title).source));
  const child = spawn(
    'vitest',
    [
      'run',
      '--config=vitest.controls.config.ts',
      '--reporter=json',
      `--outputFile.json=${resultsPath}`,
      ...files,
      '-t',
      [...titles].join('|'),
    ],
    {
      cwd: copy,
      stdio: 'ignore',
      timeout,
      env: {
        ...process.env,
        PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
      },
    },
  );
  await once(child, 'exit');
  return readResults();
}

async function readResults(): Promise<Ran[]> {
  const text = await readFile(resultsPath, 'utf8').catch(() => '{"testResults":[]}');
  return v.parse(Results, JSON.parse(text)).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status, failureMessages }) => ({
        file: name.slice(join(copy, 'test').length + 1),
        title: fullName,
        isPassed: status === 'passed',
        message: (failureMessages?.[0] ?? '').split('\n')[0]?.slice(0, 120) ?? '',
      })),
  );
}
