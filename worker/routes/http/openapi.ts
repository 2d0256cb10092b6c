import type { Context } from 'hono';

import { openApiDocument } from '../../schema/openapi/document.ts';

/** `GET /openapi.json`. Made at the first request of an isolate: it never changes. */
let document: string | undefined;

export function openApiRoute(c: Context): Response {
  document ??= JSON.stringify(openApiDocument());
  return c.body(document, 200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
}
