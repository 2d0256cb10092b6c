/** A person's waiting data is found without storing who they are, and is erased when they ask for it. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { parseKeyRing } from '../../../worker/domain/sealing/sealed-box.ts';
import { payloadCipher } from '../../../worker/objects/outbox/keys/payload-cipher.ts';
import { LOST, PayloadKeys } from '../../../worker/objects/outbox/keys/payload-keys.ts';
import type { Opened } from '../../../worker/objects/outbox/keys/payload-keys.ts';
import type { Outbox } from '../../../worker/objects/outbox/outbox.ts';
import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { admin, anIntegrationOf, anOrder, aServerKey, aSource, ask, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aLinkedIn } from '../support/linkedin.ts';

// LinkedIn never answers, so everything waits.
vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

afterEach(() => vi.clearAllMocks());

async function aShop(): Promise<MadeSource> {
  const source = await aSource();
  await anIntegrationOf(source);
  return source;
}

const order = (source: MadeSource, over: Record<string, unknown>): Promise<Response> =>
  ask('/v1/track', { body: anOrder({ writeKey: source.write_key, ...over }), headers: { Origin: SITE } });

async function statesIn(source: MadeSource): Promise<Record<string, string>> {
  const response = await admin(`/sources/${source.id}/events`);
  const { data } = await response.json<{ data: EventView[] }>();
  return Object.fromEntries(data.map((event) => [event.message_id, event.state]));
}

/** Returns the sealed texts that a reader with ENCRYPTION_KEY and all of KV could open. */
function openedIn(
  outbox: DurableObjectStub<Outbox>,
  sealed: readonly (string | null | undefined)[],
): Promise<Opened[]> {
  return runInDurableObject(outbox, (_, { storage }) =>
    new PayloadKeys({
      cipher: payloadCipher,
      sql: storage.sql,
      kv: {
        get: (key) => env.CONFIG.get(key),
        put: (key, value) => env.CONFIG.put(key, value),
        delete: (key) => env.CONFIG.delete(key),
        list: async () => [],
      },
      owner: outbox.id.toString(),
      keyRing: () => parseKeyRing(env.ENCRYPTION_KEY ?? ''),
      now: () => Date.now(),
    }).open(sealed.map((text) => text ?? '')),
  );
}

