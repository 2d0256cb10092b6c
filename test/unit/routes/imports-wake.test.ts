/** An import that was started goes on by itself, whatever else the imports of the site are doing at that moment. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FileFacts } from '../../../worker/domain/imports/file-reader.ts';
import { ImportsEngine } from '../../../worker/objects/imports/imports-engine.ts';
import { ImportsKeeper } from '../../../worker/objects/imports/imports-keeper.ts';
import type { NewImport } from '../../../worker/objects/imports/imports-keeper.ts';

const SOON_MS = 5_000;

const FILE: FileFacts = {
  header: ['email', 'time'],
  columns: { email: 0, time: 1 },
  encoding: 'utf-8',
  delimiter: ',',
  isTemplate: false,
  shows: { dmy: 0, mdy: 0 },
  ambiguous: 0,
  ignored: [],
  rows: 1,
};

const anImport = (id: string): NewImport => ({
  id,
  name: `${id}.csv`,
  event: 'Won',
  events: {},
  dateOrder: undefined,
  lawfulBasis: undefined,
});

async function preview(keeper: ImportsKeeper, id: string): Promise<void> {
  await keeper.begin(anImport(id));
  keeper.finish(id, FILE);
  keeper.previewed(id);
}

/** What people do with other files, and what the platform does, at the moment in which a file is started. */
const MEANWHILE: Record<string, (keeper: ImportsKeeper) => Promise<unknown>> = {
  'another file is begun': (keeper) => keeper.begin(anImport('imp_new')),
  'another file is started': (keeper) => keeper.start('imp_other', 'consent'),
  'another file is cancelled': async (keeper) => keeper.cancel('imp_other'),
  'the alarm of another file runs': (keeper) => keeper.alarm(),
  'a person is erased': (keeper) => keeper.erase(['tag']),
};

beforeEach(() => {
  // Steps take a while, so that calls arrive in between.
  vi.spyOn(ImportsEngine.prototype, 'step').mockImplementation(async () => {
    await scheduler.wait(20);
    return 'wait';
  });
});
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(MEANWHILE))('an import goes on at once, although %s', (_, meanwhile) => {
  it.each([0, 1, 10])('%i ms before it is started', async (ms) => {
    await runInDurableObject(env.IMPORTS.getByName(crypto.randomUUID()), async (_object, state) => {
      const keeper = new ImportsKeeper(state, env);
      for (const id of ['imp_running', 'imp_a', 'imp_other', 'imp_unstarted']) await preview(keeper, id);
      await keeper.start('imp_running', 'consent');
      await keeper.alarm();

      const other = meanwhile(keeper);
      if (ms > 0) await scheduler.wait(ms);
      await Promise.all([keeper.start('imp_a', 'consent'), other]);

      expect(await state.storage.getAlarm()).toBeLessThan(Date.now() + SOON_MS);
    });
  });
});

it('an import whose alarm was lost goes on when its object starts', async () => {
  await runInDurableObject(env.IMPORTS.getByName(crypto.randomUUID()), async (_, state) => {
    const keeper = new ImportsKeeper(state, env);
    await preview(keeper, 'imp_a');
    await keeper.start('imp_a', 'consent');
    await state.storage.deleteAlarm();

    void new ImportsKeeper(state, env);
    await scheduler.wait(0);

    expect(await state.storage.getAlarm()).toBeLessThan(Date.now() + SOON_MS);
  });
});
