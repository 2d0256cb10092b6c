import { PROBLEMS, problemType } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { componentSchemas } from './component-schemas.ts';
import { isAdmin, neededRole, ref } from './operation.ts';
import type { Json, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

/** Describes the HTTP interface, from the schemas that check it. https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Directflight',
      version: '1',
      description: 'First-party conversion tracking for LinkedIn: the collector and the management API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: componentSchemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES = {
  admin: {
    type: 'http',
    scheme: 'bearer',
    description: 'ADMIN_TOKEN, or a token that was made under /v1/admin/tokens',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '_df_console',
    description: 'What POST /v1/admin/session gives the console',
  },
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A write key (wk_…) or a server key (sk_…); also as writeKey in the body',
  },
};

/** What needs no key. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/oauth/linkedin/callback']);

function describe(operation: Operation): Json {
  const { path, method, summary, body, answer, problems, query = [] } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }));
  return {
    operationId: `${method}${path.replaceAll(/[^a-z]+(\w)/gi, (_, letter: string) => letter.toUpperCase()).replaceAll('}', '')}`,
    summary,
    ...(isAdmin(operation) && { description: `Needs the role ${neededRole(operation)}.` }),
    security: isAdmin(operation) ? [{ admin: [] }, { session: [] }] : OPEN_PATHS.has(path) ? [] : [{ key: [] }],
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } },
    }),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(answer.schema && { content: { 'application/json': { schema: answer.schema } } }),
      },
      ...problemResponses(problems),
    },
  };
}

/** One answer a status; the problems that share it stand in its description by their `type`. */
function problemResponses(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, sharing]) => [
      status,
      {
        description: sharing.map((code) => `${PROBLEMS[code].title} (\`${problemType(code)}\`)`).join('; '),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}
