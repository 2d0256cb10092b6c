import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';

/** The content of an error from LinkedIn, in any of its formats. */
export type ErrorWords = {
  /** LinkedIn's symbol, such as `ACCESS_DENIED`. */
  code: string | undefined;
  serviceErrorCode: number | undefined;
  /** LinkedIn's texts as they came, with echoed values. Use them to recognise causes, and never store them. */
  raw: string;
  /** The text that may be stored and shown. Never empty. */
  message: string;
  /** The elements of a batch that `errorDetails` names, with the text for each. */
  elements: ReadonlyMap<number, string>;
};

/** Removes personal data from LinkedIn's texts. */
export type Scrub = (text: string) => string;

type Said = { text: string; path?: string | undefined };

/** The most texts that are kept: more than a person reads. The message has its own limit too. */
const MAX_TEXTS = 20;
const MAX_MESSAGE_CHARS = 512;

/** Text after this many characters is not an error that a person would read. */
const MAX_PAGE_CHARS = 4_096;

/**
 * Reads an error from LinkedIn, its gateway or a proxy: `message` and `code`, the `inputErrors` of the newer ads APIs,
 * OAuth's `error`, an HTML page, a truncated answer or nothing. Attempts and management calls share this reader.
 *
 * https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling (read 2026-09)
 */
export function errorWords({ status, text }: { status: number; text: string }, scrub: Scrub): ErrorWords {
  const fields = parsedFields(text);
  const said = fields === undefined ? [{ text: wordsOf(text) }] : textsIn(fields);
  const code = codeIn(fields, text, scrub);
  const serviceErrorCode = fields === undefined ? undefined : numberOf(fields['serviceErrorCode']);
  // Each text is scrubbed separately: it may be cut in the middle of a value, which can only be recognised at its end.
  const words = said.slice(0, MAX_TEXTS).map((one) => scrubbed(one, scrub));
  const message = [...new Set(words.filter((word) => word !== ''))].join('; ').slice(0, MAX_MESSAGE_CHARS);
  return {
    code,
    serviceErrorCode,
    raw: said.map((one) => one.text).join('\n'),
    message: message || code || wordless({ status, serviceErrorCode }),
    elements: elementsIn(said, scrub),
  };
}

function wordless({ status, serviceErrorCode }: { status: number; serviceErrorCode: number | undefined }): string {
  return serviceErrorCode === undefined
    ? `HTTP ${status} without a word`
    : `HTTP ${status}, serviceErrorCode ${serviceErrorCode}`;
}

/** Returns the texts of an error object, the general one first. */
function textsIn(fields: Fields): Said[] {
  const nested = isFields(fields['error']) ? textsIn(withoutError(fields['error'])) : textOf(fields['error']);
  const details = listIn(fieldsIn(fields, 'errorDetails'), 'inputErrors').map((detail) => ({
    text: [detail['description'], detail['message'], detail['code']].find(isText) ?? '',
    path: pathOf(detail),
  }));
  const others = listIn(fields, 'errors').flatMap((other) => textsIn(withoutError(other)));
  return [
    ...['message', 'error_description', 'description', 'detail', 'title'].flatMap((name) => textOf(fields[name])),
    ...nested,
    ...details.filter(({ text }) => text !== ''),
    ...others,
  ];
}

/** Removes nested errors, so that only one level is read. Deeper nesting does not come from LinkedIn. */
function withoutError({ error: _, errors: __, ...fields }: Fields): Fields {
  return fields;
}

function textOf(value: unknown): Said[] {
  return isText(value) ? [{ text: value }] : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function scrubbed({ text, path }: Said, scrub: Scrub): string {
  return (path === undefined ? scrub(text) : `${scrub(path)}: ${scrub(text)}`).trim();
}

/** Returns the path of an input error: `{"input":{"inputPath":{"fieldPath":"elements/0/user"}}}`. */
function pathOf(detail: Fields): string | undefined {
  const path = fieldsIn(fieldsIn(detail, 'input'), 'inputPath')['fieldPath'];
  return isText(path) ? path : undefined;
}

function elementsIn(said: readonly Said[], scrub: Scrub): Map<number, string> {
  const named = new Map<number, string>();
  for (const one of said) {
    const [, digits] = /^\/?elements[/[](\d{1,5})(?!\d)/.exec(one.path ?? '') ?? [];
    if (digits !== undefined && !named.has(Number(digits))) named.set(Number(digits), scrubbed(one, scrub));
  }
  return named;
}

/** Returns LinkedIn's code, which is a symbol. If the scrubber would change it, it is personal data and not a code. */
function codeIn(fields: Fields | undefined, text: string, scrub: Scrub): string | undefined {
  const [first] = fields === undefined ? [] : listIn(fieldsIn(fields, 'errorDetails'), 'inputErrors');
  const { error } = fields ?? {};
  const found = [
    fields?.['code'],
    isFields(error) ? error['code'] : error,
    first?.['code'],
    // In a truncated answer, the code may already be there.
    fields === undefined ? /"code"\s*:\s*"(\w{1,64})"/.exec(text)?.[1] : undefined,
  ];
  return found
    .map((code) => (typeof code === 'number' ? String(code) : code))
    .find((code): code is string => typeof code === 'string' && /^\w{1,64}$/.test(code) && scrub(code) === code);
}

/** Reads a number, which may be written as a text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function listIn(fields: Fields, name: string): Fields[] {
  const list = fields[name];
  return Array.isArray(list) ? list.filter(isFields).slice(0, MAX_TEXTS) : [];
}

/**
 * Parses an answer and returns its object, or the first object of its list. Returns undefined for anything else, such
 * as an HTML page, a truncated answer or nothing.
 */
function parsedFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    return isFields(first) ? first : { message: isText(value) ? value : '' };
  } catch {
    return undefined;
  }
}

/** Returns the text of an answer that is not JSON: an HTML page, plain text, or the message of a truncated object. */
function wordsOf(text: string): string {
  if (isPage(text)) return wordsOfPage(text);
  if (!text.trimStart().startsWith('{')) return text;
  const [, message = ''] = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(text.slice(0, MAX_PAGE_CHARS)) ?? [];
  return message.replaceAll(/\\(["\\/])/g, '$1');
}

function isPage(text: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text.slice(0, 200));
}

/** Returns the visible text of an HTML page. */
function wordsOfPage(text: string): string {
  const words = text
    .slice(0, MAX_PAGE_CHARS)
    .replaceAll(/<(script|style)\b[^>]*>[\s\S]*?(<\/\1>|$)/gi, ' ')
    .replaceAll(/<[^>]*(>|$)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words === '' ? 'A page instead of an answer' : `A page instead of an answer: ${words}`;
}
