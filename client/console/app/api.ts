import type { FieldProblem, ProblemBody } from '../../../worker/schema/problem.ts';
import { texts } from '../texts.ts';
import { isAnswer, type Answer } from './answer.ts';
import { pageOf } from './answers.ts';

/** The management API's "no", as problem+json has it; status 0 when there was no answer at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldProblem[];

  constructor({ status, title, detail, errors = [] }: Pick<ProblemBody, 'status' | 'title' | 'detail' | 'errors'>) {
    super(detail);
    this.status = status;
    this.title = title;
    this.fields = errors;
  }
}

/** Where the Worker's paths begin: the page stands at `<BASE_PATH>/console`. */
export function productUrl(path: string): URL {
  return new URL(`${location.pathname.endsWith('/console/') ? '..' : '.'}/${path}`, location.href);
}

type Call = {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
  /** The `ETag` of what was shown: then nothing that somebody else has changed meanwhile is overwritten. */
  ifMatch?: string | null;
  /** Told the `ETag` of the answer. */
  onVersion?: (etag: string | null) => void;
  /** Only to sign in with; everything else goes by the session's cookie. */
  token?: string;
};

/**
 * Calls the management API below `/v1/admin` and reads the answer. A proxy, an older Worker or a fault can answer anything:
 * this is the one place where that is noticed, so that no page ever reads a member that is not there.
 *
 * @throws ApiProblem also when the answer has not the form that the page needs.
 */
export async function api<Value>(form: Answer<Value>, path: string, call: Call = {}): Promise<Value> {
  const response = await request(path, call);
  const value = readable(form, await jsonOf(response, call.signal), response.status);
  call.onVersion?.(response.headers.get('ETag'));
  return value;
}

/** Calls the management API where only its yes matters. @throws ApiProblem */
export async function send(path: string, call: Call = {}): Promise<void> {
  const response = await request(path, call);
  // Read to its end although nobody looks at it: the browser keeps an answer open for whoever may still read it.
  await response.arrayBuffer().catch(() => undefined);
}

/** What came, as what it is said to be. @throws ApiProblem when it is something else. */
export function readable<Value>(form: Answer<Value>, value: unknown, status = 200): Value {
  if (isAnswer(value, form)) return value;
  throw new ApiProblem({ status, ...texts.problems.unreadable });
}

async function jsonOf(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem({ status: response.status, ...texts.problems.noProblem(response.status) });
  }
}

/** The same, as the answer itself, for a body that comes in pieces. */
export async function request(path: string, { method, body, signal, token, ifMatch }: Call = {}): Promise<Response> {
  const response = await fetch(productUrl(`v1/admin${path}`), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(typeof ifMatch === 'string' && { 'If-Match': ifMatch }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    cache: 'no-store',
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem({ status: 0, ...texts.problems.unreachable });
  });
  if (response.ok) return response;
  throw await problemOf(response);
}

/** Reads a list to its end: sources and integrations are few. */
export async function all<Item>(item: Answer<Item>, path: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = await api(pageOf(item), `${path}${query}`, signal ? { signal } : {});
    items.push(...page.data);
    cursor = page.next_cursor;
    // Not `null` alone: an answer without a cursor would be asked for again for ever.
  } while (typeof cursor === 'string');
  return items;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const { title, detail, errors }: ProblemBody = await response.json();
    if (typeof title === 'string' && typeof detail === 'string')
      return new ApiProblem({ status: response.status, title, detail, ...(Array.isArray(errors) && { errors }) });
  } catch {
    // A proxy's page, or nothing.
  }
  return new ApiProblem({ status: response.status, ...texts.problems.noProblem(response.status) });
}
