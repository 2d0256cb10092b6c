import { Validator } from '@cfworker/json-schema';
import type { Schema } from '@cfworker/json-schema';
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { openApiDocument } from '../../../worker/schema/openapi/document.ts';
import { ADMIN_TOKEN, aRequest } from './api.ts';
import type { Call } from './api.ts';

type Json = Record<string, unknown>;

type Parameter = { name: string; in: string; required: boolean; schema: { enum?: string[]; pattern?: string } };

/** One operation of the document, with the answers that it may give. */
export type Described = {
  /** The method and path: `GET /v1/admin/sources/{id}`. */
  name: string;
  method: string;
  path: string;
  isAdmin: boolean;
  /** The success statuses and the problem codes. */
  ends: readonly string[];
  /** The parameters in the query. */
  parameters: readonly Parameter[];
};

export type Ask = Call & {
  /** Values for the path's parameters. */
  at?: Readonly<Record<string, string>>;
  query?: string;
  bindings?: Partial<Env>;
  /** Undefined calls as the owner, null without a token. */
  token?: string | null;
};

// The document has its own tests. Here it is only read as JSON.
const document: {
  paths: Record<string, Record<string, { responses: Record<string, Json>; parameters?: Parameter[] }>>;
  components: { schemas: Json };
} = JSON.parse(JSON.stringify(openApiDocument()));

/** Every operation of the document, with every answer that it names. */
export const OPERATIONS: readonly Described[] = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, { responses, parameters = [] }]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    isAdmin: path.startsWith('/v1/admin/'),
    ends: Object.entries(responses).flatMap(([status, response]) => endsOf(status, response)),
    parameters: parameters.filter((parameter) => parameter.in === 'query'),
  })),
);

function endsOf(status: string, { description, content }: Json): string[] {
  const isProblem = content !== undefined && Object.keys(Object(content)).includes('application/problem+json');
  if (!isProblem) return [status];
  return [...String(description).matchAll(/urn:directflight:problem:(\w+)/g)].map(([, code = '']) => code);
}

const exercised = new Set<string>();

/** Returns the documented answers that no call has given. */
export function notExercised(): string[] {
  return OPERATIONS.flatMap(({ name, ends }) => ends.map((end) => `${name} → ${end}`)).filter(
    (end) => !exercised.has(end),
  );
}

/**
 * Calls an operation, and checks the answer against the document.
 *
 * @returns The answer's status, or the code of its problem.
 * @throws When the document doesn't name this answer, or the answer doesn't match its schema.
 */
export async function callOperation(
  name: string,
  ask: Ask = {},
): Promise<{ end: string; body: unknown; response: Response }> {
  const operation = OPERATIONS.find((described) => described.name === name);
  if (operation === undefined) throw new Error(`The document has no operation ${name}`);
  const { at = {}, query = '', bindings = {}, token, headers = {}, ...call } = ask;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => at[parameter] ?? 'x');
  const bearer = token === undefined && operation.isAdmin ? ADMIN_TOKEN : token;
  const request = new Request<unknown, IncomingRequestCfProperties>(
    aRequest(`${path}${query}`, {
      ...call,
      method: operation.method,
      headers: { ...(typeof bearer === 'string' && { Authorization: `Bearer ${bearer}` }), ...headers },
    }),
  );
  const response = await worker.fetch(request, { ...env, ...bindings }, createExecutionContext());
  const { body, mediaType } = await read(response);
  const isProblem = mediaType === 'application/problem+json';
  const end = isProblem
    ? String(Object(body)['type']).replace('urn:directflight:problem:', '')
    : String(response.status);
  if (!operation.ends.includes(end)) throw new Error(`${name} came to ${end}, which the document does not name`);
  const faults = faultsOf(
    document.paths[operation.path]?.[operation.method.toLowerCase()]?.responses[response.status],
    {
      mediaType,
      body,
    },
  );
  if (faults.length > 0) throw new Error(`${name} → ${end} is not as described: ${faults.join('; ')}`);
  exercised.add(`${name} → ${end}`);
  return { end, body, response };
}

async function read(response: Response): Promise<{ body: unknown; mediaType: string | undefined }> {
  const mediaType = response.headers.get('Content-Type')?.split(';')[0];
  if (mediaType === 'text/event-stream') {
    await response.body?.cancel();
    return { body: '', mediaType };
  }
  const text = await response.text();
  return {
    body: mediaType !== undefined && /[/+]json$/.test(mediaType) ? JSON.parse(text) : text,
    mediaType: text === '' ? undefined : mediaType,
  };
}

function faultsOf(described: Json | undefined, answer: { mediaType: string | undefined; body: unknown }): string[] {
  const content: Json = Object(described?.['content'] ?? {});
  if (answer.mediaType === undefined) return Object.keys(content).length === 0 ? [] : ['it has no body'];
  const media = content[answer.mediaType];
  if (media === undefined) return [`it is ${answer.mediaType}`];
  const schema: Schema = Object(Object(media)['schema']);
  const result = new Validator({ ...schema, components: document.components }, '2020-12', false).validate(answer.body);
  return [
    ...result.errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`),
    // A problem may have extra members (RFC 9457 section 3.2).
    ...(answer.mediaType === 'application/json' ? unnamed(schema, answer.body, '') : []),
  ];
}

/**
 * Returns the members of an answer that its schema doesn't name. JSON Schema allows them, but readers wouldn't know
 * them.
 */
function unnamed(schema: Schema, value: unknown, at: string): string[] {
  const parts = partsOf(schema, value);
  if (Array.isArray(value)) {
    const items = parts.flatMap((part) => (part['items'] === undefined ? [] : [Object(part['items'])]));
    return value.flatMap((item, index) => items.flatMap((each: Schema) => unnamed(each, item, `${at}/${index}`)));
  }
  if (typeof value !== 'object' || value === null) return [];
  const properties: Json = Object.assign({}, ...parts.map((part) => part['properties'] ?? {}));
  const rest = parts.find((part) => part['additionalProperties'] !== undefined)?.['additionalProperties'];
  const isFree = Object.keys(properties).length === 0;
  return Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name] ?? (typeof rest === 'object' ? rest : undefined);
    if (known !== undefined) return unnamed(Object(known), member, `${at}/${name}`);
    return isFree ? [] : [`${at}/${name} is not named`];
  });
}

/** Resolves a schema's references and `allOf` parts, and picks the alternative that fits. */
function partsOf(schema: Schema, value: unknown): Schema[] {
  const { $ref, allOf = [], anyOf = [], oneOf = [] } = schema;
  const referred = typeof $ref === 'string' ? [Object(document.components.schemas[$ref.split('/').at(-1) ?? ''])] : [];
  const fitting = [...anyOf, ...oneOf].filter(
    (each) => new Validator({ ...each, components: document.components }, '2020-12').validate(value).valid,
  );
  return [schema, ...[...referred, ...allOf, ...fitting].flatMap((each) => partsOf(each, value))];
}
