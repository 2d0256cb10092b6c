import type { Call } from '../call.ts';
import { oauthError } from '../error-response.ts';

/** Reads the form of an OAuth call: LinkedIn requires a POST with its parameters in the body. */
export function formOf({ method, headers, body }: Call): URLSearchParams {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (method !== 'POST' || mediaType !== 'application/x-www-form-urlencoded') {
    throw oauthError(
      400,
      'invalid_request',
      'The request must be a POST with Content-Type application/x-www-form-urlencoded and its parameters in the body',
    );
  }
  return new URLSearchParams(body);
}

/** Reads a required parameter. */
export function requiredParam(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '')
    throw oauthError(400, 'invalid_request', `A required parameter "${name}" is missing`);
  return value;
}
