import { gatewayError } from '../error-response.ts';
import type { State } from '../state/state.ts';

/**
 * Checks a version header, and returns a version such as `202609`.
 *
 * A version ends at the first moment (UTC) of its sunset day. The existing versions are a table, not a rule: December
 * 2025 was left out.
 */
export function liveVersion(header: string | undefined, state: State, now: number): string {
  if (header === undefined || header === '') {
    throw gatewayError({
      status: 400,
      code: 'VERSION_MISSING',
      message: 'A version must be present. Please specify a version by adding the LinkedIn-Version header.',
    });
  }
  const [, month, revision = '01'] = /^(\d{6})(?:\.(\d{2}))?$/.exec(header) ?? [];
  if (month === undefined) {
    throw gatewayError({
      status: 400,
      code: 'VERSION_INVALID',
      message: `Version ${header} is invalid. Expected the format YYYYMM.`,
    });
  }
  const sunset = state.versions[month];
  if (sunset === undefined || state.sunset.includes(month) || now >= Date.parse(sunset)) {
    throw gatewayError({
      status: 426,
      code: 'NONEXISTENT_VERSION',
      message: `Requested version ${month}${revision} is not active`,
    });
  }
  return month;
}
