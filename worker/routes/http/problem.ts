import type { Context } from 'hono';

import type { Refusal } from '../../domain/collect/collect-request.ts';
import { logFault } from '../../objects/log-fault.ts';
import { PROBLEMS, problemBody } from '../../schema/problem.ts';
import type { FieldProblem, ProblemCode } from '../../schema/problem.ts';

type Options = {
  fields?: readonly FieldProblem[];
  headers?: HeadersInit;
  extensions?: Record<string, unknown>;
};

/**
 * An error of the caller, or the reason why we cannot answer now. Routes throw it and `respondWithProblem` answers with it.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly fields: readonly FieldProblem[];
  readonly headers: Headers;
  /** Further members of the problem's body (RFC 9457 section 3.2). */
  readonly extensions: Record<string, unknown>;

  constructor(code: ProblemCode, detail: string, { fields = [], headers, extensions = {} }: Options = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.fields = fields;
    this.headers = new Headers(headers);
    this.extensions = extensions;
  }
}

/** Turns a refusal of the domain into a problem. */
export function problemOf({ code, detail, ...options }: Refusal): Problem {
  return new Problem(code, detail, options);
}

/** Answers with a thrown problem. Any other error becomes an internal error, without details. */
export function respondWithProblem(error: Error, c: Context): Response {
  const problem = error instanceof Problem ? error : unexpected(error, c);
  const { status } = PROBLEMS[problem.code];
  const headers = new Headers(problem.headers);
  headers.set('Content-Type', 'application/problem+json');
  headers.set('Cache-Control', 'no-store');
  // Every answer that asks the client to come back says when, even if the route did not.
  if ((status === 429 || status === 503) && !headers.has('Retry-After'))
    headers.set('Retry-After', RETRY_AFTER_SECONDS);
  return new Response(
    JSON.stringify({ ...problemBody(problem.code, problem.message, problem.fields), ...problem.extensions }),
    { status, headers },
  );
}

/** The default: soon enough for a person, and not so soon that all clients come back at once. */
const RETRY_AFTER_SECONDS = '30';

/** The errors of SQLite, an object or the platform when data cannot be stored or read just now. */
const STORAGE_FAULT =
  /SQLITE_(FULL|IOERR|BUSY|NOMEM|CANTOPEN)|disk is full|disk I\/O error|storage (caused|operation|is full)|Network connection lost|Durable Object (reset|is overloaded)/i;

function unexpected(error: Error, c: Context): Problem {
  // The route and not the path, because an address may contain a personal ID.
  logFault(`${c.req.method} ${c.req.routePath}`, error);
  const isPassing = 'retryable' in error && error.retryable === true;
  if (isPassing || STORAGE_FAULT.test(error.message))
    return new Problem(
      'storage_unavailable',
      'Storage could not be read or written. Send the same request again later.',
    );
  return new Problem('internal_error', "Nothing was stored. The Worker's log has the details.");
}
