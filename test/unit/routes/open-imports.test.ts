import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { open, parseKeyRing } from '../../../worker/domain/sealing/sealed-box.ts';
import { ImportsEngine } from '../../../worker/objects/imports/imports-engine.ts';
import { ImportsKeeper } from '../../../worker/objects/imports/imports-keeper.ts';
import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});
afterEach(() => void vi.restoreAllMocks());

it('twenty running imports leave no room for another file until one is done or cancelled', async () => {
  const source = await aSource();
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' } } });
  const path = `/sources/${source.id}/imports`;
  const upload = (index: number): Promise<Response> =>
    admin(`${path}?lawful_basis=consent`, {
      body: `email,time,event\nlead${index}@firm.de,${new Date(Date.now() - 3_600_000).toISOString()},Won`,
      headers: { 'Content-Type': 'text/csv' },
    });
  // Everything else runs: the rows stay where they are, as when the outbox can't be reached.
  const steps = vi.spyOn(ImportsEngine.prototype, 'step').mockResolvedValue('wait');

  const started: ImportView[] = [];
  for (let index = 0; index < 20; index += 1) started.push(await (await upload(index)).json<ImportView>());
  expect(started.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'running'));

  expect(await problemOf(await upload(20))).toMatchObject({ status: 409, code: 'in_use' });
  const preview = await admin(`${path}?preview=true`, {
    body: 'email,time\na@firm.de,1',
    headers: { 'Content-Type': 'text/csv' },
  });
  expect(preview.status).toBe(409);
  await admin(`${path}/${started[7]?.id}`, { method: 'DELETE' });
  const next = await (await upload(20)).json<ImportView>();
  steps.mockRestore();
  // One of them is a cancelled import, and waiting rows continue.
  await admin(`${path}/${started[0]?.id}`, { method: 'DELETE' });
  await upload(21);

  const states = async (): Promise<string[]> => {
    const { data } = await (await admin(`${path}?limit=100`)).json<{ data: ImportView[] }>();
    return data.map(
      ({ id, state, accepted }) => `${[started[0]?.id, started[7]?.id].includes(id) ? 'own' : ''}${state}${accepted}`,
    );
  };
  await vi.waitFor(async () => expect(new Set(await states())).toEqual(new Set(['owncancelled0', 'done1'])), {
    timeout: 60_000,
    interval: 200,
  });
  expect(next.state).toBe('running');
}, 90_000);

it('the rows of a restored open import are under the new key alone', async () => {
  const source = await aSource();
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' } } });
  const rows = Array.from({ length: 100 }, (_, index) => `lead${index}@firm.de,${new Date().toISOString()},Won`);
  const preview = await admin(`/sources/${source.id}/imports?preview=true`, {
    body: ['email,time,event', ...rows].join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
  const { id } = await preview.json<ImportView>();
  const oldKey = env.ENCRYPTION_KEY ?? '';
  const newKey = btoa('another key of thirty-two bytes.');

  const opened = await runInDurableObject(env.IMPORTS.getByName(source.id), async (_, state) => {
    // As after a restore with ENCRYPTION_KEY=new,old. It may be repeated.
    const keeper = new ImportsKeeper(state, { ...env, ENCRYPTION_KEY: `${newKey},${oldKey}` });
    await keeper.reseal();
    await keeper.reseal();
    const slices = state.storage.sql.exec<{ sealed: string }>('SELECT rows_sealed AS sealed FROM slices').toArray();
    const binding = { purpose: 'import-rows', owner: `${source.id} ${id}` };
    const openedWith = (key: string): Promise<(string | undefined)[]> =>
      Promise.all(slices.map(({ sealed }) => open(sealed, { keyRing: parseKeyRing(key), binding })));
    return { byNew: await openedWith(newKey), byOld: await openedWith(oldKey) };
  });

  expect(opened.byOld).toEqual([undefined, undefined]);
  expect(opened.byNew.flatMap((text): unknown[] => JSON.parse(text ?? '[]'))).toHaveLength(100);
});
