/** The kinds of faults between a client and LinkedIn. */
export const FAULT_KINDS = [
  /** An answer with a status instead of LinkedIn's. */
  'status',
  /** The connection is reset; nothing is stored. */
  'reset',
  /** The elements are stored, then the connection is reset, so the client can't know. */
  'accept_then_reset',
  /** The elements are stored, then the client gets an error. */
  'accept_then_status',
  /** An HTML error page, as proxies send it. */
  'html',
  /** A very long answer. */
  'huge',
  /** A redirect, which an API client must not follow. */
  'redirect',
  /** No answer until the client disconnects; nothing is stored. */
  'hang',
  /** LinkedIn's usual answer, late. */
  'slow',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault as a test orders it; docs/reference/sandbox.md explains each member. */
export type FaultOrder = {
  answer?: string | undefined;
  kind?: FaultKind | undefined;
  status?: number | undefined;
  times?: number | undefined;
  headers?: Record<string, string | number> | undefined;
  body?: unknown;
  delay_ms?: number | undefined;
  path?: string | undefined;
  method?: string | undefined;
  size_bytes?: number | undefined;
};
