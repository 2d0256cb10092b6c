import type { ResponseKind } from '../domain/delivery/response-kind.ts';
import type { ErrorWords } from './errors/error-words.ts';

type Words = Pick<ErrorWords, 'code' | 'serviceErrorCode' | 'raw'>;

/**
 * Reads what an answer means for the token and the app. Deliveries and management calls share this reader.
 *
 * @param status Undefined when no answer came that can be LinkedIn's.
 */
export function readResponseKind(status: number | undefined, words: Words): ResponseKind {
  // LinkedIn did not answer this request, so everything in it may have arrived.
  if (status === undefined || status < 200 || status === 408 || status >= 500) return 'unavailable';
  if (status < 300) return 'answered';
  if (status === 429 || isThrottled(words)) return 'throttled';
  if (status === 401 || isAboutToken(words)) return 'token_refused';
  return 'answered';
}

function isThrottled({ raw, serviceErrorCode }: Words): boolean {
  return serviceErrorCode === 101 || /throttle limit/i.test(raw);
}

/**
 * Returns whether an error is about the token. LinkedIn's codes, whatever the status: 65600 invalid, 65601 revoked,
 * 65602 expired, 65604 empty.
 */
function isAboutToken({ code, serviceErrorCode }: Words): boolean {
  return (
    /^[A-Z]+_ACCESS_TOKEN$/.test(code ?? '') || (serviceErrorCode !== undefined && TOKEN_CODES.has(serviceErrorCode))
  );
}

const TOKEN_CODES: ReadonlySet<number> = new Set([65600, 65601, 65602, 65604]);
