import { describe, expect, it, vi } from 'vitest';

import { KeptWatch, ObjectWatch } from '../../../worker/routes/admin/live/object-watch.ts';

vi.spyOn(console, 'error').mockImplementation(() => undefined);

/** An object that can be watched, and its end of each connection. */
function anObject({ isAnswering = true } = {}) {
  const ends: WebSocket[] = [];
  const fetch = vi.fn<() => Promise<Response>>(() => {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener('message', () => isAnswering && server.send('pong'));
    ends.push(server);
    return Promise.resolve(new Response(null, { status: 101, webSocket: client }));
  });
  return { object: { fetch }, ends };
}

const broken = () => ({
  fetch: vi.fn<() => Promise<Response>>(() => Promise.reject(new Error('Handler does not export a fetch() function.'))),
});

describe('whoever watches an object', () => {
  it('hears of a change at once, and once', async () => {
    const { object, ends } = anObject();
    const watch = await ObjectWatch.open(object);
    const heard = watch?.change(60_000);
    ends[0]?.send('changed');

    expect([await heard, await watch?.change(20)]).toEqual([true, false]);
  });

  it('hears of a change that came before they asked', async () => {
    const { object, ends } = anObject();
    const watch = await ObjectWatch.open(object);
    ends[0]?.send('changed');
    await watch?.isAnswered(1_000);

    expect(await watch?.change(60_000)).toBe(true);
  });

  it('stops waiting when the object ends the connection', async () => {
    const { object, ends } = anObject();
    const watch = await ObjectWatch.open(object);
    const heard = watch?.change(60_000);
    ends[0]?.close();

    expect([await heard, watch?.isOpen, await watch?.isAnswered(60_000)]).toEqual([false, false, false]);
  });

  it('notices an object that answers no more', async () => {
    const [alive, silent] = [anObject(), anObject({ isAnswering: false })];
    const isAnswered = async ({ object }: typeof alive) => (await ObjectWatch.open(object))?.isAnswered(100);

    expect(await Promise.all([isAnswered(alive), isAnswered(silent)])).toEqual([true, false]);
  });
});

describe('a connection that is kept', () => {
  it('is opened again when it has ended, but not at once a second time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { object, ends } = anObject();
    const kept = new KeptWatch(object);
    const first = await kept.open();
    expect(await kept.open()).toBe(first);

    first?.close();
    expect(await kept.open()).toBeUndefined();
    vi.setSystemTime(Date.now() + 30_000);
    expect((await kept.open())?.isOpen).toBe(true);
    expect(ends).toHaveLength(2);
    vi.useRealTimers();
  });

  it('is tried only now and then with an object that cannot tell', async () => {
    const object = broken();
    const kept = new KeptWatch(object);

    expect([await kept.open(), await kept.open(), await kept.open()]).toEqual([undefined, undefined, undefined]);
    expect(object.fetch).toHaveBeenCalledOnce();
  });

  it('is not opened after its end', async () => {
    const { object, ends } = anObject();
    const kept = new KeptWatch(object);
    kept.close();

    expect([await kept.open(), ends.length]).toEqual([undefined, 0]);
  });
});
