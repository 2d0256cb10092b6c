import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import worker from '../../../worker/index.ts';
import { admin, ADMIN_TOKEN, aRequest, ask, COLLECTOR, problemOf } from '../support/api.ts';

describe('a path', () => {
  it.each([
    '/nothing',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1//batch',
    '/V1/batch',
    '/v1/batch%00',
    '/v1/batch/x',
    '/wp-login.php',
  ])("that doesn't exist is a 404: %s", async (path) => {
    const responses = await Promise.all([ask(path), ask(path, { body: {} })]);

    for (const response of responses)
      expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['GET', '/v1/batch', 'POST'],
    ['HEAD', '/v1/batch', 'POST'],
    ['PUT', '/v1/track', 'POST'],
    ['DELETE', '/v1/t', 'POST'],
    ['PATCH', '/v1/identify', 'POST'],
    ['TRACE', '/v1/batch', 'POST'],
    ['POST', '/healthz', 'GET'],
    ['POST', '/openapi.json', 'GET'],
    ['POST', '/v1/projects/wk_x/settings', 'GET'],
    ['POST', '/sourceConfig/', 'GET'],
  ])('is a 405 for another method, and names the right one: %s %s', async (method, path, allow) => {
    const response = await ask(path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe(allow);
  });

  it.each([
    ['PUT', '/sources', 'GET, POST'],
    ['POST', '/sources/src_x', 'GET, PATCH, DELETE'],
    ['GET', '/sources/src_x/server-keys', 'POST'],
    ['DELETE', '/integrations', 'GET, POST'],
    ['PUT', '/integrations/int_x', 'GET, PATCH, DELETE'],
  ])('of the management API is a 405 for another method: %s %s', async (method, path, allow) => {
    const response = await admin(path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe(allow);
  });

  it("of the management API that doesn't exist is a 404", async () => {
    expect(await problemOf(await admin('/nothing'))).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('every wrong path is answered in one form, by whatever part of the Worker', () => {
  const HOOK = '/v1/hooks/hook_x';
  const PATHS = [
    `${HOOK}/`,
    `${HOOK}//`,
    `${HOOK}/x`,
    `${HOOK}%2F`,
    `${HOOK}/?challengeCode=1`,
    '/v1/hooks',
    '/v1/hooks/',
    '/v1//hooks/hook_x',
    '//v1/hooks/hook_x',
    '/v1/hooks//hook_x',
    '/v1/hooks/hook_x/.',
    '/v1/hooks/%00/',
    '/v1/hooks/%ff/',
    '/healthz/?deep=1',
    '/healthz//',
    '/openapi.json/',
    '/oauth/linkedin/callback/',
    '/oauth/linkedin/',
    '/v1/admin',
    '/v1/admin/',
    '/v1/admin//',
    '/v1/admin/sources/',
    '/v1/admin//sources',
    '/v1//admin/sources',
    '/v1/admin/%2e%2e/x',
    '/v1/admin/sources%2Fsrc_x',
    '/v1/%61dmin/nothing',
    '/sourceConfig',
    '/v1/projects/wk_x/settings/',
    '/v1/projects//settings',
    '/df.js/',
    '/demo/outcomes/',
    '/%',
    '/%E0%A4%A',
  ];
  const METHODS = { '': ['GET', 'HEAD', 'POST', 'DELETE'], '/_df': ['POST'] };

  it.each(PATHS)('%s', async (path) => {
    const strange: string[] = [];
    for (const [base, methods] of Object.entries(METHODS))
      for (const method of methods) {
        const request = new Request<unknown, IncomingRequestCfProperties>(
          aRequest(`${COLLECTOR}${base}${path}`, { method, headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } }),
        );
        const response = await worker.fetch(request, { ...env, BASE_PATH: '/_df' }, createExecutionContext());
        const type = response.headers.get('Content-Type');
        await response.body?.cancel();
        if (response.status < 400 || type !== 'application/problem+json')
          strange.push(`${method} ${base}${path}: ${response.status} ${type}`);
      }

    expect(strange).toEqual([]);
  });
});

it('answers /healthz with the status ok', async () => {
  const response = await ask('/healthz');

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
});

it("the demo's outcomes exist in the local run only", async () => {
  expect(await problemOf(await ask('/demo/outcomes'))).toMatchObject({ status: 404 });
});
