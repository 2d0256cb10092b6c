import type { Answer } from '../domain/delivery-failure.ts';
import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { redact } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';

type Body = { message: string; code: string | undefined; serviceErrorCode: number | undefined; elements: unknown };

/**
 * Reads LinkedIn's answer to a batch of conversion events.
 *
 * LinkedIn says that its texts may change without notice, so a text is only ever used to blame fewer: what cannot be read
 * falls back on the status. The catalogue is linkedin-api.md section 3, with its measurements.
 *
 * @param text The body, which may be empty, HTML or cut off.
 * @param scrub Takes out of LinkedIn's words what may be somebody's.
 */
export function conversionAnswer(
  { status, headers, text }: { status: number; headers: Headers; text: string },
  { batchSize, nowMs, scrub = redact }: { batchSize: number; nowMs: number; scrub?: Scrub },
): Answer {
  const body = parseBody(text);
  const message = scrub(body.message);
  switch (status) {
    case 200:
    case 201:
      return { kind: 'accepted', refused: refusedElements(body.elements, { batchSize, scrub }) };
    case 401:
      return {
        kind: 'token_refused',
        isRevoked: body.code === 'REVOKED_ACCESS_TOKEN' || body.serviceErrorCode === 65601,
        message,
      };
    case 403:
      return forbidden(body, message);
    case 413:
      return { kind: 'batch_too_large', message };
    case 426:
      return { kind: 'version_sunset', message };
    case 429:
      return { kind: 'throttled', retryAfterMs: retryAfterMs(headers.get('Retry-After'), nowMs), message };
    case 400:
    case 422:
      return refused(body, { message, batchSize, scrub });
    default:
      // 404, 405 and 3xx mean that somebody stands between us and LinkedIn: no event's fault, and none is lost to it.
      return { kind: 'unavailable', message: `${status} ${message}`.trim() };
  }
}

type Scrub = (text: string) => string;

function refused(
  body: Body,
  { message, batchSize, scrub }: { message: string; batchSize: number; scrub: Scrub },
): Answer {
  if (body.code === 'VERSION_MISSING' || body.code === 'VERSION_INVALID') return { kind: 'version_sunset', message };
  if (/marked as deleted|enabled should be true/i.test(body.message))
    return { kind: 'rule_refused', reason: 'rule_disabled', message };
  // A batch has one rule, so it is the rule whatever the indices say.
  if (/method should be CONVERSIONS_API/i.test(body.message))
    return { kind: 'rule_refused', reason: 'rule_wrong_method', message };
  const idTypes = refusedIdTypes(body.message);
  if (idTypes.length > 0) return { kind: 'id_types_refused', idTypes, message };
  const elements = blamedElements(body.message, { message, batchSize, scrub });
  if (elements.size > 0) return { kind: 'elements_refused', elements, message };
  if (/too many elements|batch size|exceeds the maximum/i.test(body.message))
    return { kind: 'batch_too_large', message };
  return { kind: 'batch_refused', message };
}

function forbidden(body: Body, message: string): Answer {
  // LinkedIn's words for a rule that this token cannot find (measured 2026-08): it is about the rule, not the account.
  if (/no ad accounts found/i.test(body.message)) return { kind: 'rule_refused', reason: 'rule_unknown', message };
  return { kind: 'access_refused', message };
}

/** `ERROR :: /user/userIds/0/idType :: "ORACLE_MOAT_ID" is not an enum symbol`: LinkedIn has dropped that kind of identifier. */
function refusedIdTypes(message: string): string[] {
  const found = message.matchAll(/\/user\/userIds\/\d+\/idType :: "(\w{1,64})" is not an enum symbol/g);
  return [...new Set([...found].flatMap(([, idType]) => (idType === undefined ? [] : [idType])))];
}

/**
 * Finds all elements that LinkedIn names, with its words for each: `Index: n, ERROR :: …` (422), `indices [n, m]` and
 * `batchIndex=n` (400). Numbers outside the batch are nobody's.
 *
 * @param text As it came.
 * @param message The same with the values taken out: the words for those that are only named by their number.
 */
function blamedElements(
  text: string,
  { message, batchSize, scrub }: { message: string; batchSize: number; scrub: Scrub },
): Map<number, string> {
  const blamed = new Map<number, string>();
  const blame = (digits: string, words: string): void => {
    const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
    if (index < batchSize && !blamed.has(index)) blamed.set(index, words);
  };
  for (const section of text.split(/^(?=Index: )/m)) {
    const [, index, words = ''] = /^Index: (\d+), ([\s\S]*)$/.exec(section) ?? [];
    if (index !== undefined) blame(index, scrub(words.trim()));
  }
  for (const [, list = ''] of text.matchAll(/indices \[([\d,\s]+)\]/g))
    for (const index of list.split(',')) blame(index.trim(), message);
  for (const [, index = ''] of text.matchAll(/batchIndex=(\d+)/g)) blame(index, message);
  return blamed;
}

/**
 * Reads the status of each element in a 200. A list of another length than the batch cannot be laid beside it: LinkedIn
 * said 200, and sending all again would count them twice.
 */
function refusedElements(
  elements: unknown,
  { batchSize, scrub }: { batchSize: number; scrub: Scrub },
): Map<number, { status: number; message: string }> {
  const refusedOnes = new Map<number, { status: number; message: string }>();
  if (!Array.isArray(elements) || elements.length !== batchSize) return refusedOnes;
  for (const [index, element] of elements.entries()) {
    const fields = objectOf(element);
    const status = fields['status'];
    if (typeof status !== 'number' || (status >= 200 && status < 300)) continue;
    const words = fieldsIn(fields, 'error')['message'];
    refusedOnes.set(index, { status, message: typeof words === 'string' ? scrub(words) : `status ${status}` });
  }
  return refusedOnes;
}

function parseBody(text: string): Body {
  const fields = parseObject(text);
  const { message, code, serviceErrorCode } = fields;
  return {
    // What is no JSON (an HTML page, half an answer) is its own message.
    message: typeof message === 'string' ? message : Object.keys(fields).length > 0 ? '' : text,
    code: typeof code === 'string' ? code : undefined,
    serviceErrorCode: typeof serviceErrorCode === 'number' ? serviceErrorCode : undefined,
    elements: fields['elements'],
  };
}

function parseObject(text: string): Fields {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
