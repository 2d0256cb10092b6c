import { parseExactJson } from '../../domain/reading/exact-json.ts';
import { Problem } from './problem.ts';

/** Deeper than any real event. JSON.parse accepts 100,000 levels, and the code after it would not (measured). */
const MAX_DEPTH = 64;

/**
 * Reads a JSON body up to a limit of bytes, and decompresses gzip.
 *
 * The limit also applies to the decompressed data, so a small body cannot become a large one.
 *
 * @throws Problem body_too_large, content_type_unsupported, content_encoding_unsupported, body_empty, body_not_json,
 * body_too_deep.
 */
export async function readJson(
  request: Request,
  { maxBytes }: { maxBytes: number },
): Promise<{ value: unknown; bytes: number }> {
  const { problem, ...read } = await readJsonAnyway(request, { maxBytes });
  if (problem !== undefined) throw problem;
  return read;
}

/**
 * Reads a JSON body even if it must be refused, because of what it says about consent. Also reads JSON with another
 * content type, and JSON with too many levels, without the levels that are too deep.
 *
 * @returns The value, and why it must be refused.
 * @throws Problem when nothing of it can be read.
 */
export async function readJsonAnyway(
  request: Request,
  { maxBytes }: { maxBytes: number },
): Promise<{ value: unknown; bytes: number; problem: Problem | undefined }> {
  const wrongType = contentTypeProblem(request.headers.get('Content-Type'), { isGzip: encodingOf(request) === 'gzip' });
  try {
    const bytes = await readBytes(request, { maxBytes });
    if (bytes.byteLength === 0)
      throw new Problem('body_empty', 'Cannot read the request: its body is empty, expected a JSON object');
    const text = decodeUtf8(bytes);
    const shallow = withoutDepth(text);
    const problem = wrongType ?? (shallow === text ? undefined : tooDeep());
    return { value: parsed(shallow, problem), bytes: bytes.byteLength, problem };
  } catch (error) {
    throw error instanceof Problem && wrongType !== undefined ? wrongType : error;
  }
}

/**
 * Reads a body up to a limit of bytes, whatever its content type, and decompresses gzip.
 *
 * @throws Problem body_too_large, content_encoding_unsupported, body_not_json.
 */
export async function readBytes(
  request: Request,
  { maxBytes }: { maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  return readLimited(bodyOf(request), maxBytes);
}

/**
 * Reads JSON whose bytes are already here, because their signature was checked first. A whole number over 2^53 becomes
 * text, so that no digit of an ID is lost.
 *
 * @throws Problem body_not_json, body_too_deep.
 */
export function jsonIn(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  const shallow = withoutDepth(text);
  const problem = shallow === text ? undefined : tooDeep();
  const value = parsed(shallow, problem, parseExactJson);
  if (problem !== undefined) throw problem;
  return value;
}

function parsed(text: string, problem: Problem | undefined, parse = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    // The engine's own message quotes the body.
    throw problem ?? new Problem('body_not_json', 'Cannot read the request: its body is not JSON');
  }
}

function contentTypeProblem(header: string | null, { isGzip }: { isGzip: boolean }): Problem | undefined {
  // A bare beacon sends no content type.
  if (header === null || header === '') return undefined;
  const [type = '', ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  // axios labels bytes as a form, and RudderStack's SDK for Node passes it gzip. The decompressed data must still be
  // JSON.
  const isBytes = isGzip && type === 'application/x-www-form-urlencoded';
  const isJson = isBytes || type === 'application/json' || type === 'text/plain' || type.endsWith('+json');
  if (isJson && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return undefined;
  return new Problem(
    'content_type_unsupported',
    'Cannot read the request: expected application/json or text/plain, in UTF-8',
  );
}

function encodingOf(request: Request): string {
  return (request.headers.get('Content-Encoding') ?? 'identity').trim().toLowerCase();
}

function bodyOf(request: Request): ReadableStream<Uint8Array> | null {
  const encoding = encodingOf(request);
  if (encoding === 'identity' || encoding === '') return request.body;
  if (encoding !== 'gzip')
    throw new Problem(
      'content_encoding_unsupported',
      'Cannot read the request: expected Content-Encoding gzip, or none',
    );
  return request.body?.pipeThrough(new DecompressionStream('gzip')) ?? null;
}

async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (stream !== null) {
    try {
      for await (const chunk of stream) {
        length += chunk.byteLength;
        if (length > maxBytes)
          throw new Problem('body_too_large', `Cannot read the request: its body is over ${maxBytes} bytes`);
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem('body_not_json', 'Cannot read the request: its body is cut off, or is not valid gzip');
    }
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Problem('body_not_json', 'Cannot read the request: its body is not UTF-8');
  }
}

function tooDeep(): Problem {
  return new Problem('body_too_deep', `Cannot read the request: its body is nested more than ${MAX_DEPTH} levels deep`);
}

/** Replaces values that are nested too deep by null, in one pass, before any recursive code sees the text. */
function withoutDepth(text: string): string {
  const shallow: string[] = [];
  let depth = 0;
  let keptTo = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (isInString) {
      if (char === '\\') index += 1;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth === MAX_DEPTH + 1) shallow.push(text.slice(keptTo, index), 'null');
    } else if (char === '}' || char === ']') {
      if (depth === MAX_DEPTH + 1) keptTo = index + 1;
      depth -= 1;
    }
  }
  if (shallow.length === 0) return text;
  // A text that ends inside a nested value is not JSON.
  return depth > MAX_DEPTH ? '' : [...shallow, text.slice(keptTo)].join('');
}
