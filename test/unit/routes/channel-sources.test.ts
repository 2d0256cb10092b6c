import { beforeEach, describe, expect, it, vi } from 'vitest';

import { admin, aSource, problemOf } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({}));
});

const CHANNEL = { type: 'webhook', name: 'On call', url: 'https://alerts.example.com/in' };

describe('the sources of an alert channel', () => {
  it('must exist, because a channel for a misspelled source never tells anything', async () => {
    const { id } = await aSource();
    const missing = { status: 400, code: 'field_invalid', pointer: '/source_ids/1' };
    const made = await admin('/alert-channels', { body: { ...CHANNEL, source_ids: [id] } });
    const channel = await made.json<{ id: string }>();
    const at = `/alert-channels/${channel.id}`;

    const refused = await admin('/alert-channels', { body: { ...CHANNEL, source_ids: [id, 'src_nope'] } });
    const changed = await admin(at, { method: 'PATCH', body: { source_ids: [id, 'src_nope'] } });
    const all = await admin(at, { method: 'PATCH', body: { source_ids: null } });

    expect(made.status).toBe(201);
    expect(await problemOf(refused)).toEqual(missing);
    expect(await problemOf(changed)).toEqual(missing);
    expect(await all.json()).toMatchObject({ source_ids: null });
  });

  it('may be deleted later, and the channel can still be changed', async () => {
    const { id } = await aSource();
    const other = await aSource();
    const made = await admin('/alert-channels', { body: { ...CHANNEL, source_ids: [id] } });
    const channel = await made.json<{ id: string }>();
    await admin(`/sources/${id}`, { method: 'DELETE' });

    const changed = await admin(`/alert-channels/${channel.id}`, {
      method: 'PATCH',
      body: { name: 'Nights', source_ids: [id, other.id] },
    });

    expect(await changed.json()).toMatchObject({ name: 'Nights', source_ids: [id, other.id] });
  });
});
