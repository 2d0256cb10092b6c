/** F11: during a deploy, a Worker of one version calls objects of another, for seconds to minutes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { unpackFormer } from '../fixtures/former-version.ts';
import { anOrder, aPageView, aSite, delivered, send, type Site } from './a-site.ts';
import { aViewer } from './scenarios.ts';
import { startPlatform, type Platform } from './start-platform.ts';

/** The objects that leads and page views need. */
const CLASSES = { OUTBOX: 'Outbox', TALLY: 'Tally', REGISTRY: 'Registry', CREDENTIALS: 'Credentials' } as const;

let platform: Platform;
let site: Site;
beforeAll(async () => {
  platform = await startPlatform({ former: await unpackFormer('worker') });
  // The installation was made by the former version.
  await platform.rules({ worker: 'former', objects: 'former' });
  site = await aSite(platform);
});
afterAll(() => platform.stop());

/**
 * Requests the data that the console's pages show. Returns the answers that are neither complete nor say when to ask
 * again.
 */
async function brokenPages({ mayBeLater }: { mayBeLater: boolean }): Promise<unknown[]> {
  const { id, integrationId } = site;
  const paths = [
    '/sources',
    '/overview',
    '/incidents',
    '/audit-log',
    ...['', '/events?limit=5', '/ledger', '/lint', '/consent', '/refusals'].map((path) => `/sources/${id}${path}`),
    ...['', '/status', '/deliveries', '/mappings'].map((path) => `/integrations/${integrationId}${path}`),
  ];
  const broken = paths.map(async (path) => {
    const response = await platform.admin(path);
    const text = await response.text();
    const isLater = response.status === 503 && response.headers.has('Retry-After');
    return response.ok || (isLater && mayBeLater) ? [] : [[path, response.status, text]];
  });
  return (await Promise.all(broken)).flat();
}

/** Replaces an object in memory with one of this version, as soon as it isn't busy. */
async function replace(binding: keyof typeof CLASSES, name: string): Promise<void> {
  await expect
    .poll(async () => {
      await platform.evict(binding, name);
      const { starts } = await platform.report();
      return starts[CLASSES[binding]] ?? 0;
    })
    .toBeGreaterThan(0);
}

/** Sends a request again with the same IDs until it is acknowledged, as the tag does. Returns the first answer. */
async function sendUntilStored(batch: readonly Record<string, unknown>[]): Promise<number> {
  const status = await send(platform, site, batch).catch(() => 0);
  for (let answer = status; answer !== 200; answer = await send(platform, site, batch).catch(() => 0))
    await new Promise((resolve) => setTimeout(resolve, 100));
  return status;
}

const arrivedIds = (): unknown[] => platform.sandbox.events.map(({ element }) => element['eventId']);

describe('a deploy', () => {
  it('loses nothing and sends nothing twice, whichever version answers and whichever version objects have', async () => {
    const ids: unknown[] = [];
    const enough = new AbortController();
    const visitor = async (): Promise<void> => {
      while (!enough.signal.aborted) {
        const order = anOrder();
        await sendUntilStored([order, aPageView()]);
        ids.push(order['messageId']);
      }
    };
    const load = Promise.all([visitor(), visitor(), visitor()]);
    const someMore = async (): Promise<void> => {
      await expect.poll(() => ids.length).toBeGreaterThan(ids.length + 20);
    };

    await someMore();
    await platform.rules({ worker: 'both', objects: 'former' });
    await someMore();
    await platform.rules({ worker: 'head', objects: 'former' });
    expect(await brokenPages({ mayBeLater: true })).toEqual([]);
    await platform.rules({ worker: 'both', objects: 'head' });
    await replace('OUTBOX', site.id);
    await replace('TALLY', site.id);
    await replace('REGISTRY', 'registry');
    await replace('CREDENTIALS', site.integrationId);
    await someMore();
    enough.abort();
    await load;

    await delivered(platform, ids.length);
    expect(arrivedIds()).toHaveLength(ids.length);
    expect(new Set(arrivedIds())).toEqual(new Set(ids));
    await platform.rules({});
    expect(await brokenPages({ mayBeLater: false })).toEqual([]);
    const ledger = await platform.admin(`/sources/${site.id}/ledger`);
    expect(await ledger.json()).toMatchObject({
      balanced: true,
      totals: { delivered: ids.length, skipped: { no_mapping: ids.length } },
    });
    const { starts } = await platform.report();
    for (const name of Object.values(CLASSES))
      expect(Object.keys(starts)).toEqual(expect.arrayContaining([name, `former ${name}`]));
  });
});

describe('a call that an object does not know yet', () => {
  beforeEach(() => platform.rules({}));

  it.each([
    ['OUTBOX.enqueue', 503],
    ['TALLY.count', 503],
    ['REGISTRY.*', 200],
    ['CREDENTIALS.*', 200],
    ['RATE_LIMITER.*', 200],
  ])('%s: a request is answered with %i, and nothing of it is lost', async (missing, status) => {
    const before = platform.sandbox.events.length;
    const order = anOrder();
    await platform.rules({ missing: [missing, 'ALERTS.*', 'REFUSALS.*'] });
    expect(await send(platform, site, [order, aPageView()])).toBe(status);
    // Until the first attempt to deliver it has met the missing method.
    if (status === 200) await new Promise((resolve) => setTimeout(resolve, 900));

    await platform.rules({});
    await sendUntilStored([order]);
    await platform.runCron();
    await delivered(platform, before + 1);
    expect(arrivedIds().filter((id) => id === order['messageId'])).toHaveLength(1);
  });

  it.each(['OUTBOX.erasePerson', 'IMPORTS.erase'])(
    '%s: a withdrawal of consent is not acknowledged',
    async (missing) => {
      const batch = [{ type: 'page', anonymousId: crypto.randomUUID(), messageId: crypto.randomUUID() }];
      const withdraw = async (): Promise<number> =>
        (await platform.ask('/v1/batch', { body: { batch, consent: { advertising: false } }, key: site.writeKey }))
          .status;
      await platform.rules({ missing: [missing] });
      expect(await withdraw()).toBe(503);

      await platform.rules({});
      expect(await withdraw()).toBe(200);
    },
  );

  it('costs a page of the console an answer that says when to ask again', async () => {
    await platform.rules({
      missing: ['OUTBOX.*', 'TALLY.*', 'REFUSALS.*', 'CREDENTIALS.*', 'ALERTS.*', 'RATE_LIMITER.*'],
    });

    expect(await brokenPages({ mayBeLater: true })).toEqual([]);
  });

  it('costs a live view nothing: it asks the objects that cannot tell of changes', async () => {
    await platform.rules({ missing: ['OUTBOX.fetch', 'TALLY.fetch', 'REGISTRY.fetch'] });
    const viewer = await aViewer(platform, site);
    const order = anOrder();
    await send(platform, site, [order]);

    await expect.poll(() => viewer.shown()).toContain(String(order['messageId']));
    await viewer.leave();
  });

  it('does not make a new key unknown', async () => {
    await platform.rules({ missing: ['REGISTRY.*'] });
    const key = `wk_${crypto.randomUUID().replaceAll('-', '')}`;

    expect(await send(platform, { ...site, writeKey: key }, [anOrder()])).toBe(503);
  });
});

it('arguments that an object does not know are ignored', async () => {
  const before = platform.sandbox.events.length;
  await platform.rules({ hasUnknownArguments: true });

  expect(await send(platform, site, [anOrder(), aPageView()])).toBe(200);
  await delivered(platform, before + 1);
  expect(await brokenPages({ mayBeLater: false })).toEqual([]);
});
