import { Problem } from './problem.ts';

const TYPES: ReadonlySet<string> = new Set([
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'application/csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
  'application/x-ndjson',
  'application/jsonl',
]);

/**
 * Returns the parts of an uploaded file as they arrive, also of a gzip-compressed one.
 *
 * @throws Problem body_empty, body_too_large, content_type_unsupported, content_encoding_unsupported.
 */
export function fileParts(request: Request, { maxBytes }: { maxBytes: number }): AsyncIterable<Uint8Array> {
  const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && !TYPES.has(type))
    throw new Problem('content_type_unsupported', 'Cannot read the file: expected text/csv or application/x-ndjson');
  const encoding = (request.headers.get('Content-Encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Problem('content_encoding_unsupported', 'Cannot read the file: expected Content-Encoding gzip, or none');
  const { body } = request;
  return parts(encoding === 'gzip' ? body?.pipeThrough(new DecompressionStream('gzip')) : body, maxBytes);
}

async function* parts(
  body: ReadableStream<Uint8Array> | null | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  if (body === null || body === undefined)
    throw new Problem('body_empty', 'Cannot read the file: the request has no body');
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await next(reader);
    if (done) return;
    bytes += value.byteLength;
    if (bytes > maxBytes)
      throw new Problem('body_too_large', `Cannot read the file: it is over ${maxBytes} bytes. Split it.`);
    yield value;
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch {
    throw new Problem('content_encoding_unsupported', 'Cannot read the file: it is cut off, or is not valid gzip');
  }
}
