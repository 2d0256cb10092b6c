import type { Context } from 'hono';
import { generateCookie } from 'hono/cookie';
import { parse } from 'hono/utils/cookie';

import { COOKIES } from '../../domain/collect/people/browser-memory.ts';
import type { CookieJar } from '../../domain/collect/people/browser-memory.ts';
import { clickCookie, parseClickCookie, validClickId } from '../../domain/identity/click-id.ts';
import type { Click } from '../../domain/identity/click-id.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { isRandomUuid } from '../../domain/identity/unguessable-id.ts';
import { CLICK_LIFETIME_MS, IDENTITY_LIFETIME_MS } from '../../domain/identity/visitor.ts';
import type { Limited, Visitor } from '../../domain/identity/visitor.ts';
import { IV_BYTES, open, seal } from '../../domain/sealing/sealed-box.ts';
import { cookieDomain, isSameSite } from '../../domain/site/site.ts';
import type { CookieName } from '../../schema/events/batch.ts';
import { isFields } from '../../schema/fields.ts';

/** The maximum lifetime of a cookie in Chromium and Firefox (measured 2026-11). */
const ANONYMOUS_ID_LIFETIME_MS = 400 * 24 * 60 * 60 * 1000;

/** A visitor as their cookies describe them, and which cookies those were. */
export type ReadVisitor = { visitor: Visitor; anonymousId: string | undefined; present: ReadonlySet<CookieName> };

export async function cookieJar(request: Request, askedDomain: string | undefined): Promise<CookieJar> {
  const { hostname, protocol } = new URL(request.url);
  const origin = request.headers.get('Origin');
  if (origin !== null && !(await isSameSite(origin, hostname))) return { kind: 'carried' };
  return { kind: 'first_party', domain: await cookieDomain(hostname, askedDomain), isSecure: protocol === 'https:' };
}

/**
 * Reads what is known about the visitor: from their cookies, or from what the page sends to a collector on another
 * site.
 */
