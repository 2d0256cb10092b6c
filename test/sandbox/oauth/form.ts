import type { Call } from '../call.ts';
import { oauthRefusal } from '../refusal.ts';

/** This reads the form of an OAuth call: POST with its parameters in the body only, as LinkedIn has it. */
export function formOf({ method, headers, body }: Call): URLSearchParams {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (method !== 'POST' || mediaType !== 'application/x-www-form-urlencoded') {
    throw oauthRefusal(
      400,
      'invalid_request',
      'The request must be a POST with Content-Type application/x-www-form-urlencoded and its parameters in the body',
    );
  }
  return new URLSearchParams(body);
}

/** This reads a parameter that must be there. */
export function requiredParam(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '')
    throw oauthRefusal(400, 'invalid_request', `A required parameter "${name}" is missing`);
  return value;
}
