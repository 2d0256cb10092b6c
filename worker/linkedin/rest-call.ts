import type { Heard } from '../domain/delivery/heard.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { errorWords } from './errors/error-words.ts';
import { redact } from './errors/redact.ts';
import { heardIn } from './heard-in.ts';
import { readLimited } from './read-limited.ts';
import { requestHeaders } from './request-headers.ts';
import { retryAfterMs } from './retry-after.ts';

/** A person waits for the answer. */
const TIMEOUT_MS = 15_000;

/** A page of 100 rules with 200 campaigns each; what is larger is not LinkedIn's. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export type RestRequest = {
  method: 'GET' | 'POST' | 'PUT';
  /** Path and query, encoded already: `URL` would undo Rest.li's own encoding. */
  path: string;
  restliMethod?: 'PARTIAL_UPDATE';
  body?: Fields;
};

/** LinkedIn said no, in its own words with the values that it echoes taken out; or it said nothing that can be used. */
export type Refusal = {
  heard: Heard;
  /** Undefined when there was no answer. */
  status: number | undefined;
  /** LinkedIn's symbol, such as `ACCESS_DENIED`. */
  code: string | undefined;
  message: string;
  retryAfterMs: number | undefined;
};

export type Outcome<Value> = { kind: 'ok'; value: Value } | { kind: 'refused'; refusal: Refusal };

export type RestAnswer = {
  status: number;
  fields: Fields;
  headers: Headers;
  /** LinkedIn's clock, as its `Date` header has it. */
  dateMs: number | undefined;
};

/** Makes one call. Whoever hands it out has put token, version and permits behind it. */
export type CallLinkedIn = (request: RestRequest) => Promise<Outcome<RestAnswer>>;

export type RestSettings = { apiUrl: string; token: string; version: string };

/** Makes one call of LinkedIn's versioned API. It never throws: no answer is an answer too. */
export async function restCall(
  { method, path, restliMethod, body }: RestRequest,
  { apiUrl, token, version }: RestSettings,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
): Promise<Outcome<RestAnswer>> {
  try {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        ...requestHeaders({ token, version }),
        ...(restliMethod !== undefined && { 'X-RestLi-Method': restliMethod }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A redirect would take the token somewhere else (measured: workerd sends it along).
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, headers } = response;
    const text = await readLimited(response, MAX_ANSWER_BYTES);
    const fields = parseObject(text);
    if (status >= 200 && status < 300 && (fields !== undefined || text === ''))
      return { kind: 'ok', value: { status, fields: fields ?? {}, headers, dateMs: dateOf(headers) } };
    return { kind: 'refused', refusal: refusalOf({ status, headers, text }, now()) };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'no answer';
    return { kind: 'refused', refusal: noAnswer(redact(why)) };
  }
}

function refusalOf(
  { status, headers, text }: { status: number; headers: Headers; text: string },
  nowMs: number,
): Refusal {
  const words = errorWords({ status, text }, redact);
  const { code, message } = words;
  // A 200 with a login page in it is no answer of LinkedIn's.
  const said = status >= 300 ? status : undefined;
  return {
    heard: heardIn(said, words),
    status: said,
    code,
    message,
    retryAfterMs: retryAfterMs(headers.get('Retry-After'), nowMs),
  };
}

/** The refusal of whoever gives no answer that can be used. */
export function noAnswer(message: string): Refusal {
  return { heard: 'unavailable', status: undefined, code: undefined, message, retryAfterMs: undefined };
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
