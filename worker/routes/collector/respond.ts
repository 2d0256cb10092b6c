import type { Decisions } from '../../domain/collect/decide.ts';
import { COOKIES } from '../../domain/collect/people/browser-memory.ts';
import type { Browser } from '../../domain/collect/people/browser-memory.ts';
import { shownRejected } from '../../domain/collect/read/rejected-events.ts';
import type { Fields } from '../../schema/fields.ts';
import { Problem } from '../http/problem.ts';
import type { StoreResult } from './store-decisions.ts';
import { cookiesOf, expired, setCookies } from './visitor-cookies.ts';
import type { CookieToSet } from './visitor-cookies.ts';

/**
 * Builds the response. A page's response contains what its browser must remember: as cookies if the collector is
 * first-party, otherwise in the body, for the tag to store.
 *
 * @throws Problem when nothing was stored. If the browser must forget something, the problem tells it so.
 */
export async function respond(
  stored: StoreResult,
  { accepted, refusals, visitor, source, decidedAtMs }: Decisions,
  keyRing: readonly Uint8Array[],
): Promise<Response> {
  if (stored.kind === 'refused') throw visitor === undefined ? stored.problem : forgetting(stored.problem, visitor);
  const body = {
    success: true,
    accepted: accepted.length,
    ...(refusals.length > 0 && { rejected: refusals.map(shownRejected) }),
  };
  if (visitor === undefined) return Response.json(body);
  const cookies = await cookiesToSet(visitor, { sourceId: source.id, keyRing, nowMs: decidedAtMs });
  const { headers, carried } = inJar(cookies, visitor.browser);
  return Response.json({ ...body, ...carried }, { headers });
}

type PageDecision = NonNullable<Decisions['visitor']>;

async function cookiesToSet(
  { browser, memory }: PageDecision,
  sealing: { sourceId: string; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<CookieToSet[]> {
  switch (memory.kind) {
    case 'forget':
      return expired(browser.present);
    case 'leave':
      return [];
    case 'remember': {
      const kept = await cookiesOf(memory.visitor, { anonymousId: memory.anonymousId, ...sealing });
      const keptNames = new Set(kept.map(({ name }) => name));
      const forgotten = memory.isReset ? expired([COOKIES.identity, COOKIES.anonymousId]) : [];
      return [...forgotten.filter(({ name }) => !keptNames.has(name)), ...kept];
    }
  }
}

/**
 * Adds to a refused page's response that its browser must forget: a withdrawn consent counts even if the request is
 * refused.
 */
function forgetting(problem: Problem, { browser, memory }: PageDecision): Problem {
  if (memory.kind !== 'forget') return problem;
  const { headers, carried } = inJar(expired(browser.present), browser);
  for (const [name, value] of problem.headers) headers.append(name, value);
  return new Problem(problem.code, problem.message, {
    fields: problem.fields,
    headers,
    extensions: { ...problem.extensions, ...carried },
  });
}

/** Puts cookies where the browser takes them from: the headers of the response, or its body. */
function inJar(cookies: readonly CookieToSet[], { jar }: Browser): { headers: Headers; carried: Fields } {
  const headers = new Headers();
  if (jar.kind === 'first_party') {
    setCookies(headers, cookies, jar);
    return { headers, carried: {} };
  }
  const carry = Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
  return { headers, carried: cookies.length === 0 ? {} : { carry } };
}
