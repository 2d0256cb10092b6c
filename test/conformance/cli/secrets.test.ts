import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { storeSecrets } from '../../../cli/setup/secrets.ts';
import type { Wrangler } from '../../../cli/setup/wrangler.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A Worker that has these secrets. */
function aWorker(has: readonly string[]): { wrangler: Wrangler; uploaded: Record<string, string> } {
  const uploaded: Record<string, string> = {};
  const run: Wrangler['run'] = async (args, options) => {
    if (args[1] === 'bulk') Object.assign(uploaded, JSON.parse(options?.input ?? '{}'));
    return { exitCode: 0, stdout: JSON.stringify(has.map((name) => ({ name }))), stderr: '' };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is asked of it
  return { wrangler: { run } as Pick<Wrangler, 'run'> as Wrangler, uploaded };
}

type Given = { has?: string[]; kept?: Record<string, string>; environment?: Record<string, string> };

async function stored({ has = [], kept, environment = {} }: Given) {
  const file = join(folder, 'secrets.json');
  if (kept !== undefined) await writeFile(file, JSON.stringify(kept));
  const worker = aWorker(has);
  const result = await storeSecrets(worker.wrangler, { file, environment });
  const inFile = await readFile(file, 'utf8').catch(() => '');
  return { ...result, uploaded: worker.uploaded, inFile };
}

const BOTH = ['ADMIN_TOKEN', 'ENCRYPTION_KEY'];
const KEPT = { ADMIN_TOKEN: 'kept', ENCRYPTION_KEY: 'k' };
const LOCAL = { ADMIN_TOKEN: 'dev-abc' };

describe('where a person finds ADMIN_TOKEN after setup', () => {
  it.each<[string, Given, 'file' | 'environment' | undefined]>([
    ['setup has made it', {}, 'file'],
    ['it was made earlier', { has: BOTH, kept: KEPT }, 'file'],
    ['the terminal has given it', { environment: { ADMIN_TOKEN: 'mine' } }, 'environment'],
    [
      'the terminal has one, but the Worker had another already',
      { has: BOTH, environment: { ADMIN_TOKEN: 'mine' } },
      undefined,
    ],
    ['the file was moved away', { has: BOTH }, undefined],
    ['the terminal has the local run’s', { environment: LOCAL }, 'file'],
    ['the terminal has the local run’s, and setup ran earlier', { has: BOTH, kept: KEPT, environment: LOCAL }, 'file'],
  ])('is said: %s', async (_, given, expected) => {
    const { tokenFrom, inFile } = await stored(given);

    expect(tokenFrom).toBe(expected);
    expect(inFile.includes('ADMIN_TOKEN')).toBe(expected === 'file');
  });
});

describe('the token of `npm run dev`', () => {
  it('is never uploaded, and setup says so', async () => {
    const { uploaded, isLocalTokenIgnored, known } = await stored({ environment: LOCAL });

    expect(isLocalTokenIgnored).toBe(true);
    expect(uploaded['ADMIN_TOKEN']).toBe(known.ADMIN_TOKEN);
    expect(uploaded['ADMIN_TOKEN']).not.toMatch(/^dev-/);
  });
});
