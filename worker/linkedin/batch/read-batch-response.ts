import type { BatchResponse, DeliveryFailure } from '../../domain/delivery/delivery-failure.ts';
import type { HoldReason } from '../../schema/events/outcome.ts';
import { errorWords } from '../errors/error-words.ts';
import type { ErrorWords, Scrub } from '../errors/error-words.ts';
import { redact } from '../errors/redact.ts';
import { readResponseKind } from '../read-response-kind.ts';
import { retryAfterMs } from '../retry-after.ts';
import { readAcceptedResponse } from './read-accepted-response.ts';

/**
 * Reads LinkedIn's response to a batch of conversion events.
 *
 * LinkedIn says that its texts may change without notice, so a text is only used to narrow down what is to blame. An
 * unknown response blames the smallest possible part: an element, then the rule. docs/delivery.md has the catalogue.
 *
 * @param text The body, which may be empty, HTML or cut off.
 * @param scrub Removes personal data from LinkedIn's texts.
 */
export function readBatchResponse(
  { status, headers, text }: { status: number; headers: Headers; text: string },
  { batchSize, nowMs, scrub = redact }: { batchSize: number; nowMs: number; scrub?: Scrub },
): BatchResponse {
  if (status >= 200 && status < 300) return readAcceptedResponse({ status, text }, { batchSize, scrub });
  const words = errorWords({ status, text }, scrub);
  const failure = failureOf(words, { status, headers, batchSize, nowMs, scrub });
  return words.code === undefined ? failure : { ...failure, code: words.code };
}

function failureOf(
  words: ErrorWords,
  {
    status,
    headers,
    batchSize,
    nowMs,
    scrub,
  }: { status: number; headers: Headers; batchSize: number; nowMs: number; scrub: Scrub },
): DeliveryFailure {
  const { message } = words;
  switch (readResponseKind(status, words)) {
    case 'unavailable':
      return { kind: 'unavailable', message: `${status} ${message}` };
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: retryAfterMs(headers.get('Retry-After'), nowMs), message };
    case 'token_refused':
      return { kind: 'token_refused', isRevoked: isRevoked(words), message };
    case 'answered':
      return rejectionOf(words, { status, batchSize, scrub });
  }
}

function rejectionOf(
  words: ErrorWords,
  { status, batchSize, scrub }: { status: number; batchSize: number; scrub: Scrub },
): DeliveryFailure {
  const { message } = words;
  if (status === 426 || isAboutVersion(words)) return { kind: 'version_sunset', message };
  // All elements of a batch have the same rule. So the rule is at fault, even if the answer names only some elements.
  const ruleReason = refusedRule(words.raw);
  if (ruleReason !== undefined) return { kind: 'rule_refused', reason: ruleReason, message };
  if (status === 413) return { kind: 'batch_too_large', message };
  if (status === 400 || status === 422) return refused(words, { batchSize, scrub });
  if (status === 403 && isAboutAccess(words)) return { kind: 'access_refused', message };
  return { kind: 'refused_unknown', status, message };
}

function isRevoked({ code, serviceErrorCode }: ErrorWords): boolean {
  return code === 'REVOKED_ACCESS_TOKEN' || serviceErrorCode === 65601;
}

function isAboutVersion({ code }: ErrorWords): boolean {
  return code === 'VERSION_MISSING' || code === 'VERSION_INVALID' || code === 'NONEXISTENT_VERSION';
}

/** Returns the reason when LinkedIn says that the rule accepts no events. */
function refusedRule(raw: string): HoldReason | undefined {
  // LinkedIn's words for a rule that this token cannot find (measured 2026-08). The problem is the rule, not the
  // account.
  if (/no ad accounts found/i.test(raw)) return 'rule_unknown';
  if (/marked as deleted|enabled should be true/i.test(raw)) return 'rule_disabled';
  if (/method should be CONVERSIONS_API/i.test(raw)) return 'rule_wrong_method';
  // Known from one developer's report only (2026-11), so either half of the text is enough.
  if (/invalid conversion target|must be a CAPI conversion/i.test(raw)) return 'rule_unusable';
  return undefined;
}

/**
 * Returns whether an error is about access: its code or text names the scope, the role, the token or the app. Every
 * other error counts against the rule, until a second rule gets it too.
 */
function isAboutAccess({ code, serviceErrorCode, raw }: ErrorWords): boolean {
  return (
    serviceErrorCode === 100 ||
    /^(ACCESS_DENIED|USER_NOT_AUTHORIZED|NOT_AUTHORIZED|INSUFFICIENT_\w+|UNPERMITTED_\w+|MISSING_SCOPE)$/.test(
      code ?? '',
    ) ||
    /\b(scopes?|permissions?|roles?|tokens?|apps?|applications?|products?|members?|authori[sz]ed|rw_conversions|r_ads)\b/i.test(
      raw,
    )
  );
}

function refused(words: ErrorWords, { batchSize, scrub }: { batchSize: number; scrub: Scrub }): DeliveryFailure {
  const { raw, message } = words;
  const idTypes = refusedIdTypes(raw);
  if (idTypes.length > 0) return { kind: 'id_types_refused', idTypes, message };
  const elements = blamedElements(words, { batchSize, scrub });
  if (elements.size > 0) return { kind: 'elements_refused', elements, message };
  if (/too many elements|batch size|exceeds the maximum/i.test(raw)) return { kind: 'batch_too_large', message };
  return { kind: 'batch_refused', message };
}

/**
 * Returns the identifier types that LinkedIn no longer supports, from texts such as `ERROR :: /user/userIds/0/idType ::
 * "ORACLE_MOAT_ID" is not an enum symbol`.
 */
function refusedIdTypes(message: string): string[] {
  const found = message.matchAll(/\/user\/userIds\/\d+\/idType :: "(\w{1,64})" is not an enum symbol/g);
  return [...new Set([...found].flatMap(([, idType]) => (idType === undefined ? [] : [idType])))];
}

/**
 * Returns all elements that LinkedIn names, with its text for each: `Index: n, ERROR :: …` (422), `indices [n, m]` and
 * `batchIndex=n` (400), or the path of an input error. Numbers outside the batch are ignored.
 */
function blamedElements(
  { raw, message, elements }: ErrorWords,
  { batchSize, scrub }: { batchSize: number; scrub: Scrub },
): Map<number, string> {
  const blamed = new Map<number, string>();
  const blame = (digits: string, words: string): void => {
    const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
    if (index < batchSize && !blamed.has(index)) blamed.set(index, words === '' ? message : words);
  };
  for (const section of raw.split(/^(?=Index: )/m)) {
    const [, index, words = ''] = /^Index: (\d+), ([\s\S]*)$/.exec(section) ?? [];
    if (index !== undefined) blame(index, scrub(words.trim()));
  }
  for (const [, list = ''] of raw.matchAll(/indices \[([\d,\s]+)\]/g))
    for (const index of list.split(',')) blame(index.trim(), message);
  for (const [, index = ''] of raw.matchAll(/batchIndex=(\d+)/g)) blame(index, message);
  for (const [index, words] of elements) blame(String(index), words);
  return blamed;
}
