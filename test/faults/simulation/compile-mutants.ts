import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { withBug } from './plant.ts';
import type { PlantedBug } from './planted-bugs.ts';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * Returns tsc's errors for each bug, by the bug's name. A mutant that doesn't compile proves nothing when it breaks.
 *
 * One run of tsc checks all mutants at once. Each is in its own folder, and `rootDirs` lets its imports find the
 * product's files. Files that import a mutated file aren't checked again, so its declarations must stay the same.
 */
export async function compileErrors(bugs: readonly PlantedBug[]): Promise<Map<string, string>> {
  const folder = join(ROOT, '.cache', `planted-${process.pid}`);
  let found: Map<string, string>;
  try {
    found = await errorsIn(folder, bugs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (found.size === 0) return found;
  // While there is a syntax error, tsc reports no type errors.
  const others = await compileErrors(bugs.filter(({ name }) => !found.has(name)));
  return new Map([...found, ...others]);
}

async function errorsIn(folder: string, bugs: readonly PlantedBug[]): Promise<Map<string, string>> {
  await writeMutants(folder, bugs);
  const said = await runTsc(folder);
  const elsewhere = said.find((line) => line.includes('error TS') && !/^\d+\//.test(line));
  if (elsewhere !== undefined) throw new Error(`tsc could not check the mutants: ${elsewhere}`);
  const errors = new Map<string, string>();
  for (const [index, bug] of bugs.entries()) {
    const error =
      said.find((line) => line.startsWith(`${index}/`) && line.includes(': error TS')) ??
      (await changedDeclarations(folder, index, bug));
    if (error !== undefined) errors.set(bug.name, error.replace(`${index}/`, ''));
  }
  return errors;
}

async function writeMutants(folder: string, bugs: readonly PlantedBug[]): Promise<void> {
  for (const [index, bug] of bugs.entries()) {
    const path = join(folder, String(index), bug.file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, withBug(await readFile(join(ROOT, 'worker', bug.file), 'utf8'), bug));
  }
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      lib: ['esnext'],
      types: ['@cloudflare/workers-types'],
      composite: false,
      declaration: true,
      rootDir: '../..',
      rootDirs: ['../../worker', ...bugs.keys().map(String)],
      outDir: 'types',
      // A bug that removes a line may leave an unused import. It runs anyway.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    files: bugs.flatMap(({ file }, index) => [`${index}/${file}`, `../../worker/${file}`]),
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
}

/** Returns tsc's output lines, with paths relative to the folder of the mutants. */
async function runTsc(folder: string): Promise<string[]> {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    // tsc exits with an error when it finds one, and its output says which.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '')
      return { stdout: error.stdout };
    throw error;
  });
  return stdout.split('\n');
}

async function changedDeclarations(folder: string, index: number, { file }: PlantedBug): Promise<string | undefined> {
  const declarations = file.replace(/\.ts$/, '.d.ts');
  const [mutated, original] = await Promise.all(
    [join('.cache', folder.split('/').at(-1) ?? '', String(index)), 'worker'].map((place) =>
      readFile(join(folder, 'types', place, declarations), 'utf8'),
    ),
  );
  return withoutTexts(mutated) === withoutTexts(original) ? undefined : `${index}/${file} exports other types`;
}

/** Removes the texts of constants, which are part of their types but don't matter here. */
function withoutTexts(declarations: string | undefined): string | undefined {
  return declarations?.replaceAll(/(declare const \w+ = )"(?:[^"\\]|\\.)*"/g, '$1""');
}
