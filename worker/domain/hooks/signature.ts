import type { HookKind } from '../../schema/settings/hook.ts';

/** The parts of a request that a signature may cover, as they arrived. */
export type SignedRequest = {
  method: string;
  /** The address exactly as the CRM called it. */
  url: string;
  header: (name: string) => string | undefined;
  body: Uint8Array<ArrayBuffer>;
};

/**
 * `too_old`: the signature is right, but its time is too long ago. Only somebody who has the secret can get this
 * answer.
 */
export type SignatureCheck = 'valid' | 'too_old' | 'wrong';

/** HubSpot and Standard Webhooks both say five minutes. */
const MAX_AGE_MS = 5 * 60 * 1000;

/**
 * Checks that a request comes from somebody who knows the hook's secret. Each comparison takes the same time, however
 * wrong the value is.
 *
 * HubSpot: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 * Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * LinkedIn: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation
 * Pipedrive doesn't sign; it sends a user name and a password: https://pipedrive.readme.io/docs/guide-for-webhooks-v2
 * (all read 2026-11). Salesforce has no signature of its own: a Flow computes the one described in the docs.
 */
export async function checkSignature(
  kind: HookKind,
  request: SignedRequest,
  { secret, nowMs }: { secret: string; nowMs: number },
): Promise<SignatureCheck> {
  switch (kind) {
    case 'hubspot':
      return checkHubSpot(request, { secret, nowMs });
    case 'salesforce':
      return (await isSignedBySalesforce(request, secret)) ? 'valid' : 'wrong';
    case 'pipedrive':
      return (await isFromPipedrive(request, secret)) ? 'valid' : 'wrong';
    case 'linkedin_lead_sync':
      return (await isSignedByLinkedIn(request, secret)) ? 'valid' : 'wrong';
    case 'generic':
      return inTime(await standardWebhookMs(request, secret), nowMs);
  }
}

function inTime(signedMs: number | undefined, nowMs: number): SignatureCheck {
  if (signedMs === undefined) return 'wrong';
  return Math.abs(nowMs - signedMs) <= MAX_AGE_MS ? 'valid' : 'too_old';
}

/**
 * HubSpot's page says that its requests have the signature of version 3. It also names version 2 for workflows, so that
 * one counts where version 3 is missing. Version 2 has no time. A request that is sent again does no harm, because its
 * changes are known.
 */
async function checkHubSpot(
  request: SignedRequest,
  { secret, nowMs }: { secret: string; nowMs: number },
): Promise<SignatureCheck> {
  const { header } = request;
  if (header('X-HubSpot-Signature-v3') !== undefined) return inTime(await signedByHubSpotMs(request, secret), nowMs);
  const isOlder = header('X-HubSpot-Signature-Version')?.toLowerCase() === 'v2';
  return isOlder && (await isSignedByHubSpotV2(request, secret)) ? 'valid' : 'wrong';
}

/** Version 2: SHA-256 in hex of the secret, the method, the address and the body. */
async function isSignedByHubSpotV2({ method, url, header, body }: SignedRequest, secret: string): Promise<boolean> {
  if (secret === '') return false;
  const wanted = await crypto.subtle.digest('SHA-256', joined(`${secret}${method}${url}`, body, ''));
  return isSame(bytesOf(header('X-HubSpot-Signature'), 'hex'), { wanted: new Uint8Array(wanted), secret });
}

/**
 * Compares a value from outside with the right one. Signatures of both are compared, so that the time says nothing about
 * the right one.
 */
async function isSame(
  given: Uint8Array<ArrayBuffer> | undefined,
  { wanted, secret }: { wanted: Uint8Array<ArrayBuffer>; secret: string },
): Promise<boolean> {
  if (given === undefined) return false;
  const key = await crypto.subtle.importKey('raw', utf8(`compare:${secret}`), HMAC, false, ['sign', 'verify']);
  return crypto.subtle.verify('HMAC', key, await crypto.subtle.sign('HMAC', key, wanted), given);
}

/** Returns when HubSpot signed the request. Undefined when it didn't. */
async function signedByHubSpotMs(
  { method, url, header, body }: SignedRequest,
  secret: string,
): Promise<number | undefined> {
  const signature = header('X-HubSpot-Signature-v3');
  const timestamp = header('X-HubSpot-Request-Timestamp') ?? '';
  if (!/^\d{13}$/.test(timestamp)) return undefined;
  const signed = joined(`${method}${withoutEscapes(url)}`, body, timestamp);
  const isRight = await verifies(utf8(secret), signed, bytesOf(signature, 'base64'));
  return isRight ? Number(timestamp) : undefined;
}

