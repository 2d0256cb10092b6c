import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { createApp } from '../../../worker/app.ts';
import { aRequest, aServerKey, aSource, admin } from '../support/api.ts';

/** Cloudflare's counter is not ours: here it says that the address has had its share. */
const flooded = { limit: () => Promise.resolve({ success: false }) };

async function ask(path: string, call: Parameters<typeof aRequest>[1]): Promise<Response> {
  // The test's environment is the Worker's: wrangler.toml describes both.
  return createApp().fetch(aRequest(path, call), { ...env, COLLECTOR_LIMIT: flooded });
}

describe('an address that sends too much', () => {
  it('is told when to come back, and nothing of it is kept', async () => {
    const source = await aSource();

    const response = await ask('/v1/track', { body: { event: 'Seen', writeKey: source.write_key } });

    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(await response.json()).toMatchObject({ type: 'urn:directflight:problem:rate_limited' });
    expect(await (await admin(`/sources/${source.id}/events`)).json()).toMatchObject({ data: [] });
  });

  it('may be a server, whose key is a secret', async () => {
    const key = await aServerKey(await aSource());

    const response = await ask('/v1/track', { body: { event: 'Seen' }, headers: { Authorization: `Bearer ${key}` } });

    expect(response.status).toBe(200);
  });
});
