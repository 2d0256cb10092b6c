import type { FaultKind } from './fault-order.ts';

interface NamedAnswer {
  readonly kind?: FaultKind;
  readonly status: number;
  readonly body?: unknown;
  /** The path on which LinkedIn would give this answer. */
  readonly path: string;
}

const EVENTS = '/rest/conversionEvents';
const TOKENS = '/oauth/v2/accessToken';

/**
 * Answers that LinkedIn reportedly gives, or could give, and that a client must understand. Their names save tests from
 * writing
 * them out. docs/reference/sandbox.md explains each.
 */
export const NAMED_ANSWERS: Readonly<Record<string, NamedAnswer>> = {
  conversion_target_invalid: {
    path: EVENTS,
    status: 403,
    body: {
      message:
        'Invalid conversion target, failed to grant access. Conversion must be a CAPI conversion and not deleted.',
      status: 403,
    },
  },
  refused_unknown: { path: EVENTS, status: 403, body: { message: 'A policy of this request is not met', status: 403 } },
  refused_without_a_word: { path: EVENTS, status: 403, body: '' },
  role_missing: {
    path: EVENTS,
    status: 403,
    body: { message: 'Not enough permissions to access: conversionEvents.CREATE.20260901', status: 403 },
  },
  code_alone: { path: EVENTS, status: 400, body: { code: 'INVALID_VALUE', status: 400 } },
  input_errors: {
    path: EVENTS,
    status: 400,
    body: {
      status: 400,
      code: 'INPUT_VALIDATION_ERROR',
      errorDetails: {
        inputErrors: [
          {
            code: 'FIELD_VALUE_TOO_HIGH',
            description: 'The amount is above what the currency allows',
            input: { inputPath: { fieldPath: 'conversionValue/amount' } },
          },
        ],
      },
    },
  },
  bad_request_without_a_word: { path: EVENTS, status: 400, body: '' },
  accepted_as_page: {
    path: EVENTS,
    kind: 'accept_then_status',
    status: 200,
    body: '<!doctype html><title>Sign in</title>',
  },
  accepted_as_nothing: { path: EVENTS, kind: 'accept_then_status', status: 200, body: {} },
  accepted_as_nulls: { path: EVENTS, kind: 'accept_then_status', status: 200, body: { elements: [null, null] } },
  echo_cut_short: { path: EVENTS, status: 422, body: '{"status":422,"message":"ERROR :: Index: 0 :: {{sent-cut}}' },
  outage: { path: '/', status: 503, body: '' },
  token_refused: {
    path: TOKENS,
    status: 401,
    body: { error: 'invalid_client', error_description: 'Client authentication failed' },
  },
};
