/**
 * One declaration for each route (docs/decisions/0024): its path, role, schemas and docs are in
 * `worker/schema/openapi/`.
 */
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';

import { roleForRoute } from '../../../worker/routes/admin/require-role.ts';
import { componentSchemas } from '../../../worker/schema/openapi/component-schemas.ts';
import { openApiDocument } from '../../../worker/schema/openapi/document.ts';
import { neededRole } from '../../../worker/schema/openapi/needed-role.ts';
import { OPERATIONS } from '../../../worker/schema/openapi/operations.ts';
import { allRoutes } from '../support/routes.ts';

/** Other names of the collector's operations, as Segment's and RudderStack's SDKs call them. */
const ALIASES: Readonly<Record<string, string>> = {
  'POST /v1/t': 'POST /v1/track',
  'POST /v1/p': 'POST /v1/page',
  'POST /v1/i': 'POST /v1/identify',
  'POST /v1/g': 'POST /v1/group',
  'POST /v1/a': 'POST /v1/alias',
  'POST /v1/s': 'POST /v1/screen',
  'POST /v1/b': 'POST /v1/batch',
  'POST /v1/import': 'POST /v1/batch',
  'POST /df/v1/batch': 'POST /v1/batch',
};

/** Routes that aren't operations of the API. A new route must be declared, or listed here with a reason. */
const NO_OPERATIONS: Readonly<Record<string, string>> = {
  'GET /df.js': 'a script',
  'GET /df-core.js': 'a script',
  'GET /demo/outcomes': 'of the local run only',
};

/** Writes a route as OpenAPI does. A slash at its end has no meaning. */
const named = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}').replace(/(?<=.)\/$/, '')}`;

const declared = OPERATIONS.map(({ method, path }) => named(method, path));
const routed = [
  ...new Set(
    allRoutes()
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => named(method, path)),
  ),
];

const adminOperations = OPERATIONS.filter(({ path }) => path.startsWith('/v1/admin/'));

describe('a route', () => {
  it('is declared once, and every declaration has a route', () => {
    const operations = routed.filter((route) => !(route in ALIASES) && !(route in NO_OPERATIONS));

    expect(operations.toSorted()).toEqual(declared.toSorted());
  });

  it('has other names only for declared operations, and only where the app routes them', () => {
    expect(Object.values(ALIASES).filter((route) => !declared.includes(route))).toEqual([]);
    expect([...Object.keys(ALIASES), ...Object.keys(NO_OPERATIONS)].filter((route) => !routed.includes(route))).toEqual(
      [],
    );
  });

  it.each(adminOperations)('requires the declared role: $method $path', async (operation) => {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const app = new Hono().on(operation.method.toUpperCase(), path, (c) => c.text(roleForRoute(c) ?? 'nobody'));

    const response = await app.request(path.replaceAll(/:\w+/g, 'one'), { method: operation.method.toUpperCase() });

    expect(await response.text()).toBe(neededRole(operation));
  });

  it('without a declaration is for owners only', async () => {
    const app = new Hono().get('/v1/admin/sources/:id/something-new', (c) => c.text(roleForRoute(c) ?? 'nobody'));

    const response = await app.request('/v1/admin/sources/src_1/something-new');

    expect(await response.text()).toBe('owner');
  });
});

describe('the document', () => {
  it('refers only to existing schemas, and has no unused ones', () => {
    const text = JSON.stringify(openApiDocument());
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));

    expect(new Set(referred)).toEqual(new Set(Object.keys(componentSchemas())));
  });
});
