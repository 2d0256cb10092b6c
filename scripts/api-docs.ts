/**
 * `npm run docs:api`: writes docs/reference/operations.md from openapi.json. A test fails while the page doesn't match
 * the document.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openApiDocument } from '../worker/schema/openapi/document.ts';
import { ACCESS_PROBLEMS } from '../worker/schema/openapi/operation.ts';
import { PROBLEMS, isProblemCode } from '../worker/schema/problem.ts';
import { helpIfAsked } from './help.ts';

export const API_DOCS_PATH = 'docs/reference/operations.md';

/** The parts of JSON Schema that the document uses. */
type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
};

type Content = Record<string, { schema: Schema }>;
type Response = { description: string; content?: Content; headers?: Record<string, unknown> };
type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: { name: string; in: string; description?: string; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, Response>;
};
type Document = {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** Returns the page for the document. */
export function apiDocs(): string {
  const { tags, paths, components }: Document = JSON.parse(JSON.stringify(openApiDocument()));
  const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const chapters = tags.map(({ name, description }) =>
    [
      `## ${name}`,
      description,
      ...operations.filter((operation) => operation.tags.includes(name)).flatMap(operationLines),
    ].join('\n\n'),
  );
  const schemas = Object.entries(components.schemas)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .flatMap(([name, schema]) => schemaLines(name, schema));
  return `${[INTRODUCTION, ...chapters, '## Schemas', ...schemas].join('\n\n')}\n`;
}

const INTRODUCTION = `# Operations

Made from \`openapi.json\` by \`npm run docs:api\`: change the schemas in \`worker/schema/\`, not this page. What is behind it: [HTTP API](http-api.md). What to do about a problem: [problems and reasons](problems-and-reasons.md).

Every operation below \`/v1/admin\` may also answer ${ACCESS_PROBLEMS.map((code) => `\`${code}\``).join(', ')}. Every parameter of a query is given at most once, and not empty. Fields that have to be there are **bold**.`;

function operationLines({
  method,
  path,
  summary,
  description,
  parameters = [],
  requestBody,
  responses,
}: Operation & { method: string; path: string }): string[] {
  const given = parameters.filter((parameter) => parameter.in !== 'path');
  const facts = [
    ...given.map(({ name, in: where, description: about, schema }) =>
      where === 'query' ? `Query: \`${name}\`${wordsOf(schema)}` : `Header: \`${name}\`. ${about ?? ''}`,
    ),
    ...(requestBody === undefined ? [] : [`Body: ${typeOf(schemaIn(requestBody.content))}`]),
    ...Object.entries(responses).flatMap(([status, response]) => answerLines(status, response)),
  ];
  return [
    `### \`${method} ${path}\``,
    [summary, description]
      .filter((text) => text !== undefined)
      .map(asSentence)
      .join(' '),
    facts.map((fact) => `- ${fact}`).join('\n'),
  ];
}

/** Lists the values of a parameter that has only a few. */
function wordsOf(schema: Schema): string {
  const { enum: words = [] } = schema;
  return words.length > 0 && words.length <= 10 ? `: ${typeOf(schema)}` : '';
}

function answerLines(status: string, { description, content = {}, headers = {} }: Response): string[] {
  if (Object.hasOwn(content, 'application/problem+json')) {
    const codes = [...description.matchAll(/urn:directflight:problem:(\w+)/g)].map(([, code = '']) => code);
    const own = codes.filter((code) => !ACCESS_PROBLEMS.some((common) => common === code));
    if (own.length === 0) return [];
    return [
      `${status}: ${own.map((code) => `\`${code}\` (${isProblemCode(code) ? PROBLEMS[code].title : ''})`).join(', ')}`,
    ];
  }
  const [mediaType] = Object.keys(content);
  const shape =
    mediaType === undefined
      ? ''
      : mediaType === 'application/json'
        ? `: ${typeOf(schemaIn(content))}`
        : ` (\`${mediaType}\`)`;
  const also = Object.keys(headers).map((name) => `, with \`${name}\``);
  return [`${status}: ${description}${shape}${also.join('')}`];
}

function schemaIn(content: Content): Schema {
  return Object.values(content)[0]?.schema ?? {};
}

function schemaLines(name: string, schema: Schema): string[] {
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const intro = [
    ...(schema.description === undefined ? [] : [asSentence(schema.description)]),
    ...(schema.allOf === undefined
      ? []
      : [`${schema.allOf.flatMap(({ $ref }) => ($ref === undefined ? [] : [`As ${link($ref)}`])).join(', ')}, and:`]),
    ...(schema.oneOf === undefined && schema.anyOf === undefined ? [] : ['One of these:']),
  ];
  const tables = [schema, ...parts].filter((part) => part.properties !== undefined).map(table);
  return [`### ${name}`, ...intro, ...tables];
}

function table({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).flatMap(([name, schema]) => rowsOf(name, schema, required.includes(name)));
  return ['| field | type | |', '|---|---|---|', ...rows].join('\n');
}

/** Lists a nested object below its parent, by its path. */
function rowsOf(name: string, schema: Schema, isRequired: boolean): string[] {
  const inner = schema.properties ?? schema.items?.properties;
  const required = schema.required ?? schema.items?.required ?? [];
  const label = `\`${name}\``;
  return [
    `| ${isRequired ? `**${label}**` : label} | ${typeOf(schema)} | ${(schema.description ?? '').replaceAll('|', '\\|')} |`,
    ...Object.entries(inner ?? {}).flatMap(([member, each]) =>
      rowsOf(`${name}${schema.items === undefined ? '' : '[]'}.${member}`, each, required.includes(member)),
    ),
  ];
}

function typeOf(schema: Schema): string {
  const { $ref, type, items, anyOf, oneOf, allOf, additionalProperties, properties } = schema;
  if ($ref !== undefined) return link($ref);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  const alternatives = anyOf ?? oneOf ?? allOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeOf))].join(' or ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (properties?.['data'] !== undefined && properties['next_cursor'] !== undefined)
    return `page: \`data\` is a ${typeOf(properties['data'])}`;
  if (typeof additionalProperties === 'object') return `object of ${typeOf(additionalProperties)}`;
  if (Array.isArray(type)) return type.join(' or ');
  return type ?? 'anything';
}

function link($ref: string): string {
  const name = $ref.split('/').at(-1) ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

if (import.meta.main) {
  helpIfAsked('Generates docs/reference/operations.md from the OpenAPI document.\n\n  npm run docs:api');
  await writeFile(join(import.meta.dirname, '..', API_DOCS_PATH), apiDocs());
}
