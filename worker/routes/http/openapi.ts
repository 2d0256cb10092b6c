import type { Context } from 'hono';

import { openApiDocument } from '../../schema/openapi/document.ts';

/** `GET /openapi.json`. Created once per isolate, at the first request, because it never changes. */
let document: string | undefined;

export function openApiRoute(c: Context): Response {
  document ??= JSON.stringify(openApiDocument());
  return c.body(document, 200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
}
