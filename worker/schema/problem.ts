/**
 * The possible problems with a request, in the form of RFC 9457.
 *
 * This list is the only source for the answer, the OpenAPI document and the docs, so they can't differ. `type` is
 * stable; `detail` is for people.
 */
export const PROBLEMS = {
  body_not_json: { status: 400, title: 'The body is not JSON' },
  body_not_an_object: { status: 400, title: 'The body is not a JSON object' },
  body_too_deep: { status: 400, title: 'The body is nested too deeply' },
  body_empty: { status: 400, title: 'The body is empty' },
  batch_invalid: { status: 400, title: 'The batch is not a list of events' },
  event_invalid: { status: 400, title: 'The event is not valid' },
  field_invalid: { status: 400, title: 'A field is not valid' },
  key_missing: { status: 401, title: 'No write key' },
  key_unknown: { status: 401, title: 'The write key is unknown' },
  signature_invalid: { status: 401, title: 'The signature is not valid' },
  token_missing: { status: 401, title: 'No token' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  token_expired: { status: 401, title: 'The token or the session has expired' },
  cross_site: { status: 403, title: 'The session cannot be used from another site' },
  forbidden: { status: 403, title: 'The token may not do this' },
  hook_disabled: { status: 403, title: 'The hook is disabled' },
  origin_not_allowed: { status: 403, title: 'This origin may not send events' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  backup_invalid: { status: 400, title: 'The backup cannot be restored' },
  backup_incomplete: { status: 400, title: 'The backup is not complete' },
  already_exists: { status: 409, title: 'It exists already' },
  backup_key_missing: { status: 409, title: 'ENCRYPTION_KEY lacks the key of the backup' },
  not_empty: { status: 409, title: 'The instance is not empty' },
  in_use: { status: 409, title: 'It is still in use' },
  linkedin_not_connected: { status: 409, title: 'The connection to LinkedIn does not work' },
  deliveries_waiting: { status: 409, title: 'Deliveries are still waiting' },
  changed_meanwhile: { status: 412, title: 'Somebody else has changed it' },
  body_too_large: { status: 413, title: 'The body is too large' },
  too_many_events: { status: 413, title: 'Too many events in one batch' },
  event_too_large: { status: 413, title: 'The event is too large' },
  content_type_unsupported: { status: 415, title: 'The content type is not supported' },
  content_encoding_unsupported: { status: 415, title: 'The content encoding is not supported' },
  in_progress: { status: 409, title: 'The same request is already under way' },
  oauth_app_missing: { status: 409, title: 'The LinkedIn app is not set' },
  email_not_configured: { status: 409, title: 'E-mails are not set up' },
  public_url_missing: { status: 409, title: 'The public address is not set' },
  linkedin_refused: { status: 422, title: 'LinkedIn refuses this' },
  too_many_guesses: { status: 429, title: 'Too many wrong tokens' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  linkedin_unavailable: { status: 502, title: 'LinkedIn cannot be reached' },
  admin_not_configured: { status: 503, title: 'The management API is not set up' },
  encryption_key_missing: { status: 503, title: 'ENCRYPTION_KEY is not set' },
  config_unavailable: { status: 503, title: 'The configuration cannot be read' },
  not_running: { status: 503, title: 'Something does not run' },
  storage_unavailable: { status: 503, title: 'Storage cannot be read or written' },
  outbox_full: { status: 503, title: 'The outbox is full' },
  outbox_unavailable: { status: 503, title: 'The outbox cannot be reached' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

/** An invalid field, by its JSON pointer (RFC 6901). */
export type FieldProblem = { pointer: string; detail: string };

/** The body of an `application/problem+json` answer. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  pointer?: string;
  /** All invalid fields, the one in `pointer` first. Missing when the problem is not about a field. */
  errors?: readonly FieldProblem[];
};

export function problemType(code: ProblemCode): string {
  return `urn:directflight:problem:${code}`;
}

export function problemBody(code: ProblemCode, detail: string, fields: readonly FieldProblem[] = []): ProblemBody {
  const { status, title } = PROBLEMS[code];
  const [first] = fields;
  return {
    type: problemType(code),
    title,
    status,
    detail,
    ...(first && { pointer: first.pointer, errors: fields }),
  };
}