describe('an erasure', () => {
  it.each([
    { by: 'e-mail', person: { email: ' Jane@Example.com ' }, event: { traits: { email: 'jane@example.com' } } },
    { by: 'user id', person: { user_id: 'u-1' }, event: { userId: 'u-1', traits: { email: 'a@example.com' } } },
    {
      by: 'anonymous id',
      person: { anonymous_id: 'anon-1' },
      event: { anonymousId: 'anon-1', traits: { email: 'b@example.com' } },
    },
    {
      by: 'lead ID',
      person: { lead_id: 'answer-1' },
      event: { properties: { linkedin_lead_id: 'urn:li:leadGenFormResponse:answer-1', total: 5, currency: 'USD' } },
    },
    {
      by: 'lead ID in another case',
      person: { lead_id: 'answer-Two' },
      event: { properties: { linkedin_lead_id: 'Answer-two', total: 5, currency: 'USD' } },
    },
  ])("by $by ends this person's waiting deliveries, and nobody else's", async ({ person, event }) => {
    const source = await aShop();
    await order(source, { messageId: 'anns', ...event });
    await order(source, { messageId: 'bobs', traits: { email: 'somebody.else@example.com' }, userId: 'u-2' });

    const response = await admin('/people/erase', { body: person });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ erased: 1 });
    expect(await statesIn(source)).toEqual({ anns: 'erased', bobs: 'pending' });
  });

  it('is final: the same event sent again is a duplicate', async () => {
    const source = await aShop();
    await order(source, { messageId: 'once', userId: 'u-3', traits: { email: 'c@example.com' } });
    await admin('/people/erase', { body: { user_id: 'u-3' } });

    await order(source, { messageId: 'once', userId: 'u-3', traits: { email: 'c@example.com' } });

    expect(await statesIn(source)).toEqual({ once: 'erased' });
  });

  it("deletes the key of this person's data, and keeps the keys of others", async () => {
    const source = await aShop();
    await order(source, { messageId: 'anns', traits: { email: 'g@example.com' } });
    await order(source, { messageId: 'bobs', traits: { email: 'h@example.com' } });
    const outbox = env.OUTBOX.getByName(source.id);
    const rows = (): Promise<Record<string, string | null>> =>
      runInDurableObject(outbox, (_, { storage }) =>
        Object.fromEntries(
          storage.sql
            .exec<{ event_id: string; payload: string | null }>('SELECT event_id, payload FROM deliveries')
            .toArray()
            .map(({ event_id: eventId, payload }) => [eventId, payload]),
        ),
      );
    const before = await rows();
    expect(await openedIn(outbox, [before['anns'], before['bobs']])).not.toContain(undefined);

    await admin('/people/erase', { body: { email: 'g@example.com' } });
    await outbox.wake();

    const after = await rows();
    expect(after['anns']).toBeNull();
    expect(after['bobs']).toBe(before['bobs']);
    const [anns, bobs] = await openedIn(outbox, [before['anns'], before['bobs']]);
    expect(anns).toBe(LOST);
    expect(bobs).toBeDefined();
    const linkedIn = aLinkedIn();
    expect(await linkedIn.elementOf(source.id, 'bobs')).toMatchObject({ eventId: 'bobs' });
  });

  it.each([{}, { email: 'no address' }, { lead_id: 'no lead' }, { name: 'Jane' }, { email: '' }])(
    'of %j is refused',
    async (body) => {
      const response = await admin('/people/erase', { body });

      expect(response.status).toBe(400);
    },
  );
});

/** Visitor IDs as SDKs make them. They can't be guessed; a write key affects nobody by guessable IDs (T7). */
const SDK_1 = '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7';
const SDK_2 = 'e2a94d10-58b3-4c6f-8f17-90d6c3b7a45e';

describe('a visitor who withdraws consent', () => {
  it('erases their waiting deliveries', async () => {
    const source = await aShop();
    const first = await order(source, { messageId: 'before', traits: { email: 'd@example.com' } });
    const cookie = first.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');

    await ask('/v1/batch', {
      body: { writeKey: source.write_key, consent: { advertising: false }, batch: [] },
      headers: { Origin: SITE, Cookie: cookie },
    });

    expect(await statesIn(source)).toEqual({ before: 'erased' });
  });

  it.each([
    ['in their browser', {}, { body: { consent: { advertising: false }, batch: [] } }],
    [
      "by an SDK's event, with the SDK's own IDs",
      { anonymousId: SDK_1 },
      {
        body: {
          batch: [
            {
              type: 'track',
              event: 'Segment Consent Preference Updated',
              anonymousId: SDK_1,
              messageId: 'the-no',
              context: { consent: { categoryPreferences: { advertising: false } } },
            },
          ],
        },
      },
    ],
  ])('before the alarm, %s, sends nothing, and the receipt says why', async (_how, ids, { body }) => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source);
    const linkedIn = vi.spyOn(globalThis, 'fetch');
    linkedIn.mockClear();
    const first = await ask('/v1/batch', {
      body: {
        writeKey: source.write_key,
        batch: [anOrder({ messageId: 'granted', traits: { email: 'f@example.com' }, ...ids })],
        consent: { advertising: true },
      },
      headers: { Origin: SITE },
    });
    const cookie = first.headers.getSetCookie().map((text) => text.split(';')[0]);

    await ask('/v1/batch', {
      body: { writeKey: source.write_key, ...body },
      headers: { Origin: SITE, Cookie: cookie.join('; ') },
    });
    await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));

    expect(linkedIn).not.toHaveBeenCalled();
    const listed = await admin(`/integrations/${id}/deliveries?state=erased`);
    const { data } = await listed.json<{ data: { id: string }[] }>();
    const story = await admin(`/integrations/${id}/deliveries/${encodeURIComponent(data[0]?.id ?? '')}`);
    expect(await story.json()).toMatchObject({
      state: 'erased',
      reason: 'consent_withdrawn',
      sentence: 'The visitor withdrew consent before LinkedIn had accepted it. Nothing was sent to LinkedIn.',
      requests: [],
      consent: {
        categories: { advertising: true },
        checks: [
          { when: 'received', granted: true },
          { when: 'withdrawn', granted: false },
        ],
      },
    });
  });
});

