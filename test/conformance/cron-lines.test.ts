/** Runs the docs' lines for cron, pasted unchanged: if something fails, they send the mail that they promise. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const docs = join(import.meta.dirname, '../../docs');

/** A time of cron's, then a command in which `%` is escaped. */
const CRON_LINE = /^(?:[\d*/,-]+ ){5} *(.+)$/gm;

const lines = await cronLines();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cron-'));
  for (const name of ['clone', 'backups', 'bin']) await mkdir(join(folder, name));
});
afterEach(() => rm(folder, { recursive: true }));

it('there are two', () => {
  expect(lines.map(({ file }) => file)).toEqual(['how-to/backup.md', 'reference/command.md']);
});

describe.each(lines)('the line for cron in docs/$file', ({ command }) => {
  it('mails when the command fails, and leaves the files of former days as they were', async () => {
    await writeFile(join(folder, 'backups/Mon.ndjson'), 'of a week ago');

    const mails = await run(command, 'echo half a file; exit 1');

    expect(mails).toHaveLength(1);
    for (const name of (await readdir(join(folder, 'backups'))).filter((file) => file.endsWith('.ndjson')))
      expect(await readFile(join(folder, 'backups', name), 'utf8')).toBe('of a week ago');
  });

  it('mails when the clone is gone', async () => {
    await rm(join(folder, 'clone'), { recursive: true });

    expect(await run(command, 'exit 0')).toHaveLength(1);
  });

  it('mails nothing when the command succeeds', async () => {
    expect(await run(command, 'echo all')).toEqual([]);
  });

  it('runs the command of the clone, and never one of the registry', () => {
    expect(command).toMatch(/^cd \/srv\/directflight && npx --no-install directflight /);
  });
});

/** Runs a line with stand-ins for `npx` and `mail`, and returns the mails' arguments. */
async function run(command: string, npx: string): Promise<string[]> {
  const sent = join(folder, 'mails');
  await writeFile(sent, '');
  for (const [name, script] of [
    ['npx', npx],
    ['mail', `echo "$@" >> ${sent}`],
    ['date', 'echo Mon'],
  ])
    await writeFile(join(folder, 'bin', String(name)), `#!/bin/sh\n${String(script)}\n`, { mode: 0o755 });
  const here = command
    .replaceAll('\\%', '%')
    .replaceAll('/srv/directflight', join(folder, 'clone'))
    .replaceAll('/backups/', `${folder}/backups/`)
    .replaceAll('/tmp/doctor.txt', join(folder, 'doctor.txt'));
  await writeFile(join(folder, 'doctor.txt'), '');
  spawnSync('sh', ['-c', here], { env: { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` } });
  return (await readFile(sent, 'utf8')).split('\n').filter((line) => line !== '');
}

async function cronLines(): Promise<{ file: string; command: string }[]> {
  const names = await readdir(docs, { recursive: true });
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.md'))
      .toSorted()
      .map(async (file) =>
        [...(await readFile(join(docs, file), 'utf8')).matchAll(CRON_LINE)].map(([, command = '']) => ({
          file,
          command,
        })),
      ),
  );
  return found.flat();
}
