/**
 * `npm run sim -- --bugs` runs the planted bugs one by one, which takes half an hour. This tests that they still fit
 * the code.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { compileErrors } from './simulation/compile-mutants.ts';
import { placeOf } from './simulation/plant.ts';
import { PLANTED_BUGS } from './simulation/planted-bugs.ts';
import { runWithin, whyNoReport } from './simulation/score-bugs.ts';

it.each(PLANTED_BUGS)('the bug "$name" fits one place of $file', async ({ file, find, replace }) => {
  const source = await readFile(join(import.meta.dirname, '../../worker', file), 'utf8');

  expect(source.match(new RegExp(placeOf({ find }), 'g'))).toHaveLength(1);
  expect(replace).not.toBe(find);
});

it('every planted bug compiles', { timeout: 300_000 }, async () => {
  expect(await compileErrors(PLANTED_BUGS)).toEqual(new Map());
});

it("a bug that doesn't compile is reported as such", { timeout: 300_000 }, async () => {
  // In a small file, because each run of tsc finds only one kind of error.
  const bug = PLANTED_BUGS.find(({ name }) => name === 'ignores the quota per minute');
  if (bug === undefined) throw new Error('The list has no such bug');

  const errors = await compileErrors([
    bug,
    { ...bug, name: 'is of another type', replace: "return 'none';\n  for" },
    { ...bug, name: 'is no program', replace: 'return (;\n  for' },
  ]);

  expect(Object.fromEntries(errors)).toEqual({
    'is of another type': expect.stringContaining('error TS2322'),
    'is no program': expect.stringContaining('error TS'),
  });
});

const ENDED = { code: 0, signal: null, isSilent: false, stdout: 'null', stderr: '' };

it.each([
  { run: { ...ENDED, code: null, signal: 'SIGKILL', isSilent: true }, why: 'the run does not end' },
  { run: { ...ENDED, code: null, signal: 'SIGABRT' }, why: 'the run was ended by SIGABRT' },
  { run: { ...ENDED, code: 3 }, why: 'the run breaks: without an error message' },
  {
    run: { ...ENDED, code: 1, stderr: 'file:///work/main/x.ts:28\n\nTypeError: no such row in /work/main/x.ts:28\n' },
    why: 'the run breaks: TypeError: no such row in …:28',
  },
  { run: ENDED, why: undefined },
])("a bug without a report isn't counted, and the reason contains no path of the machine: $why", ({ run, why }) => {
  expect(whyNoReport(run)).toBe(why);
});

it('a run that hangs is ended', async () => {
  expect(await runWithin(['-e', 'for (;;);'], 2_000)).toMatchObject({ signal: 'SIGKILL', isSilent: true });
});

it("a bug that isn't in the running code is an error", async () => {
  const { stderr, code } = await runWithin(
    ['--no-warnings', join(import.meta.dirname, 'simulation/sim.ts'), '--bug', 'no such bug'],
    60_000,
  );

  expect(code).not.toBe(0);
  expect(stderr).toContain('There is no planted bug "no such bug"');
});