/** HubSpot decodes these characters of the address before it signs. */
function withoutEscapes(url: string): string {
  const [path = '', ...query] = url.split('?');
  const decoded = path.replaceAll(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code));
  return [decoded, ...query].join('?');
}

/** `X-Directflight-Signature: <base64 of HMAC-SHA256 of the body>`, as Apex's `Crypto.generateMac` gives it; hex too. */
async function isSignedBySalesforce({ header, body }: SignedRequest, secret: string): Promise<boolean> {
  const given = header('X-Directflight-Signature')?.replace(/^sha256=/, '');
  const isHex = /^[\da-f]{64}$/i.test(given ?? '');
  return verifies(utf8(secret), body, bytesOf(given, isHex ? 'hex' : 'base64'));
}

const LINKEDIN_PREFIX = 'hmacsha256=';

/**
 * `X-LI-Signature`: HMAC-SHA256 in hex. LinkedIn's documentation doesn't make clear whether `hmacsha256=` comes before
 * the signed body or before the signature, so both are accepted. Each needs the secret.
 */
async function isSignedByLinkedIn({ header, body }: SignedRequest, secret: string): Promise<boolean> {
  const given = header('X-LI-Signature')?.replace(LINKEDIN_PREFIX, '');
  if (!/^[\da-f]{64}$/i.test(given ?? '')) return false;
  const signature = bytesOf(given, 'hex');
  const results = [LINKEDIN_PREFIX, ''].map((before) => verifies(utf8(secret), joined(before, body, ''), signature));
  return (await Promise.all(results)).includes(true);
}

/**
 * Challenge codes are random UUIDs. Nothing else is signed, so that the answer to a challenge can't be used as the
 * signature of a body.
 */
const CHALLENGE_CODE = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function isChallengeCode(code: string | undefined): code is string {
  return code !== undefined && CHALLENGE_CODE.test(code);
}

/**
 * Answers LinkedIn's check of who owns an address: HMAC-SHA256 of the code, in hex. LinkedIn repeats the check every 2
 * hours.
 */
export async function challengeResponse(code: string, secret: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(code))).toHex();
}

async function isFromPipedrive({ header }: SignedRequest, secret: string): Promise<boolean> {
  const [scheme = '', credentials] = (header('Authorization') ?? '').split(' ');
  const given = scheme.toLowerCase() === 'basic' ? bytesOf(credentials, 'base64') : undefined;
  return isSame(given, { wanted: utf8(secret), secret });
}

/** Returns when a Standard Webhook was signed. Undefined when its signature is wrong. */
async function standardWebhookMs({ header, body }: SignedRequest, secret: string): Promise<number | undefined> {
  const id = header('webhook-id') ?? '';
  const timestamp = header('webhook-timestamp') ?? '';
  if (id === '' || !/^\d{10}$/.test(timestamp)) return undefined;
  const key = standardWebhookKey(secret);
  if (key === undefined) return undefined;
  const signed = joined(`${id}.${timestamp}.`, body, '');
  const given = (header('webhook-signature') ?? '').split(' ').filter((one) => one.startsWith('v1,'));
  const results = await Promise.all(
    given.slice(0, 10).map((one) => verifies(key, signed, bytesOf(one.slice(3), 'base64'))),
  );
  return results.includes(true) ? Number(timestamp) * 1000 : undefined;
}

/** Returns the key of a secret such as `whsec_…`. Undefined when it isn't base64. */
export function standardWebhookKey(secret: string): Uint8Array<ArrayBuffer> | undefined {
  return bytesOf(secret.replace(/^whsec_/, ''), 'base64');
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

async function verifies(
  secret: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer> | undefined,
): Promise<boolean> {
  if (signature === undefined || secret.byteLength === 0) return false;
  const key = await crypto.subtle.importKey('raw', secret, HMAC, false, ['verify']);
  return crypto.subtle.verify('HMAC', key, signature, signed);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function joined(before: string, body: Uint8Array, after: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = [encoder.encode(before), body, encoder.encode(after)];
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.byteLength;
  }
  return all;
}

function bytesOf(text: string | undefined, encoding: 'base64' | 'hex'): Uint8Array<ArrayBuffer> | undefined {
  try {
    if (text === undefined || text === '') return undefined;
    return encoding === 'hex' ? Uint8Array.fromHex(text) : Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