describe('a request with events of several people', () => {
  it('erases the person who says no, and nobody beside them', async () => {
    const source = await aShop();
    await order(source, { messageId: 'anns', anonymousId: SDK_1, traits: { email: 'i@example.com' } });
    await order(source, { messageId: 'bobs', anonymousId: SDK_2, traits: { email: 'j@example.com' } });
    const said = (anonymousId: string, advertising: boolean): Record<string, unknown> => ({
      type: 'page',
      anonymousId,
      messageId: `page-of-${anonymousId}`,
      context: { consent: { categoryPreferences: { advertising } } },
    });

    await ask('/v1/batch', {
      body: { writeKey: source.write_key, batch: [said(SDK_2, true), said(SDK_1, false)] },
      headers: { Origin: SITE },
    });

    expect(await statesIn(source)).toMatchObject({ anns: 'erased', bobs: 'pending' });
  });
});

// Case T7.
describe('a stranger who says no with the write key', () => {
  it.each([
    ['the same user ID', { userId: 'u-7' }],
    ['a short anonymous ID', { anonymousId: 'anon-7' }],
    ['the e-mail address', { traits: { email: 'k@example.com' } }],
    ['all of them', { userId: 'u-7', anonymousId: 'anon-7', traits: { email: 'k@example.com' } }],
  ])('ends nothing that a server sent, by %s', async (_, named) => {
    const source = await aShop();
    const headers = { Authorization: `Bearer ${await aServerKey(source)}` };
    const theirs = { messageId: 'theirs', userId: 'u-7', anonymousId: 'anon-7', traits: { email: 'k@example.com' } };
    await ask('/v1/track', { body: anOrder(theirs), headers });

    await order(source, { messageId: 'the-no', event: 'x', consent: { advertising: false }, ...named });

    expect(await statesIn(source)).toEqual({ theirs: 'pending', 'the-no': 'skipped' });
  });
});

describe('Global Privacy Control', () => {
  it('is a no when nothing else was said, and yields to an explicit yes', async () => {
    const source = await aShop();
    const send = (messageId: string, consent?: Record<string, boolean>): Promise<Response> =>
      ask('/v1/batch', {
        body: {
          writeKey: source.write_key,
          batch: [anOrder({ messageId, traits: { email: 'e@example.com' } })],
          ...(consent && { consent }),
        },
        headers: { Origin: SITE, 'Sec-GPC': '1' },
      });

    const silent = await send('silent');
    await send('said', { advertising: true });

    expect(await statesIn(source)).toEqual({ silent: 'skipped', said: 'pending' });
    expect(silent.headers.getSetCookie()).toEqual([]);
  });
});

describe('an erasure by an ID that identifies nobody', () => {
  // Q2: it would find nothing, or everyone without an ID, and seem to have worked.
  it.each([
    ['/user_id', { user_id: 'undefined' }],
    ['/user_id', { user_id: '0', email: 'jane@example.com' }],
    ['/user_id', { user_id: '{{user.id}}' }],
    ['/anonymous_id', { anonymous_id: '00000000-0000-0000-0000-000000000000' }],
    ['/anonymous_id', { anonymous_id: 'Anonymous' }],
  ])('is refused and names %s: %j', async (pointer, body) => {
    const response = await admin('/people/erase', { body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
