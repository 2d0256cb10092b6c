import type { FieldProblem, ProblemBody } from '../../../worker/schema/problem.ts';
import { texts } from '../texts.ts';
import { inWordsOfPages } from '../ui/plain-words.ts';
import { hasShape, type ResponseShape } from './response-shape.ts';
import { pageOf, shapes } from './response-shapes.ts';
import { session } from './session.ts';

/** A refusal by the management API, as problem+json. The status is 0 if there was no answer. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldProblem[];
  /** The whole answer, for members that only some problems have. */
  readonly body: unknown;

  constructor(
    { status, title, detail, errors = [] }: Pick<ProblemBody, 'status' | 'title' | 'detail' | 'errors'>,
    body?: unknown,
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.fields = errors;
    this.body = body;
  }
}

/** Returns the URL of one of the Worker's paths. The page itself is at `<BASE_PATH>/console`. */
export function productUrl(path: string): URL {
  return new URL(`${location.pathname.endsWith('/console/') ? '..' : '.'}/${path}`, location.href);
}

type Call = {
  method?: string;
  body?: unknown;
  /** A file to upload, instead of a body. */
  file?: Blob;
  signal?: AbortSignal;
  /** The `ETag` of the version shown, so that other people's changes are not overwritten. */
  ifMatch?: string | null;
  /** Receives the `ETag` of the answer. */
  onVersion?: (etag: string | null) => void;
  /** Only for signing in. All other calls use the session's cookie. */
  token?: string;
  /** Does not ask to sign in again when the session has ended, such as for signing out. */
  isQuiet?: true;
};

/**
 * Calls the management API below `/v1/admin` and checks the answer. A proxy, an older Worker or an error may return
 * anything. All answers are checked here, so that no page reads a missing member.
 *
 * @throws ApiProblem also if the answer lacks a member that the page needs.
 */
export async function api<Value>(form: ResponseShape<Value>, path: string, call: Call = {}): Promise<Value> {
  const response = await request(path, call);
  const value = readable(form, await jsonOf(response, call.signal), response.status);
  call.onVersion?.(response.headers.get('ETag'));
  return value;
}

/** Calls the management API and ignores the answer's body. @throws ApiProblem */
export async function send(path: string, call: Call = {}): Promise<void> {
  const response = await request(path, call);
  // The body has to be read: the browser keeps an unread answer open.
  await response.arrayBuffer().catch(() => undefined);
}

/** Checks an answer, and returns it with its type. @throws ApiProblem if it has another form. */
export function readable<Value>(form: ResponseShape<Value>, value: unknown, status = 200): Value {
  if (hasShape(value, form)) return value;
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

type SignInAgain = (isSignedIn: () => Promise<boolean>) => Promise<void>;

let signInAgain: SignInAgain | undefined;

/** Sets the function that asks the person to sign in again when their session has ended. */
export function whenSessionEnds(ask: SignInAgain): void {
  signInAgain = ask;
}

const listeners = new Set<() => void>();

/** Calls the listener after each call that may have changed something. */
export function afterChanges(listener: () => void): void {
  listeners.add(listener);
}

/** Calls with POST that only look. */
const ONLY_LOOKS = /\/(?:preview|doctor|check-token)$/;

/**
 * Like `api`, but returns the response itself, for a streamed body.
 *
 * If the session has ended, the person signs in again, and the call is repeated: nothing that they did is lost.
 */
export async function request(path: string, call: Call = {}): Promise<Response> {
  const { token, signal, isQuiet } = call;
  for (;;) {
    const response = await fetched(path, call);
    if (response.ok) {
      const isChange = call.method !== 'GET' && (call.method ?? call.body ?? call.file) !== undefined;
      if (isChange && !ONLY_LOOKS.test(path)) for (const listener of listeners) listener();
      return response;
    }
    const hasEnded = response.status === 401 && session.who !== undefined && token === undefined && isQuiet !== true;
    if (!hasEnded || signInAgain === undefined) throw await problemOf(response);
    await response.arrayBuffer().catch(() => undefined);
    await unlessAborted(signInAgain(isSignedIn), signal);
  }
}

async function isSignedIn(): Promise<boolean> {
  const response = await fetched('/session', {});
  if (!response.ok) return false;
  session.who = readable(shapes.session, await response.json());
  return true;
}

/** Waits for something, unless the page that wants it is left. @throws the signal's reason */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const left = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => left.reject(signal.reason), { once: true });
  await Promise.race([work, left.promise]);
}

async function fetched(path: string, { method, body, file, signal, token, ifMatch }: Call): Promise<Response> {
  return fetch(productUrl(`v1/admin${path}`), {
    method: method ?? (body === undefined && file === undefined ? 'GET' : 'POST'),
    headers: {
      ...(typeof ifMatch === 'string' && { 'If-Match': ifMatch }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(file !== undefined && { 'Content-Type': 'text/csv' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file !== undefined && { body: file }),
    ...(signal && { signal }),
    cache: 'no-store',
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem({ status: 0, ...texts.problems.unreachable });
  });
}

/** Reads all pages of a list. For short lists only, such as sources and integrations. */
export async function all<Item>(item: ResponseShape<Item>, path: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = await api(pageOf(item), `${path}${query}`, signal ? { signal } : {});
    items.push(...page.data);
    cursor = page.next_cursor;
    // A missing cursor ends the loop too, not only null. Otherwise it would never end.
  } while (typeof cursor === 'string');
  return items;
}

/** Reads a list that has everything on one page: LinkedIn's own objects. With a limit, each page would ask LinkedIn again. */
export async function whole<Item>(item: ResponseShape<Item>, path: string, signal?: AbortSignal): Promise<Item[]> {
  return (await api(pageOf(item), path, signal ? { signal } : {})).data;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  // The API's own sentence is for programs, because it names a header.
  if (response.status === 412) return new ApiProblem({ status: 412, ...texts.conflict.again });
  try {
    const body: ProblemBody = await response.json();
    const { title, detail, errors } = body;
    if (typeof title === 'string' && typeof detail === 'string')
      return new ApiProblem(
        {
          status: response.status,
          title: inWordsOfPages(title),
          detail: inWordsOfPages(detail),
          ...(Array.isArray(errors) && {
            errors: errors.map((error) => ({ ...error, detail: inWordsOfPages(error.detail) })),
          }),
        },
        body,
      );
  } catch {
    // A proxy's page, or an empty body.
  }
  return new ApiProblem({ status: response.status, ...texts.problems.noProblem(response.status) });
}
