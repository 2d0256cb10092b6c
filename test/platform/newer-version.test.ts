/**
 * LinkedIn releases a version that this release doesn't know, and retires all others: one batch tries it before all
 * others follow, nobody has to deploy anything, and nothing is lost. Objects are evicted before each call.
 */
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { anOrder, aSite, type Site } from './a-site.ts';
import { type Platform, startPlatform } from './start-platform.ts';

const HOUR_MS = 3_600_000;

let platform: Platform;
let free: Site;
let pinned: Site;
beforeAll(async () => {
  platform = await startPlatform();
  // 27 days before LinkedIn retires 202609, the newest version that this release knows.
  await moveClock(Date.parse('2027-08-19T12:00:00Z') - Date.now());
  platform.sandbox.setState({ versions: { '202611': '2027-11-15', '202612': '2027-12-15' }, sunset: ['202612'] });
  free = await aSite(platform);
  pinned = await aSite(platform);
  const body = { config: { linkedin_version: '202609' } };
  await platform.admin(`/integrations/${pinned.integrationId}`, { method: 'PATCH', body });
});
afterAll(() => platform.stop());

let aheadMs = 0;
async function moveClock(ms: number): Promise<void> {
  aheadMs += ms;
  await platform.rules({ clockAheadMs: aheadMs, evictBeforeCalls: true });
  platform.sandbox.setState({ clock_offset_ms: aheadMs });
}

async function json(path: string): Promise<unknown> {
  const response = await platform.admin(path);
  return response.json();
}

const Incidents = v.object({ data: v.array(v.object({ cause: v.string() })) });

const versions = ({ id, integrationId }: Site): Promise<unknown> =>
  platform.call('OUTBOX', id, 'versions', integrationId, '202609');

const openCauses = async ({ id }: Site): Promise<unknown[]> => {
  const { data } = v.parse(Incidents, await json(`/incidents?state=open&source_id=${id}`));
  return data.map(({ cause }) => cause).toSorted();
};

/**
 * Waits until a condition is true. The cron trigger runs again and again in the meantime. Each run evicts the outbox and
 * ends the request that it is making, so there is time for several requests between two, also on a busy machine.
 */
async function until(read: () => unknown, expected: unknown): Promise<void> {
  await expect
    .poll(
      async () => {
        await platform.runCron();
        return read();
      },
      { timeout: 30_000, interval: 1_500 },
    )
    .toEqual(expected);
}

/** Sends orders, and waits until LinkedIn has them. Returns the version and the status of each request in that time. */
async function send({ writeKey }: Site, count: number): Promise<unknown[][]> {
  const { sandbox } = platform;
  sandbox.clear();
  // The orders have no time, because the machine's clock differs.
  const batch: Record<string, unknown>[] = Array.from({ length: count }, () => ({
    ...anOrder(),
    timestamp: undefined,
  }));
  const answer = await platform.ask('/v1/batch', { body: { writeKey, batch } });
  expect(answer.status).toBe(200);
  await until(() => sandbox.events.length, count);
  const ids = sandbox.events.map(({ element }) => element['eventId']);
  expect(new Set(ids)).toEqual(new Set(batch.map((event) => event['messageId'])));
  return sandbox.requests
    .filter(({ path }) => path.startsWith('/rest/conversionEvents'))
    .map(({ version, status }) => [version, status]);
}

it('tries a newer version with one batch, and stays with the one in use when LinkedIn refuses it', async () => {
  await until(() => versions(free), { inUse: '202609', next: '202611', refused: [] });
  const message = 'ERROR :: /conversionValue/extra :: field is required but not found';
  platform.sandbox.fault({ status: 422, body: { status: 422, message }, path: '/rest/conversionEvents' });

  expect(await send(free, 3)).toEqual([
    ['202611', 422],
    ['202609', 200],
  ]);
  await until(() => openCauses(free), ['version_refused', 'version_retiring']);
  expect(JSON.stringify(await json(`/incidents?state=open&source_id=${free.id}`))).toContain(
    `LinkedIn’s answer to a batch with 202611: “${message}”`,
  );
  expect(await send(free, 2)).toEqual([['202609', 200]]);
});

it('leaves alone a version that a person has set, and says that it ends', async () => {
  await until(() => openCauses(pinned), ['version_retiring']);
  expect(await send(pinned, 2)).toEqual([['202609', 200]]);
});

it('tries it again after a day, and all follow when LinkedIn accepts it', async () => {
  await moveClock(25 * HOUR_MS);
  await until(() => versions(free), expect.objectContaining({ next: '202611' }));

  expect(await send(free, 2)).toEqual([['202611', 200]]);
  expect(await send(free, 2)).toEqual([['202611', 200]]);
  await until(() => openCauses(free), []);
  expect(await json(`/integrations/${free.integrationId}/status`)).toMatchObject({
    version: { configured: '202609', in_use: '202611', days_left: null },
    warnings: [],
  });
});

it('finds another version when LinkedIn retires those in use from one minute to the next', async () => {
  await moveClock(2 * HOUR_MS);
  platform.sandbox.setState({ sunset: ['202609', '202611'] });

  const tried = await send(free, 2);
  // If Directflight has asked LinkedIn by then, the version of the release is not tried any more.
  expect(tried.filter(([version]) => version !== '202609')).toEqual([
    ['202611', 426],
    // One conversion, and then all others.
    ['202612', 200],
    ['202612', 200],
  ]);
  // By now Directflight has asked LinkedIn, so no conversion has to find out.
  expect(await send(pinned, 2)).toEqual([['202612', 200]]);
  await until(() => openCauses(free), []);
  await until(() => openCauses(pinned), ['version_retired']);
  for (const { id } of [free, pinned])
    expect(await json(`/sources/${id}/ledger`)).toMatchObject({ balanced: true, totals: { dead: 0, pending: 0 } });
});
