import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import worker from '../../../worker/index.ts';
import { withoutBasePath } from '../../../worker/routes/http/base-path.ts';
import { ADMIN_TOKEN, anIntegrationOf, anOrder, aRequest, aSource, COLLECTOR, outcomes, SITE } from '../support/api.ts';
import type { Call } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

async function askUnder(basePath: string, path: string, call: Call = {}): Promise<Response> {
  // A request from outside has none of our properties, but the types don't express that.
  const request = new Request<unknown, IncomingRequestCfProperties>(aRequest(path, call));
  return worker.fetch(request, { ...env, BASE_PATH: basePath }, createExecutionContext());
}

describe('under a base path', () => {
  it.each([
    ['/_df', '/_df/healthz', 200],
    ['/_df', '/healthz', 200],
    ['/_df', '/_dfx/healthz', 404],
    ['/_df', '/_df', 404],
    ['/_df', '/_df/_df/healthz', 404],
    ['/a/b', '/a/b/healthz', 200],
    ['', '/_df/healthz', 404],
  ])('with the setting %j, %s is answered with %i', async (basePath, path, status) => {
    expect((await askUnder(basePath, path)).status).toBe(status);
  });

  it('events arrive with all data from the edge, and cookies are set for the whole site', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await askUnder('/_df', `${SITE}/_df/v1/batch`, {
      body: { writeKey: source.write_key, batch: [anOrder()] },
      headers: { Origin: SITE },
      country: 'DE',
    });
    const unasked = await askUnder('/_df', `${SITE}/_df/v1/page`, {
      body: { writeKey: source.write_key },
      headers: { Origin: SITE },
      country: 'US',
    });

    expect(response.status).toBe(200);
    expect((await outcomes(source))[1]).toMatchObject({ reason: 'no_consent', consent: { country: 'DE' } });
    expect(unasked.headers.getSetCookie().join()).toContain('Path=/;');
  });

  it('the management API and the settings for SDKs are available too', async () => {
    const { write_key: key } = await aSource();

    const sources = await askUnder('/_df', '/_df/v1/admin/sources', {
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const settings = await askUnder('/_df', `/_df/v1/projects/${key}/settings`);

    expect(sources.status).toBe(200);
    expect(await settings.json()).toMatchObject({
      integrations: { 'Segment.io': { apiHost: 't.example.com/_df/v1' } },
    });
  });

  it('a request keeps its method, body and query string', async () => {
    const request = withoutBasePath(aRequest('/_df/v1/page?x=1', { body: { a: 1 } }), '/_df');

    expect([request.method, request.url, await request.text()]).toEqual([
      'POST',
      `${COLLECTOR}/v1/page?x=1`,
      '{"a":1}',
    ]);
  });
});
