import type { Call } from '../call.ts';
import { resourceError } from '../error-response.ts';

/** Reads the JSON of a call that needs a body. */
export function jsonBody({ headers, body }: Call): unknown {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    throw resourceError(411, 'Content-Length is required');
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    throw resourceError(415, `Content-Type "${mediaType ?? ''}" is not supported. Expected application/json`);
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    // The parser's message would repeat the input.
    throw resourceError(400, 'Cannot parse request entity: it is not valid JSON');
  }
}