export async function readVisitor(
  c: Context,
  {
    carried,
    sourceId,
    keyRing,
    nowMs,
  }: { carried: unknown; sourceId: string; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<ReadVisitor> {
  const texts = textsOf(c.req.header('Cookie'), carried);
  const anonymousId = texts[COOKIES.anonymousId].find(isRandomUuid);
  const { identity, limited } = await openIdentity(texts[COOKIES.identity], { sourceId, keyRing, nowMs });
  const clicks = clicksIn(texts, nowMs);
  return {
    visitor: {
      identity,
      ...clicks,
      // The click belongs to the browser, and every integration that may know of the visit may know it.
      ...(limited && { limited: { ...limited, click: clicks.click } }),
    },
    // A guessable ID could give access to what another browser stored under it.
    anonymousId,
    present: new Set(Object.values(COOKIES).filter((name) => texts[name].length > 0)),
  };
}

/**
 * Returns the click. One in the future is ignored, because no newer one could replace it. One older than the maximum
 * age is ignored too, whoever sends it, together with LinkedIn's own cookie, which is as old.
 */
function clicksIn(texts: CookieTexts, nowMs: number): { click: Click | undefined; liFatId: string | undefined } {
  const click = texts[COOKIES.click]
    .flatMap((text) => parseClickCookie(text) ?? [])
    .filter(({ atMs }) => atMs <= nowMs)
    .toSorted((a, b) => b.atMs - a.atMs)[0];
  const liFatId = texts[COOKIES.liFatId].map((text) => validClickId(text)).find((id) => id !== undefined);
  if (click === undefined) return { click: undefined, liFatId };
  if (nowMs - click.atMs < CLICK_LIFETIME_MS) return { click, liFatId };
  return { click: undefined, liFatId: liFatId === click.id ? undefined : liFatId };
}

export type CookieToSet = { name: CookieName; value: string; lifetimeMs: number };

/**
 * Returns the cookies of a visitor who may be remembered. Existing ones are written again, because a script may have
 * shortened their lifetime.
 */
export async function cookiesOf(
  visitor: Visitor,
  {
    anonymousId,
    sourceId,
    keyRing,
    nowMs,
  }: { anonymousId: string; sourceId: string; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<CookieToSet[]> {
  const cookies: CookieToSet[] = [
    { name: COOKIES.anonymousId, value: anonymousId, lifetimeMs: ANONYMOUS_ID_LIFETIME_MS },
  ];
  const { click, identity, limited } = visitor;
  const clickLifetimeMs = click === undefined ? 0 : click.atMs + CLICK_LIFETIME_MS - nowMs;
  if (click !== undefined && clickLifetimeMs > 0) {
    cookies.push(
      { name: COOKIES.liFatId, value: click.id, lifetimeMs: clickLifetimeMs },
      { name: COOKIES.click, value: clickCookie(click), lifetimeMs: clickLifetimeMs },
    );
  }
  if (keyRing.length > 0 && Object.keys(identity).length > 0) {
    const value = await sealIdentity(
      { identity, ...(limited && { limited: withoutClick(limited) }) },
      { sourceId, keyRing, nowMs },
    );
    cookies.push({ name: COOKIES.identity, value, lifetimeMs: IDENTITY_LIFETIME_MS });
  }
  return cookies;
}

export function expired(names: Iterable<CookieName>): CookieToSet[] {
  return [...names].map((name) => ({ name, value: '', lifetimeMs: 0 }));
}

/** Writes the `Set-Cookie` headers of an answer. */
export function setCookies(
  headers: Headers,
  cookies: readonly CookieToSet[],
  { domain, isSecure }: Extract<CookieJar, { kind: 'first_party' }>,
): void {
  for (const { name, value, lifetimeMs } of cookies) {
    headers.append(
      'Set-Cookie',
      generateCookie(name, value, {
        path: '/',
        sameSite: 'Lax',
        maxAge: Math.floor(lifetimeMs / 1000),
        // LinkedIn's own tag reads `li_fat_id`. No script needs the others.
        httpOnly: name !== COOKIES.liFatId,
        secure: isSecure,
        ...(domain !== undefined && { domain }),
      }),
    );
  }
}

/** The content of the sealed cookie. */
type Remembered = { identity: Identity; limited?: Omit<Limited, 'click'> };

function withoutClick({ notFor, identity }: Limited): Omit<Limited, 'click'> {
  return { notFor, identity };
}

/** Returns the newest one that can be decrypted. */
async function openIdentity(
  sealed: readonly string[],
  { sourceId, keyRing, nowMs }: { sourceId: string; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<Remembered> {
  const binding = { purpose: 'identity', owner: sourceId } as const;
  const opened = await Promise.all(sealed.map(async (text) => open(text, { keyRing, binding })));
  const known = opened.flatMap((text): (Remembered & { atMs: number })[] =>
    text === undefined ? [] : [JSON.parse(text)],
  );
  const [newest] = known.toSorted((a, b) => b.atMs - a.atMs);
  if (newest === undefined || nowMs - newest.atMs >= IDENTITY_LIFETIME_MS) return { identity: {} };
  const { atMs: _atMs, ...remembered } = newest;
  return remembered;
}

async function sealIdentity(
  remembered: Remembered,
  { sourceId, keyRing, nowMs }: { sourceId: string; keyRing: readonly Uint8Array[]; nowMs: number },
): Promise<string> {
  return seal(JSON.stringify({ atMs: nowMs, ...remembered }), {
    keyRing,
    binding: { purpose: 'identity', owner: sourceId },
    iv: crypto.getRandomValues(new Uint8Array(IV_BYTES)),
  });
}

/**
 * A browser sends the same cookie several times if it was set for several paths, hosts or domains. Nobody has more than
 * this.
 */
const MAX_OF_A_NAME = 4;

type CookieTexts = Readonly<Record<CookieName, readonly string[]>>;

/** Returns the values of each cookie, as the browser sends them, or else as the page sends them. */
function textsOf(header: string | undefined, carried: unknown): CookieTexts {
  const pairs = (header ?? '').split(';');
  const of = (name: CookieName): string[] => {
    const sent = pairs
      .filter((pair) => pair.trimStart().startsWith(`${name}=`))
      .slice(0, MAX_OF_A_NAME)
      .flatMap((pair) => parse(pair, name)[name] ?? []);
    const found = sent.filter((text) => text !== '');
    const kept = isFields(carried) ? carried[name] : undefined;
    return found.length === 0 && typeof kept === 'string' && kept !== '' ? [kept] : found;
  };
  return {
    [COOKIES.liFatId]: of(COOKIES.liFatId),
    [COOKIES.click]: of(COOKIES.click),
    [COOKIES.anonymousId]: of(COOKIES.anonymousId),
    [COOKIES.identity]: of(COOKIES.identity),
  };
}
