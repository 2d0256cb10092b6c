import { beforeEach, describe, expect, it } from 'vitest';

import { anIntegrationOf, anOrder, aServerKey, ask, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

let source: MadeSource;
beforeEach(async () => {
  source = await aSource();
  await anIntegrationOf(source);
});

/** G4: a page's event isn't lost because of its invalid ID or time. */
describe('an event from a page', () => {
  it('is stored under a valid messageId, whatever its own is', async () => {
    const ids = ['', '   ', 12345, 0, 'undefined', 'NaN', '[object Object]', null];

    const response = await send(
      source,
      ids.map((messageId) => anOrder({ messageId })),
    );

    expect(await response.json()).toEqual({ success: true, accepted: ids.length });
    const kept = (await outcomes(source)).map(({ message_id: id }) => id);
    expect(new Set(kept).size).toBe(ids.length);
    expect(kept.filter((id) => id !== '12345' && !/^[\da-f-]{36}$/u.test(id))).toEqual([]);
  });

  it("gets the time of arrival when its own can't be read; with a server key it is refused", async () => {
    const times = ['now', '', 'bad', -1, 0, '2026-11-21T25:00:00Z', '30.02.2026', 'Invalid Date'];
    const batch = times.map((timestamp) => anOrder({ timestamp }));

    const response = await send(source, batch);

    expect(await response.json()).toEqual({ success: true, accepted: times.length });
    const headers = { Authorization: `Bearer ${await aServerKey(source)}` };
    const refused = await ask('/v1/batch', { headers, body: { batch } });
    expect(await refused.json()).toMatchObject({ status: 400, pointer: '/batch/0/timestamp' });
  });
});

/** G3: calls that the stub sends when a visitor leaves before the tag has loaded. */
describe('a call that the stub recorded', () => {
  const call = (type: string, args: unknown[], messageId: string) => ({
    type,
    args,
    timestamp: Date.now(),
    messageId,
    context: { page: { url: 'https://www.example.com/?li_fat_id=abc123' } },
  });

  it('is read as if the tag had made it, even beside the script', async () => {
    const batch = [
      call('identify', [{ email: 'john.doe@example.com' }], 'm-1'),
      call('track', ['Order Completed', { total: 5, currency: 'EUR' }, { messageId: 1001 }], 'm-2'),
      call('page', ['Thanks'], 'm-3'),
    ];

    const response = await ask('/df/v1/batch', { body: { writeKey: source.write_key, consent: 'auto', batch } });

    expect(await response.json()).toEqual({ success: true, accepted: 3 });
    const kept = await outcomes(source);
    expect(kept.map(({ message_id: id, type }) => `${type} ${id}`).toSorted()).toEqual([
      'identify m-1',
      'page m-3',
      'track 1001',
    ]);
    expect(kept.find(({ message_id: id }) => id === '1001')?.deliveries).toHaveLength(1);
  });

  it("is a no when the attribute isn't granted or auto", async () => {
    const batch = [call('track', ['Order Completed', { email: 'john.doe@example.com' }], 'm-1')];

    await ask('/v1/batch', { body: { writeKey: source.write_key, consent: 'required', batch } });

    expect((await outcomes(source)).flatMap(({ deliveries }) => deliveries)).toEqual([]);
  });
});
