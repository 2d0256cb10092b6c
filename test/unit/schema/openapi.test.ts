import { describe, expect, it } from 'vitest';

import { openApiDocument } from '../../../worker/schema/openapi/document.ts';
import { PROBLEMS } from '../../../worker/schema/problem.ts';
import { ask } from '../support/api.ts';
import { allRoutes } from '../support/routes.ts';

type Operation = {
  operationId: string;
  responses: Record<string, unknown>;
  security: unknown[];
  parameters?: unknown[];
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: unknown };
};

const UNNAMED = new Set([
  // The summaries of the long names mention the short ones.
  ...['t', 'p', 'i', 'g', 'a', 's', 'b', 'import'].map((name) => `POST /v1/${name}`),
  // Same as `/v1/batch`, for the stub of a script with a version in its address: docs/reference/tag.md.
  'POST /df/v1/batch',
  // Scripts, and the routes of the local run.
  'GET /df.js',
  'GET /df-core.js',
  'GET /demo/outcomes',
]);

const document = async () => (await ask('/openapi.json')).json<Document>();

describe('openapi.json', () => {
  it('is public, as JSON', async () => {
    const response = await ask('/openapi.json', { headers: { Origin: 'https://editor.example' } });

    expect(response.headers.get('Content-Type')).toContain('application/json');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('names every route, and no other', async () => {
    const { paths } = await document();

    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = allRoutes()
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace(/(^\/v1\/.*)\/$/, '$1')}`);
    expect(described.toSorted()).toEqual([...new Set(served)].filter((route) => !UNNAMED.has(route)).toSorted());
  });

  it('has an ID for each operation, and a response and a location for each parameter', async () => {
    const { paths } = await document();

    const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
      Object.values(byMethod).map((operation) => ({ path, ...operation })),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, responses, parameters = [] } of operations) {
      expect(Object.keys(responses).length).toBeGreaterThan(0);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g))
        expect(parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }));
    }
  });

  it('has no broken references', async () => {
    const text = JSON.stringify(await document());
    const { components } = await document();

    const refs = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);

    expect(refs.length).toBeGreaterThan(10);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(refs));
  });

  it('names every problem by its type', async () => {
    const { components } = await document();

    expect(components.schemas['Problem']).toMatchObject({
      properties: { type: { enum: Object.keys(PROBLEMS).map((code) => `urn:directflight:problem:${code}`) } },
    });
  });
});
