import type { Access } from '../domain/delivery/linkedin-access.ts';
import { throttledMs } from '../domain/delivery/next-step.ts';
import type { Grant, RateLimits } from '../domain/delivery/permits.ts';
import type { ResponseKind } from '../domain/delivery/response-kind.ts';
import type { Asker, RequestLine, RequestOutcome } from './request-line.ts';

type Token = Extract<Access, { kind: 'token' }>;
export type NoToken = Exclude<Access, Token>;

/** The rate limiter of the app. */
export type Limiter = {
  take(limits: RateLimits, integrationId: string): Promise<Grant>;
  pause(limits: RateLimits, untilMs: number): Promise<void>;
  report(limits: RateLimits, isReachable: boolean): Promise<void>;
};

/** Everything that a request to LinkedIn needs from outside. Passed in, so that a simulation can replace it. */
export type AskPorts = {
  access(): Promise<Access>;
  /** Reports that LinkedIn refused a token, and returns another one. */
  refused(tokenId: string): Promise<Access>;
  limiter(key: string): Limiter;
  now(): number;
  /** Returns a number in [0, 1). */
  random(): number;
  sleep(ms: number): Promise<void>;
  /** Logs one of our own faults. */
  log(where: string, error: unknown): void;
  logRequest(line: RequestLine): void;
};

/** How long a caller waits for a permit in total, and how often it asks. */
export type Patience = { totalMs: number; asks: number };

/** The result of one request to LinkedIn. */
export type CallResult<Value> = {
  value: Value;
  /** Undefined when there was no answer. */
  status: number | undefined;
  responseKind: ResponseKind;
  /** From the `Retry-After` header of a 429. */
  retryAfterMs: number | undefined;
  outcome: RequestOutcome;
  /** The number of conversions in the request. */
  events: number;
};

export type Question<Value> = {
  integrationId: string;
  limits: RateLimits;
  asker: Asker;
  rule: string | null;
  version: string;
  /** The number of successive failures before this request. With more of them, other callers wait longer. */
  failures: number;
  patience: Patience;
  /** Runs at the same time as each request for a permit. */
  meanwhile?: () => Promise<void>;
  /** Makes the request. Returns undefined when there is nothing left to ask; the permit is then lost. */
  send(token: string): Promise<CallResult<Value>> | undefined;
};

export type Asked<Value> =
  | { kind: 'answered'; value: Value }
  /** No permit is available soon: others have used them up, or LinkedIn is down. */
  | { kind: 'no_permit'; retryAfterMs: number }
  /** There is no token, or LinkedIn accepts none. In the second case, `lastResult` is its answer to the last token. */
  | { kind: 'no_token'; access: NoToken; lastResult: Value | undefined }
  /** There was nothing left to ask. */
  | { kind: 'withdrawn' };

/** The maximum number of tokens of an integration, plus a renewed one. If more are tried, something is wrong. */
const MAX_TOKENS = 3;

/** The wait before tokens are tried again after so many were refused. */
const ALL_REFUSED_MS = 60 * 60_000;

/** The shortest wait for a permit. */
const MIN_PERMIT_WAIT_MS = 50;

/**
 * The only way to LinkedIn, for deliveries, test events, the doctor and management calls. Gets a token and a permit,
 * makes the request, reports the result to the rate limiter, and writes a log line. Repeats with another token if
 * LinkedIn refuses the first.
 *
 * LinkedIn's answer is always returned: if the report to the rate limiter fails, that is only logged.
 */
export async function askLinkedIn<Value>(question: Question<Value>, ports: AskPorts): Promise<Asked<Value>> {
  let access = await ports.access();
  let lastResult: Value | undefined;
  for (let tokens = 1; ; tokens += 1) {
    if (access.kind !== 'token') return { kind: 'no_token', access, lastResult };
    const limiter = ports.limiter(access.limiterKey);
    const grant = await permit(limiter, question, ports);
    if (!grant.isGranted) return { kind: 'no_permit', retryAfterMs: grant.retryAfterMs };
    const startedAtMs = ports.now();
    // Nothing is awaited between the permit and the request, so whatever `send` checks is still true when the request
    // leaves.
    const result = await question.send(access.token);
    if (result === undefined) return { kind: 'withdrawn' };
    ports.logRequest(lineOf(result, question, ports.now() - startedAtMs));
    await report(limiter, { result, question, mustReport: grant.mustReport }, ports);
    if (result.responseKind !== 'token_refused') return { kind: 'answered', value: result.value };
    lastResult = result.value;
    const next = await nextToken(access.tokenId, ports);
    access = tokens < MAX_TOKENS ? next : { kind: 'none', reason: 'token_refused', retryAfterMs: ALL_REFUSED_MS };
  }
}

/** Gets a permit, and waits if one will be available soon. */
async function permit<Value>(
  limiter: Limiter,
  { limits, integrationId, patience, meanwhile }: Question<Value>,
  ports: AskPorts,
): Promise<Grant> {
  let waitedMs = 0;
  for (let asked = 1; ; asked += 1) {
    const [grant] = await Promise.all([limiter.take(limits, integrationId), meanwhile?.()]);
    if (grant.isGranted) return grant;
    const waitMs = Math.max(MIN_PERMIT_WAIT_MS, grant.retryAfterMs);
    waitedMs += waitMs;
    if (waitedMs > patience.totalMs || asked === patience.asks) return grant;
    await ports.sleep(waitMs);
  }
}

/**
 * Reports the result to the rate limiter that all users of the app share. If that fails, LinkedIn's answer still
 * counts.
 */
async function report<Value>(
  limiter: Limiter,
  { result, question, mustReport }: { result: CallResult<Value>; question: Question<Value>; mustReport: boolean },
  ports: AskPorts,
): Promise<void> {
  const { limits, failures } = question;
  try {
    if (result.responseKind === 'throttled')
      await limiter.pause(limits, ports.now() + throttledMs(result.retryAfterMs, failures + 1, ports.random()));
    if (result.responseKind === 'unavailable') await limiter.report(limits, false);
    else if (mustReport) await limiter.report(limits, true);
  } catch (error) {
    ports.log('linkedin.limiter', error);
  }
}

/**
 * Reports that a token was refused. If that fails, LinkedIn's answer still counts, and the token is tried again later.
 */
async function nextToken(tokenId: string, ports: AskPorts): Promise<Access> {
  try {
    return await ports.refused(tokenId);
  } catch (error) {
    ports.log('linkedin.credentials', error);
    return { kind: 'unavailable' };
  }
}

function lineOf<Value>(
  { status, outcome, events }: CallResult<Value>,
  { asker, integrationId, rule, version }: Question<Value>,
  milliseconds: number,
): RequestLine {
  return {
    level: 'info',
    where: 'linkedin.request',
    asker,
    integration: integrationId,
    rule,
    events,
    status: status ?? null,
    outcome,
    milliseconds,
    version,
  };
}
