import { VERSION } from '../worker/schema/version.ts';

/** The exit codes of the commands. */
export const EXIT = { good: 0, found: 1, wrongUse: 2 } as const;

/** Ends a command with one sentence for a person, and an exit code. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly exitCode: number;
  /** The code of the problem with which the instance answered. */
  readonly problem: string | undefined;

  constructor(message: string, exitCode: number, problem?: string) {
    super(message);
    this.exitCode = exitCode;
    this.problem = problem;
  }
}

/** The longest wait for one answer. The doctor asks LinkedIn several questions, and a part of a backup has many rows. */
const TIMEOUT_MS = 120_000;

type Page<Item> = { data: Item[]; next_cursor: string | null };

/** The management API of a running Directflight. */
export class Instance {
  readonly url: string;
  readonly #token: string;

  /**
   * @param environment `DIRECTFLIGHT_URL` is the collector's address, with its base path; `DIRECTFLIGHT_TOKEN` is
   * `ADMIN_TOKEN` or an access token.
   * @throws CommandError when one of them is missing or unusable.
   */
  constructor(environment: Readonly<Record<string, string | undefined>>) {
    const { DIRECTFLIGHT_URL: url = '', DIRECTFLIGHT_TOKEN: token = '' } = environment;
    if (url === '' || token === '')
      throw new CommandError(
        'Set DIRECTFLIGHT_URL to the address of your Directflight, such as https://t.example.com, and DIRECTFLIGHT_TOKEN to its ADMIN_TOKEN or an access token. In a clone that `npm run setup` has deployed, both are known as long as .directflight/secrets.json is there.',
        EXIT.wrongUse,
      );
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new CommandError(
        `Expected an address that begins with https:// in DIRECTFLIGHT_URL, saw "${url}".`,
        EXIT.wrongUse,
      );
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Returns all items of a list, page by page. */
  async all<Item>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const search = new URLSearchParams({ ...query, ...(cursor !== null && { cursor }) });
      const page: Page<Item> = await this.call('GET', `${path}?${search.toString()}`);
      items.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return items;
  }

  /**
   * Calls the management API.
   *
   * @param path Below `/v1/admin`.
   * @param body An object, or the lines of a backup.
   * @throws CommandError when there is no answer, or it is a problem.
   */
  async call<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object | string): Promise<Answer> {
    const sent =
      typeof body === 'string'
        ? { body, type: 'application/x-ndjson' }
        : body === undefined
          ? {}
          : { body: JSON.stringify(body), type: 'application/json' };
    return this.#answer(await this.#sent(method, `${this.url}/v1/admin${path}`, sent));
  }

  async #answer<Answer>(response: Response): Promise<Answer> {
    const text = await response.text();
    if (!response.ok) throw refusal(response, text, this.url);
    try {
      const answer: Answer = text === '' ? undefined : JSON.parse(text);
      return answer;
    } catch {
      throw new CommandError(`Expected Directflight at ${this.url}, but its answer isn't JSON.`, EXIT.wrongUse);
    }
  }

  /**
   * Uploads a file to the management API as it is read, in bounded memory.
   *
   * @throws CommandError when there is no answer, or it is a problem.
   */
  async upload<Answer>(path: string, file: AsyncIterable<Uint8Array>, type: string): Promise<Answer> {
    const body = ReadableStream.from(file);
    const upload = { body, duplex: 'half', type, signal: null } as const;
    const response = await this.#sent('POST', `${this.url}/v1/admin${path}`, upload);
    return this.#answer(response);
  }

  /** Returns the body of an answer as it arrives. */
  async download(path: string): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#sent('GET', `${this.url}/v1/admin${path}`, { signal: null });
    if (!response.ok || response.body === null) throw refusal(response, await response.text(), this.url);
    return response.body;
  }

  async #sent(
    method: string,
    url: string,
    { type, ...init }: Pick<RequestInit, 'body' | 'duplex' | 'signal'> & { type?: string } = {},
  ): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        headers: { Authorization: `Bearer ${this.#token}`, ...(type !== undefined && { 'Content-Type': type }) },
        // The token is for this host alone.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...init,
      });
    } catch (error) {
      throw new CommandError(`Cannot reach ${this.url}: ${reasonOf(error)}.`, EXIT.found);
    }
  }
}

function refusal({ status, url: address }: Response, text: string, url: string): CommandError {
  const { title, detail, type } = problemIn(text);
  const said = detail ?? title;
  if (status === 401 || status === 403)
    return new CommandError(`${url} refuses DIRECTFLIGHT_TOKEN: ${said ?? `HTTP ${status}`}.`, EXIT.wrongUse);
  if (said === undefined)
    return new CommandError(`Expected Directflight at ${url}, saw HTTP ${status}.`, EXIT.wrongUse);
  const problem = type?.replace('urn:directflight:problem:', '');
  if (problem === 'not_found' && isWithoutId(address))
    return new CommandError(
      `The release that runs at ${url} can't do this, because it is older than this command (${VERSION}). Upgrade it first.`,
      EXIT.wrongUse,
      problem,
    );
  return new CommandError(`${said} (HTTP ${status})`, status >= 500 ? EXIT.found : EXIT.wrongUse, problem);
}

/** Such as `/v1/admin/backup`: it names nothing that could be missing, so the instance doesn't know the path itself. */
function isWithoutId(address: string): boolean {
  return /\/v1\/admin\/[^/]+$/.test(new URL(address).pathname);
}

/** `fetch` says only "fetch failed"; its cause says why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error ? cause.message : error.message;
}

function problemIn(text: string): { title?: string; detail?: string; type?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
