import type { Access } from '../domain/delivery/access.ts';
import type { Heard } from '../domain/delivery/heard.ts';
import { throttledMs } from '../domain/delivery/next-step.ts';
import type { Grant, RateLimits } from '../domain/delivery/permits.ts';
import type { Asker, RequestLine, RequestOutcome } from './request-line.ts';

type Token = Extract<Access, { kind: 'token' }>;
export type NoToken = Exclude<Access, Token>;

/** The app's permits, wherever they are kept. */
export type Limiter = {
  take(limits: RateLimits, integrationId: string): Promise<Grant>;
  pause(limits: RateLimits, untilMs: number): Promise<void>;
  report(limits: RateLimits, isReachable: boolean): Promise<void>;
};

/** What stands between us and LinkedIn. Handed in, so that a simulation can be it. */
export type AskPorts = {
  access(): Promise<Access>;
  /** Says that LinkedIn refused a token, and gives another. */
  refused(tokenId: string): Promise<Access>;
  limiter(key: string): Limiter;
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  sleep(ms: number): Promise<void>;
  /** A fault of ours. */
  log(where: string, error: unknown): void;
  logRequest(line: RequestLine): void;
};

/** How long somebody waits for a permit: in all, and how often they ask. */
export type Patience = { totalMs: number; asks: number };

/** What LinkedIn made of one request. */
export type Reply<Value> = {
  value: Value;
  /** Undefined when there was no answer. */
  status: number | undefined;
  heard: Heard;
  /** As LinkedIn says it beside a 429. */
  retryAfterMs: number | undefined;
  outcome: RequestOutcome;
  /** How many conversions the request held. */
  events: number;
};

export type Question<Value> = {
  integrationId: string;
  limits: RateLimits;
  asker: Asker;
  rule: string | null;
  version: string;
  /** How often in a row the same has failed before: others wait longer each time. */
  failures: number;
  patience: Patience;
  /** What is looked at each time that a permit is asked for, in the same time. */
  meanwhile?: () => Promise<void>;
  /** Makes the request. Undefined where there is nothing to ask any more: then the permit is lost. */
  send(token: string): Promise<Reply<Value>> | undefined;
};

export type Asked<Value> =
  | { kind: 'answered'; value: Value }
  /** No permit soon: others have used them up, or LinkedIn is down. */
  | { kind: 'no_permit'; retryAfterMs: number }
  /** No token, or none that LinkedIn takes: then with its answer to the last one. */
  | { kind: 'no_token'; access: NoToken; refusal: Value | undefined }
  /** There was nothing to ask any more. */
  | { kind: 'withdrawn' };

/** As many tokens as an integration may have at a time, and one that was renewed. With more, it would be a loop. */
const MAX_TOKENS = 3;

/** How long nobody tries a token again after so many were refused. */
const ALL_REFUSED_MS = 60 * 60_000;

/** The least that is waited for a permit. */
const MIN_PERMIT_WAIT_MS = 50;

/**
 * The one way to LinkedIn, for deliveries, test events, the doctor and management calls: token, permit, request, report to
 * those who share the app, and a line in the log. With another token when LinkedIn refuses the first.
 *
 * Once LinkedIn has answered, its answer comes back: a report that fails is logged and loses nothing.
 */
export async function askLinkedIn<Value>(question: Question<Value>, ports: AskPorts): Promise<Asked<Value>> {
  let access = await ports.access();
  let refusal: Value | undefined;
  for (let tokens = 1; ; tokens += 1) {
    if (access.kind !== 'token') return { kind: 'no_token', access, refusal };
    const limiter = ports.limiter(access.limiterKey);
    const grant = await permit(limiter, question, ports);
    if (!grant.isGranted) return { kind: 'no_permit', retryAfterMs: grant.retryAfterMs };
    const startedAtMs = ports.now();
    // Nothing is awaited between the permit and the request: what `send` looks at is true when the request leaves.
    const reply = await question.send(access.token);
    if (reply === undefined) return { kind: 'withdrawn' };
    ports.logRequest(lineOf(reply, question, ports.now() - startedAtMs));
    await report(limiter, { reply, question, mustReport: grant.mustReport }, ports);
    if (reply.heard !== 'token_refused') return { kind: 'answered', value: reply.value };
    refusal = reply.value;
    const next = await nextToken(access.tokenId, ports);
    access = tokens < MAX_TOKENS ? next : { kind: 'none', reason: 'token_refused', retryAfterMs: ALL_REFUSED_MS };
  }
}

/** Takes a permit, and waits for one that is near. */
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

/** Tells everybody who uses this app what was learned. If that fails, LinkedIn's answer still counts. */
async function report<Value>(
  limiter: Limiter,
  { reply, question, mustReport }: { reply: Reply<Value>; question: Question<Value>; mustReport: boolean },
  ports: AskPorts,
): Promise<void> {
  const { limits, failures } = question;
  try {
    if (reply.heard === 'throttled')
      await limiter.pause(limits, ports.now() + throttledMs(reply.retryAfterMs, failures + 1, ports.random()));
    if (reply.heard === 'unavailable') await limiter.report(limits, false);
    else if (mustReport) await limiter.report(limits, true);
  } catch (error) {
    ports.log('linkedin.limiter', error);
  }
}

/** Says that a token was refused. If that fails, LinkedIn's answer still counts, and the token is tried again later. */
async function nextToken(tokenId: string, ports: AskPorts): Promise<Access> {
  try {
    return await ports.refused(tokenId);
  } catch (error) {
    ports.log('linkedin.credentials', error);
    return { kind: 'unavailable' };
  }
}

function lineOf<Value>(
  { status, outcome, events }: Reply<Value>,
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
