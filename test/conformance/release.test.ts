/** What a release needs: a dated changelog, the files that are published, and installs that run no code. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { notesOf } from '../../scripts/release-notes.ts';
import { runCommand } from '../support/run-command.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const { version }: { version: string } = JSON.parse(await text('package.json'));

describe('a release', () => {
  it('has a dated section of the changelog', async () => {
    expect(notesOf(version, await text('CHANGELOG.md'))).toMatch(/^(?:\S.*\n+)*- /);
  });

  it.each([
    ['# Changelog\n\n## 0.2.0 (2026-11-29)\n\n- A line.\n\n## 0.1.0 (2026-10-01)\n', '- A line.'],
    ['# Changelog\n\n## Unreleased\n\n- A line.\n', undefined],
    ['# Changelog\n\n## 0.2.0\n\n- A line.\n', undefined],
    ['# Changelog\n\n## 0.2.01 (2026-11-29)\n', undefined],
  ])('reads its notes: %j', (changelog, notes) => {
    expect(notesOf('0.2.0', changelog)).toBe(notes);
  });

  it('is refused for another tag', async () => {
    const { code, stderr } = await runCommand('node', ['scripts/release.ts', 'v99.0.0'], { cwd: root, env: {} });

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the tag is "v99.0.0"') });
  });

  it.runIf(process.env['FULL'] !== undefined)(
    'has the package, its bill of materials, and their checksums',
    { timeout: 300_000 },
    async () => {
      await promisify(execFile)('node', ['scripts/release.ts', `v${version}`], { cwd: root });

      const sums = (await text('dist/release/SHA256SUMS')).trim().split('\n');
      const names = sums.map((line) => line.split('  ')[1] ?? '');
      expect(names).toEqual([`directflight-${version}.tgz`, 'notes.md', 'sbom.cdx.json']);
      for (const [index, name] of names.entries())
        expect(sums[index]).toBe(
          `${createHash('sha256')
            .update(await readFile(join(root, 'dist/release', name)))
            .digest('hex')}  ${name}`,
        );
      expect(JSON.parse(await text('dist/release/sbom.cdx.json'))).toMatchObject({ bomFormat: 'CycloneDX' });
    },
  );
});

describe('an install', () => {
  it('runs no code of a package', async () => {
    expect(await text('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });
});

describe('the workflows', () => {
  it.each(['ci', 'release'])('%s may only read, unless a job says why', async (name) => {
    const workflow = await text(`.github/workflows/${name}.yml`);

    expect(workflow).toMatch(/^permissions:\n {2}contents: read$/m);
    // GitHub's own actions, and no others.
    expect(
      [...workflow.matchAll(/uses: (\S+)/g)].every(([, action]) => /^actions\/[\w-]+@v\d+$/.test(action ?? '')),
    ).toBe(true);
  });
});
