/**
 * Makes the files of a release in dist/release: the package, its bill of materials, checksums and notes.
 *
 *   node scripts/release.ts v0.2.0
 *
 * It refuses if the tag, package.json and the changelog don't name the same version.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { giveUp } from './give-up.ts';
import { helpIfAsked } from './help.ts';
import { notesOf } from './release-notes.ts';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'dist/release');
const run = promisify(execFile);

helpIfAsked(`Makes the files of a release in dist/release.

  node scripts/release.ts v0.2.0   the tag, which package.json and CHANGELOG.md must agree with`);

/** Ends the process if the tag, package.json and the changelog don't agree. */
async function notesFor(tag: string): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (tag !== `v${manifest.version}`) giveUp(`the tag is "${tag}", and package.json has ${manifest.version}`);
  const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  return notesOf(manifest.version, changelog) ?? giveUp(`CHANGELOG.md has no section "## ${manifest.version} (date)"`);
}

const notes = await notesFor(process.argv[2] ?? '');
await rm(outDir, { recursive: true, force: true });
await mkdir(outDir, { recursive: true });
// .npmrc turns scripts off, also our own `prepack`, which builds the package.
await run('npm', ['pack', '--ignore-scripts=false', '--pack-destination', outDir], { cwd: root });
const { stdout: bill } = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  maxBuffer: 64 * 1024 * 1024,
});
await writeFile(join(outDir, 'sbom.cdx.json'), bill);
await writeFile(join(outDir, 'notes.md'), `${notes}\n`);
const files = (await readdir(outDir)).toSorted();
const sums = await Promise.all(
  files.map(async (name) => {
    const hash = createHash('sha256')
      .update(await readFile(join(outDir, name)))
      .digest('hex');
    return `${hash}  ${name}\n`;
  }),
);
await writeFile(join(outDir, 'SHA256SUMS'), sums.join(''));
console.log(`${files.join('\n')}\nSHA256SUMS\n\nin ${outDir}`);
