import type { Call } from './call.ts';
import type { Journal } from './journal.ts';
import { lintEvent } from './lint-event.ts';
import { maskedToken } from './masked-token.ts';

/** An element that LinkedIn would have accepted. */
export type AcceptedEvent = {
  /** Counts from 1 since the inbox was last cleared. */
  readonly sequence: number;
  readonly received_at: string;
  readonly request_id: number;
  /** Its position in the batch; 0 for a single event. */
  readonly index: number;
  readonly element: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Values that LinkedIn accepts without an error but can hardly match. */
  readonly warnings: readonly string[];
};

/** A request to one of LinkedIn's paths, even if it was refused or never answered. */
export type ReceivedRequest = {
  readonly request_id: number;
  readonly received_at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly restli_method: string | null;
  readonly version: string | null;
  readonly token: string | null;
  /** The number of its events; 0 when it wasn't an event request. */
  readonly elements: number;
  /** null while it waits, and when the connection was reset. */
  status: number | null;
  /** The error message, if it was refused. */
  message: string | null;
  /** The kind of fault that was applied. */
  fault: string | null;
};

/** Stores the received data in order of arrival. */
export class Inbox {
  readonly events: AcceptedEvent[] = [];
  readonly requests: ReceivedRequest[] = [];
  readonly #journal: Journal;
  readonly #waiting = new Set<() => void>();
  #lastRequestId = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const { kind, value } of journal.read())
      if (kind === 'event' && isAcceptedEvent(value)) this.events.push(value);
    this.#lastRequestId = Math.max(0, ...this.events.map((event) => event.request_id));
  }

  open(call: Call, now: number): ReceivedRequest {
    const request: ReceivedRequest = {
      request_id: ++this.#lastRequestId,
      received_at: new Date(now).toISOString(),
      method: call.method,
      path: call.path,
      // An OAuth call's query contains what its form would contain.
      query: call.path.startsWith('/oauth/') ? '' : call.query,
      restli_method: call.headers['x-restli-method'] ?? null,
      version: call.headers['linkedin-version'] ?? null,
      token: maskedToken(call.headers['authorization']),
      elements: elementCount(call),
      status: null,
      message: null,
      fault: null,
    };
    this.requests.push(request);
    this.#announce();
    return request;
  }

  keep(call: Call, requestId: number, elements: readonly Record<string, unknown>[], now: number): void {
    const token = maskedToken(call.headers['authorization']);
    const headers = token === null ? call.headers : { ...call.headers, authorization: `Bearer ${token}` };
    const accepted = elements.map((element, index) => ({
      sequence: this.events.length + index + 1,
      received_at: new Date(now).toISOString(),
      request_id: requestId,
      index,
      element,
      headers,
      warnings: lintEvent(element),
    }));
    this.#journal.append(accepted.map((value) => ({ kind: 'event', value })));
    for (const event of accepted) this.events.push(event);
    this.#announce();
  }

  clear(): void {
    this.events.length = 0;
    this.requests.length = 0;
    this.#journal.drop('event');
    this.#announce();
  }

  /** Resolves at the next arrival or clearing, or when the time is up. */
  changed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  #announce(): void {
    for (const done of this.#waiting) done();
  }
}

function elementCount({ method, path, body }: Call): number {
  if (method !== 'POST' || !/^\/rest\/conversionEvents\/?$/.test(path)) return 0;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return 0;
    return 'elements' in value && Array.isArray(value.elements) ? value.elements.length : 1;
  } catch {
    // Not JSON; the answer reports it.
    return 0;
  }
}

function isAcceptedEvent(value: unknown): value is AcceptedEvent {
  return typeof value === 'object' && value !== null && 'element' in value && 'sequence' in value;
}
