import { PROBLEMS, problemType } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { NoQuery } from '../queries.ts';
import { componentSchemas, jsonSchema } from './component-schemas.ts';
import { neededRole } from './needed-role.ts';
import { isAdmin, isChange, problemsOf, ref } from './operation.ts';
import type { ResponseDocs, Json, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

/**
 * Returns the OpenAPI document of the HTTP interface, generated from the schemas that validate it.
 * https://spec.openapis.org/oas/v3.1.0
 */
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
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: componentSchemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

/** The chapters of the document. `tagOf` assigns a path to one of them. */
const TAGS = {
  Instance: 'Metrics, backup, and moving to another instance.',
  Access: 'Who may use the management API, and who changed what.',
  Sources: 'Websites and apps that send events: their keys, events and ledger.',
  LinkedIn: "Connecting LinkedIn, and LinkedIn's own ad accounts, campaigns and conversion rules.",
  Integrations: "A source's connections to LinkedIn ad accounts: mappings, deliveries, and what is wrong.",
  Collector: 'The endpoints that pages and servers send to.',
} as const;

function tagOf(path: string): keyof typeof TAGS {
  if (/\/admin\/(metrics|backup|restore|stop|start)/.test(path)) return 'Instance';
  if (/\/admin\/(session|tokens|audit-log)/.test(path)) return 'Access';
  if (/\/admin\/(sources|people)/.test(path)) return 'Sources';
  if (/oauth|ad-accounts|campaigns|conversion-rules/.test(path)) return 'LinkedIn';
  return path.startsWith('/v1/admin/') ? 'Integrations' : 'Collector';
}

const SECURITY_SCHEMES = {
  admin: {
    type: 'http',
    scheme: 'bearer',
    description: 'ADMIN_TOKEN, or a token from /v1/admin/tokens',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '_df_console',
    description: 'The cookie that POST /v1/admin/session sets for the console',
  },
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A write key (wk_…) or a server key (sk_…); also as writeKey in the body',
  },
};

/** The paths that need no key. */
const OPEN_PATHS: ReadonlySet<string> = new Set([
  '/openapi.json',
  '/oauth/linkedin/callback',
  '/v1/hooks/{hook}',
  '/v1/projects/{write_key}/settings',
]);

function describe(operation: Operation): Json {
  const { path, method, summary, body, file, answer, otherResponses = [] } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: `${method}${path.replaceAll(/[^a-z]+(\w)/gi, (_, letter: string) => letter.toUpperCase()).replaceAll('}', '')}`,
    summary,
    tags: [tagOf(path)],
    ...(isAdmin(operation) && { description: `Needs the role ${neededRole(operation)}.` }),
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } },
    }),
    ...(file !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(file.map((type) => [type, { schema: { type: 'string' } }])),
      },
    }),
    responses: {
      ...Object.fromEntries(
        [answer, ...otherResponses].map((each) => [each.status, response(each, operation.hasVersion === true)]),
      ),
      ...problemResponses(problemsOf(operation)),
    },
  };
}

function securityOf(operation: Operation): Json[] {
  const { path } = operation;
  const admin = [{ admin: [] }, { session: [] }];
  if (isAdmin(operation)) return admin;
  // Only the deep check needs a token.
  if (path === '/healthz') return [{}, ...admin];
  return OPEN_PATHS.has(path) ? [] : [{ key: [] }];
}

function parametersOf(operation: Operation): Json[] {
  const { path, query = NoQuery, hasVersion } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query.entries).map(([name, entry]) => ({
    name,
    in: 'query',
    required: !['optional', 'exact_optional'].includes(entry.type),
    schema: jsonSchema(entry),
  }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` of the version that you read. If it has changed since, the request is refused',
    schema: { type: 'string' },
  };
  return [...inPath, ...inQuery, ...(hasVersion && isChange(operation) ? [ifMatch] : [])];
}

function response({ description, schema, type = 'application/json' }: ResponseDocs, hasVersion: boolean): Json {
  return {
    description,
    ...(hasVersion && schema && { headers: { ETag: { description: 'The version', schema: { type: 'string' } } } }),
    ...(schema && { content: { [type]: { schema } } }),
  };
}

/** Returns one response for each status. Its description lists the problems with that status by `type`. */
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
