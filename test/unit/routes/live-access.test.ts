/** T11: a live stream ends when its viewer loses access. */
import { expect, it } from 'vitest';

import { adminAs, aToken } from '../support/access.ts';
import { ADMIN_TOKEN, COLLECTOR, admin, anOrder, aSource, ask, send } from '../support/api.ts';

/** The limit that row T11 states. */
const ENDS_WITHIN_MS = 15_000;

type Stream = { status: number; ended: Promise<number>; told: () => string; cancel: () => Promise<void> };

/** Opens a stream and reads it, as a browser does. */
async function watch(sourceId: string, headers: Record<string, string>): Promise<Stream> {
  const response = await ask(`/v1/admin/sources/${sourceId}/live`, { headers });
  const reader = response.body?.getReader();
  let text = '';
  const decoder = new TextDecoder();
  const read = async (): Promise<number> => {
    for (;;) {
      // The test ends it when it has seen enough.
      const chunk = await reader?.read().catch(() => undefined);
      if (chunk === undefined || chunk.done) return Date.now();
      text += decoder.decode(chunk.value, { stream: true });
    }
  };
  return { status: response.status, ended: read(), told: () => text, cancel: async () => reader?.cancel() };
}

/** Returns when a stream ended, or never if it outlasts the longest allowed time. */
async function endOf({ ended }: Stream): Promise<number> {
  let stop = (): void => undefined;
  const never = new Promise<number>((resolve) => {
    const timer = setTimeout(resolve, 2 * ENDS_WITHIN_MS, Number.POSITIVE_INFINITY);
    stop = () => clearTimeout(timer);
  });
  return Promise.race([ended, never]).finally(stop);
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function sessionOf(token: string): Promise<Record<string, string>> {
  const response = await adminAs(token, '/session', { method: 'POST' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', Origin: COLLECTOR };
}

it('a live stream ends within 15 seconds of its token, its session, its access to the source or the source itself', async () => {
  const source = await aSource({ unknown_consent: 'granted' });
  const [gone, anew] = [await aSource(), await aSource()];
  const ofSource = { source_ids: [source.id] };
  const revoked = await aToken('viewer', ofSource);
  const expiring = await aToken('viewer', {
    ...ofSource,
    expires_at: new Date(Date.now() + 4_000).toISOString(),
  });
  const [signedOut, withSession, staying, losing] = [
    await aToken('viewer', ofSource),
    await aToken('editor', ofSource),
    await aToken('viewer', ofSource),
    await aToken('viewer', { source_ids: [source.id, gone.id] }),
  ];
  const [ended, begunByRevoked, kept] = [
    await sessionOf(signedOut.token),
    await sessionOf(withSession.token),
    await sessionOf(staying.token),
  ];
  const ending = {
    'a revoked token': await watch(source.id, bearer(revoked.token)),
    'an expired token': await watch(source.id, bearer(expiring.token)),
    'a session that was signed out of': await watch(source.id, ended),
    'a session whose token was revoked': await watch(source.id, begunByRevoked),
    'a source that was deleted': await watch(gone.id, bearer(ADMIN_TOKEN)),
    'a source that was deleted, for whoever still has another': await watch(gone.id, bearer(losing.token)),
    'a source that was made anew': await watch(anew.id, bearer(ADMIN_TOKEN)),
  };
  const going = [
    await watch(source.id, bearer(ADMIN_TOKEN)),
    await watch(source.id, bearer(staying.token)),
    await watch(source.id, kept),
  ];
  const fromMs = Date.now();

  await Promise.all([
    admin(`/tokens/${revoked.id}`, { method: 'DELETE' }),
    ask('/v1/admin/session', { method: 'DELETE', headers: ended }),
    admin(`/tokens/${withSession.id}`, { method: 'DELETE' }),
    admin(`/sources/${gone.id}`, { method: 'DELETE' }),
    admin(`/sources/${anew.id}`, { method: 'DELETE' }).then(() => aSource({ id: anew.id })),
  ]);
  const times = await Promise.all(Object.values(ending).map(async (stream) => (await endOf(stream)) - fromMs));
  const order = anOrder();
  await send(source, [order]);

  for (const [index, name] of Object.keys(ending).entries()) {
    expect([name, Object.values(ending)[index]?.status]).toEqual([name, 200]);
    // The token with four seconds left ends that much later.
    expect([name, (times[index] ?? Infinity) < ENDS_WITHIN_MS + 4_000]).toEqual([name, true]);
  }
  for (const stream of going) {
    await expect.poll(() => stream.told(), { timeout: 20_000 }).toContain(String(order['messageId']));
    await stream.cancel();
  }
  for (const stream of Object.values(ending)) expect(stream.told()).not.toContain(String(order['messageId']));
}, 90_000);
