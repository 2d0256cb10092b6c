/**
 * F6, F7: KV is down, out of quota, slow, or a minute behind. The tests show when an event is lost, and when it is not.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anOrder, aSite, delivered, send } from './a-site.ts';
import { startPlatform, type Platform } from './start-platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(() => platform.rules({}));
afterAll(() => platform.stop());

describe('a source that KV does not have yet', () => {
  it('is known at once, because the registry is asked', async () => {
    await platform.rules({ kv: { down: ['put'] } });
    const site = await aSite(platform);

    // It has no key yet, and so stores nothing that must be sealed.
    expect(await send(platform, site, [{ type: 'page', messageId: crypto.randomUUID() }])).toBe(200);
  });

  it('is known at once where KV said a moment ago that there is none', async () => {
    await platform.rules({ kv: { cacheMs: 60_000 } });
    const site = await aSite(platform);
    const key = `wk_${crypto.randomUUID().replaceAll('-', '')}`;
    expect(await send(platform, { ...site, writeKey: key }, [anOrder()])).toBe(401);
    const added = await platform.admin(`/sources`, { body: { write_key: key } });
    expect(added.status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(await send(platform, { ...site, writeKey: key }, [{ type: 'page' }])).toBe(200);
  });
});

describe('an outbox whose key is in memory', () => {
  it.each([
    ['is unreachable', { down: ['get', 'put', 'delete', 'list'] as const }],
    ['takes 3 s for everything', { delayMs: 3_000 }],
    ['takes one write a second for each key', { isWriteRateLimited: true }],
    ['is a minute behind', { cacheMs: 60_000 }],
  ])('stores and delivers while KV %s', async (_, kv) => {
    const site = await aSite(platform);
    const before = platform.sandbox.events.length;
    expect(await send(platform, site, [anOrder()])).toBe(200);
    await delivered(platform, before + 1);

    await platform.rules({ kv });
    const sentAtMs = Date.now();
    for (let sent = 0; sent < 5; sent += 1) expect(await send(platform, site, [anOrder()])).toBe(200);

    expect(Date.now() - sentAtMs).toBeLessThan(10_000);
    await delivered(platform, before + 6);
  });

  it('stores and delivers after the quota of writes is used up', async () => {
    const site = await aSite(platform);
    const before = platform.sandbox.events.length;
    expect(await send(platform, site, [anOrder()])).toBe(200);

    await platform.rules({ left: { kvWrites: 0, kvDeletes: 0 } });
    expect(await send(platform, site, [anOrder()])).toBe(200);
    // Its key can still be read.
    await platform.evict('OUTBOX', site.id);
    expect(await send(platform, site, [anOrder()])).toBe(200);

    await delivered(platform, before + 3);
  });
});

it('the first event of a new outbox waits for KV, is not acknowledged, and is stored when it is sent again', async () => {
  const site = await aSite(platform);
  const before = platform.sandbox.events.length;
  const order = anOrder();
  await platform.rules({ kv: { down: ['put'] } });
  expect(await send(platform, site, [order])).toBe(503);

  await platform.rules({});
  expect(await send(platform, site, [order])).toBe(200);
  await delivered(platform, before + 1);
});

it('a withdrawal of consent writes nothing to KV when nothing of the person is sealed', async () => {
  const site = await aSite(platform);
  await send(platform, site, [anOrder()]);
  await platform.report();

  for (let visitor = 0; visitor < 5; visitor += 1) {
    const batch = [{ type: 'page', anonymousId: crypto.randomUUID(), messageId: crypto.randomUUID() }];
    const body = { batch, consent: { advertising: false } };
    const response = await platform.ask('/v1/batch', { body, key: site.writeKey });
    expect(response.status).toBe(200);
  }

  const { total } = await platform.report();
  expect([total.kvWrites, total.kvDeletes]).toEqual([0, 0]);
});
