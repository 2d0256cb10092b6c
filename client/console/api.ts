import type { FieldProblem, ProblemBody } from '../../worker/schema/problem.ts';
import { texts } from './texts.ts';

export type Page<Item> = { data: Item[]; next_cursor: string | null };

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
 * Calls the management API below `/v1/admin`.
 *
 * @returns The answer, as the schemas of `worker/schema` have it: it is the Worker of this very page that gives it.
 * @throws ApiProblem
 */
export async function api<Answer>(path: string, call: Call = {}): Promise<Answer> {
  const response = await request(path, call);
  call.onVersion?.(response.headers.get('ETag'));
  if (response.status === 204) return JSON.parse('null');
  try {
    return await response.json();
  } catch (error) {
    if (call.signal?.aborted === true) throw error;
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
export async function all<Item>(path: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: Page<Item> = await api(`${path}${query}`, signal ? { signal } : {});
    items.push(...dataOf(page));
    cursor = page.next_cursor;
    // Not `null` alone: an answer without a cursor would be asked for again for ever.
  } while (typeof cursor === 'string');
  return items;
}

/** The items of a list. @throws ApiProblem when the answer is none. */
function dataOf<Item>(page: Partial<Page<Item>> | null): Item[] {
  if (!Array.isArray(page?.data)) throw new ApiProblem({ status: 200, ...texts.problems.unreadable });
  return page.data;
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
