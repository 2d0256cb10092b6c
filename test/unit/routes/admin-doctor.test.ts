import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import { admin, ADMIN_TOKEN, anIntegrationOf, aRequest, aSource, problemOf } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeAll(noLinkedIn);

describe('the doctor', () => {
  it('reports once that LinkedIn is unreachable', async () => {
    const { id } = await anIntegrationOf(await aSource());

    const response = await admin(`/integrations/${id}/doctor`, { method: 'POST' });

    expect(await response.json()).toMatchObject({ healthy: false, findings: [{ code: 'linkedin_unreachable' }] });
  });

  it.each([undefined, '', 'not base64!'])('reports first that ENCRYPTION_KEY is %j', async (ENCRYPTION_KEY) => {
    const { id } = await anIntegrationOf(await aSource());
    const request = aRequest(`/v1/admin/integrations/${id}/doctor`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const { ENCRYPTION_KEY: _, ...bindings } = env;

    const response = await worker.fetch(
      // A request from outside has none of our properties, but the types don't express that.
      new Request<unknown, IncomingRequestCfProperties>(request),
      ENCRYPTION_KEY === undefined ? bindings : { ...bindings, ENCRYPTION_KEY },
      createExecutionContext(),
    );

    expect(await response.json()).toMatchObject({ findings: [{ code: 'encryption_key_missing' }] });
  });

  it.each([
    ['challenges', { status: 403, headers: { 'cf-mitigated': 'challenge' } }, 'collector_challenged'],
    [
      'answers from its cache',
      { status: 200, headers: { 'Content-Type': 'text/javascript', 'cf-cache-status': 'HIT' } },
      'tag_cached',
    ],
  ])('reports that a zone %s, from the answer at the public address', async (_, answer, code) => {
    // A token of its own: after failures, requests with the same one wait for a while.
    const { id } = await anIntegrationOf(await aSource(), { config: { access_token: `tok-${crypto.randomUUID()}` } });
    vi.mocked(fetch).mockImplementation((input) =>
      new Request(input).url === 'https://t.example.com/df.js'
        ? Promise.resolve(new Response('', answer))
        : Promise.reject(new TypeError('Network connection lost.')),
    );

    const response = await admin(`/integrations/${id}/doctor`, { method: 'POST' });

    const { findings } = await response.json<{ findings: { code: string }[] }>();
    expect(findings.map((finding) => finding.code)).toEqual(['linkedin_unreachable', code]);
    noLinkedIn();
  });

  it('is a 404 for an unknown integration', async () => {
    const response = await admin('/integrations/int_none/doctor', { method: 'POST' });

    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe("a request for LinkedIn's data while LinkedIn is unreachable", () => {
  it.each(['/ad-accounts', '/campaigns', '/conversion-rules', '/conversion-rules/1001'])(
    'is answered with the reason: %s',
    async (path) => {
      const { id } = await anIntegrationOf(await aSource(), { config: { access_token: `tok-${crypto.randomUUID()}` } });

      const response = await admin(`/integrations/${id}${path}`);

      expect(await problemOf(response)).toMatchObject({ status: 502, code: 'linkedin_unavailable' });
    },
  );
});
