import type { ResponseKind } from '../domain/delivery/response-kind.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { errorWords } from './errors/error-words.ts';
import { redact } from './errors/redact.ts';
import { readLimited } from './read-limited.ts';
import { readResponseKind } from './read-response-kind.ts';
import { requestHeaders } from './request-headers.ts';
import { retryAfterMs } from './retry-after.ts';
import { withinTime } from './within-time.ts';

/** Short, because a person waits for the answer. */
const TIMEOUT_MS = 15_000;

/** Enough for a page of 100 rules with 200 campaigns each. A larger answer is not from LinkedIn. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export type RestRequest = {
  method: 'GET' | 'POST' | 'PUT';
  /** The path and query, already encoded: `URL` would undo Rest.li's own encoding. */
  path: string;
  restliMethod?: 'PARTIAL_UPDATE';
  body?: Fields;
};

/** An error from LinkedIn, in its own words without the values that they echo, or the lack of a usable response. */
export type LinkedInError = {
  responseKind: ResponseKind;
  /** Undefined when there was no answer. */
  status: number | undefined;
  /** LinkedIn's symbol, such as `ACCESS_DENIED`. */
  code: string | undefined;
  message: string;
  retryAfterMs: number | undefined;
};

export type Outcome<Value> = { kind: 'ok'; value: Value } | { kind: 'refused'; error: LinkedInError };

export type RestResponse = {
  status: number;
  fields: Fields;
  headers: Headers;
  /** LinkedIn's time, from the `Date` header. */
  dateMs: number | undefined;
};

/** Makes one call, with token, version and permit already taken care of. */
export type CallLinkedIn = (request: RestRequest) => Promise<Outcome<RestResponse>>;

export type RestSettings = { apiUrl: string; token: string; version: string };

/** Makes one call of LinkedIn's versioned API. Never throws: a missing response is a result too. */
export async function restCall(
  { method, path, restliMethod, body }: RestRequest,
  { apiUrl, token, version }: RestSettings,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
): Promise<Outcome<RestResponse>> {
  try {
    const { status, headers, text } = await withinTime(TIMEOUT_MS, async (signal) => {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          ...requestHeaders({ token, version }),
          ...(restliMethod !== undefined && { 'X-RestLi-Method': restliMethod }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // Following a redirect would send the token to another host (measured: workerd sends it along).
        redirect: 'manual',
        signal,
      });
      return {
        status: response.status,
        headers: response.headers,
        text: await readLimited(response, MAX_ANSWER_BYTES),
      };
    });
    const fields = parseObject(text);
    if (status >= 200 && status < 300 && (fields !== undefined || text === ''))
      return { kind: 'ok', value: { status, fields: fields ?? {}, headers, dateMs: dateOf(headers) } };
    return { kind: 'refused', error: errorOf({ status, headers, text }, now()) };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'no answer';
    return { kind: 'refused', error: unusableResponse(redact(why)) };
  }
}

function errorOf(
  { status, headers, text }: { status: number; headers: Headers; text: string },
  nowMs: number,
): LinkedInError {
  const words = errorWords({ status, text }, redact);
  const { code, message } = words;
  // A 200 that contains a login page is not LinkedIn's answer.
  const said = status >= 300 ? status : undefined;
  return {
    responseKind: readResponseKind(said, words),
    status: said,
    code,
    message,
    retryAfterMs: retryAfterMs(headers.get('Retry-After'), nowMs),
  };
}

/** Returns the error for a missing or unusable response. */
export function unusableResponse(message: string): LinkedInError {
  return { responseKind: 'unavailable', status: undefined, code: undefined, message, retryAfterMs: undefined };
}

function dateOf(headers: Headers): number | undefined {
  const ms = Date.parse(headers.get('Date') ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
