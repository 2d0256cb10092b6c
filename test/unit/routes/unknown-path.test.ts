import { describe, expect, it } from 'vitest';

import { admin, ask, problemOf } from '../support/api.ts';

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

it('answers /healthz with the status ok', async () => {
  const response = await ask('/healthz');

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
});

it("the demo's outcomes exist in the local run only", async () => {
  expect(await problemOf(await ask('/demo/outcomes'))).toMatchObject({ status: 404 });
});
