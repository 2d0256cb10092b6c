/** An answer to the client. */
export type SandboxResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Builds a JSON answer. The keys keep the given order, which is LinkedIn's. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): SandboxResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** Builds an empty answer with its length: LinkedIn's 201 has `Content-Length: 0` (measured 2026-09). */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): SandboxResponse {
  // RFC 9110 forbids the length on a 204.
  return { status, headers: status === 204 ? headers : { 'Content-Length': '0', ...headers }, body: '' };
}

/** Builds an answer with an HTML page. */
export function html(status: number, body: string, headers: Readonly<Record<string, string>> = {}): SandboxResponse {
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers }, body };
}
