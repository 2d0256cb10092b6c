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

/** The caller is wrong, or we cannot answer now. Thrown in routes, answered by `answerProblem`. */
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

/** A refusal of the domain, as it is thrown and answered. */
export function problemOf({ code, detail, ...options }: Refusal): Problem {
  return new Problem(code, detail, options);
}

/** Answers what was thrown: a problem as it is, and anything else as a fault of ours, without details. */
export function answerProblem(error: Error, c: Context): Response {
  const problem = error instanceof Problem ? error : unexpected(error, c);
  const { status } = PROBLEMS[problem.code];
  const headers = new Headers(problem.headers);
  headers.set('Content-Type', 'application/problem+json');
  headers.set('Cache-Control', 'no-store');
  // Whoever is told to come back is told when, also where the route had no opinion.
  if ((status === 429 || status === 503) && !headers.has('Retry-After'))
    headers.set('Retry-After', RETRY_AFTER_SECONDS);
  return new Response(
    JSON.stringify({ ...problemBody(problem.code, problem.message, problem.fields), ...problem.extensions }),
    { status, headers },
  );
}

/** What is not known better: soon enough for a person, and not so soon that all come back at once. */
const RETRY_AFTER_SECONDS = '30';

/** What SQLite, an object or the platform says when it cannot keep or read anything just now. */
const STORAGE_FAULT =
  /SQLITE_(FULL|IOERR|BUSY|NOMEM|CANTOPEN)|disk is full|disk I\/O error|storage (caused|operation|is full)|Network connection lost|Durable Object (reset|is overloaded)/i;

function unexpected(error: Error, c: Context): Problem {
  // The route and not the path: an address may hold somebody's id.
  logFault(`${c.req.method} ${c.req.routePath}`, error);
  const isPassing = 'retryable' in error && error.retryable === true;
  if (isPassing || STORAGE_FAULT.test(error.message))
    return new Problem(
      'storage_unavailable',
      'Storage could not be read or written. Send the same request again later.',
    );
  return new Problem('internal_error', 'Nothing was kept. The log has what happened.');
}
