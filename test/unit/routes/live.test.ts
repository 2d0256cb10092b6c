/** The live view: past events, new ones, and their outcomes as they happen. */
import { describe, expect, it, vi } from 'vitest';

import { admin, anIntegrationOf, anOrder, aSource, ask, send } from '../support/api.ts';

vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json({ elements: [{ status: 201 }] })));

/** Reads `data:` lines until one satisfies the predicate. */
async function readUntil(
  body: ReadableStream<Uint8Array>,
  isIt: (event: Record<string, unknown>) => boolean,
): Promise<string[]> {
  const states: string[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const line = message.split('\n').find((part) => part.startsWith('data: '));
      if (line === undefined) continue;
      const event: Record<string, unknown> = JSON.parse(line.slice('data: '.length));
      states.push(`${String(event['message_id'])} ${String(event['state'])}`);
      if (isIt(event)) return states;
    }
  }
  return states;
}

describe('the live view of a source', () => {
  it.each(['live', 'events/live'])(
    'at /%s shows earlier events, new ones, and when they are delivered',
    async (path) => {
      const source = await aSource();
      await anIntegrationOf(source);
      await ask('/v1/track', { body: { event: 'Seen', messageId: 'before', writeKey: source.write_key } });
      const response = await admin(`/sources/${source.id}/${path}`);
      expect(response.headers.get('Content-Type')).toContain('text/event-stream');
      if (response.body === null) throw new Error('There is no stream');

      const states = readUntil(response.body, ({ state }) => state === 'delivered');
      await ask('/v1/track', {
        body: anOrder({ messageId: 'now', writeKey: source.write_key, traits: { email: 'a@example.com' } }),
      });

      expect(await states).toEqual(expect.arrayContaining(['before skipped', 'now pending', 'now delivered']));
    },
  );

  it.each(['a\nb', 'a\rb', 'a\r\n\r\ndata: {}', 'id: 1', 'a\u2028b', '%0a'])(
    'continues after an event with the ID %j, and shows it unchanged',
    async (messageId) => {
      const source = await aSource();
      await ask('/v1/track', { body: { event: 'Seen', messageId, writeKey: source.write_key } });
      const response = await admin(`/sources/${source.id}/live`);
      if (response.body === null) throw new Error('There is no stream');

      const states = readUntil(response.body, ({ message_id: id }) => id === 'after');
      await ask('/v1/track', { body: { event: 'Seen', messageId: 'after', writeKey: source.write_key } });

      expect(await states).toEqual([`${messageId} skipped`, 'after skipped']);
    },
  );

  it('shows each of many events that arrive at once, and the outcome of a much earlier one', async () => {
    const source = await aSource();
    await anIntegrationOf(source, { config: { hold_for_identity_minutes: 5 } });
    const response = await admin(`/sources/${source.id}/live`);
    if (response.body === null) throw new Error('There is no stream');
    const waiting = Promise.withResolvers<void>();
    const states = readUntil(response.body, ({ message_id: id, state }) => {
      if (id === 'waits') waiting.resolve();
      return state === 'delivered';
    });
    const waits = { properties: { li_fat_id: 'abc-1' }, anonymousId: '6f1c2a9e-3b7d-4e51-9c0a-8d2f4b6e7a13' };
    await send(source, [anOrder({ messageId: 'waits', ...waits })]);
    // A stream begins with the latest 100 events, so the many events must arrive after it has begun.
    await waiting.promise;

    await Promise.all(
      Array.from({ length: 3 }, (_, batch) =>
        send(
          source,
          Array.from({ length: 300 }, (__, index) => ({
            type: 'track',
            event: 'Seen',
            messageId: `m-${batch}-${index}`,
          })),
        ),
      ),
    );
    await send(source, [
      { type: 'identify', anonymousId: '6f1c2a9e-3b7d-4e51-9c0a-8d2f4b6e7a13', traits: { email: 'a@example.com' } },
    ]);

    const told = await states;
    const many = told.filter((state) => state.startsWith('m-'));
    expect(many).toHaveLength(900);
    expect(new Set(many).size).toBe(900);
    // A message in between may say that there is an e-mail now.
    const waited = told.filter((state) => state.startsWith('waits '));
    expect([waited[0], waited.at(-1)]).toEqual(['waits pending', 'waits delivered']);
  });

  it('doesn\'t hide the history of an event with the ID "live"', async () => {
    const source = await aSource();
    await ask('/v1/track', { body: { event: 'Seen', messageId: 'live', writeKey: source.write_key } });
    const { data } = await (await admin(`/sources/${source.id}/events`)).json<{ data: { seq: number }[] }>();

    const story = await admin(`/sources/${source.id}/events/live?seq=${data[0]?.seq}`);

    expect(await story.json()).toMatchObject({ message_id: 'live', event: 'Seen' });
  });

  it("doesn't exist for an unknown source, nor without a token", async () => {
    expect((await admin('/sources/src_nobody/live')).status).toBe(404);
    expect((await ask('/v1/admin/sources/src_nobody/live')).status).toBe(401);
  });
});
