import type { Call } from '../call.ts';
import { gatewayError, resourceError } from '../error-response.ts';

/** LinkedIn's own client tunnels a query above about this length (read 2026-09). LinkedIn's real limit is unknown. */
const MAX_QUERY_LENGTH = 4_000;

/**
 * Undoes query tunnelling: a POST that names the real method in `X-HTTP-Method-Override`, and has a query too long for
 * a URL in its body, alone as a form or together with JSON as `multipart/mixed`.
 */
export function untunnelled(call: Call): Call {
  if (call.query.length > MAX_QUERY_LENGTH)
    throw gatewayError({
      status: 414,
      code: 'URI_TOO_LONG',
      message: 'The query is too long. Tunnel it in the body',
    });
  const method = call.headers['x-http-method-override']?.toUpperCase();
  if (method === undefined || call.method !== 'POST') return call;

  const contentType = call.headers['content-type'] ?? '';
  if (isForm(contentType)) return { ...call, method, query: call.body, body: '' };
  const [, boundary] = /^multipart\/mixed;.*boundary="?([^";]+)"?/i.exec(contentType) ?? [];
  const parts = boundary === undefined ? [] : call.body.split(`--${boundary}`).map(partFrom);
  const query = parts.find((part) => isForm(part.contentType));
  const json = parts.find((part) => part.contentType.toLowerCase().startsWith('application/json'));
  if (query === undefined || json === undefined)
    throw resourceError(400, 'A tunnelled query is a form, or multipart/mixed of a form and JSON');
  const headers = { ...call.headers, 'content-type': json.contentType };
  return { ...call, method, headers, query: query.content, body: json.content };
}

const isForm = (contentType: string): boolean =>
  contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');

function partFrom(text: string): { contentType: string; content: string } {
  const [head = '', ...content] = text.split(/\r?\n\r?\n/);
  const [, contentType = ''] = /content-type:\s*([^\r\n]+)/i.exec(head) ?? [];
  return { contentType, content: content.join('\r\n\r\n').replace(/\r?\n$/, '') };
}
