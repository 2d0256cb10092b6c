import { waitUntil } from 'cloudflare:workers';
import type { Context } from 'hono';

import { itemsOf, MAX_CHANGES_OF_A_REQUEST, rowOf } from '../../domain/hooks/hook-rows.ts';
import { challengeResponse, checkSignature, isChallengeCode } from '../../domain/hooks/signature.ts';
import type { SignatureCheck } from '../../domain/hooks/signature.ts';
import { refusalsOf } from '../../domain/refusals/refusal-count.ts';
import type { RefusalCount } from '../../domain/refusals/refusal-count.ts';
import { refusedChanges } from '../../domain/refusals/refused-changes.ts';
import { open } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import { isFields } from '../../schema/fields.ts';
import type { Hook } from '../../schema/settings/hook.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { Problem } from '../http/problem.ts';
import { jsonIn, readBytes } from '../http/read-body.ts';
import { refusalBuffer } from './count-refusals.ts';
import { passesFirstLimit } from './first-rate-limit.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * `POST /v1/hooks/{hook}`: the address that CRMs call. Answers 200 once all resulting events are on disk. A CRM that
 * gets another answer sends the same request again.
 */
export async function receiveHook(c: Context<{ Bindings: Env }>): Promise<Response> {
  const hook = await hookOf(c);
  const arrived: Arrived = {};
  try {
    // The body is read for a hook that doesn't exist too. Otherwise an unreadable one would tell which hooks exist.
    const body = await readBytes(c.req.raw, { maxBytes: MAX_BODY_BYTES });
    if (hook === undefined) throw wrongSignature('wrong');
    return await answer(c, hook, { body, arrived });
  } catch (error) {
    if (hook === undefined) throw error;
    const code = error instanceof Problem ? error.code : 'internal_error';
    count(c, hook, refusalsOf({ code, origin: null, events: arrived.changes, rejected: [] }));
    throw error;
  }
}

/**
 * `GET /v1/hooks/{hook}?challengeCode=…`: LinkedIn's check of an address for Lead Sync. A disabled hook answers too: after
 * three wrong answers LinkedIn blocks the address (https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation,
 * read 2026-11).
 */
export async function answerChallenge(c: Context<{ Bindings: Env }>): Promise<Response> {
  const code = c.req.query('challengeCode');
  if (!isChallengeCode(code))
    throw new Problem('field_invalid', 'Cannot answer: expected a challengeCode that is a UUID', {
      fields: [{ pointer: '/challengeCode', detail: 'expected a UUID' }],
    });
  const hook = await hookOf(c);
  if (hook?.kind !== 'linkedin_lead_sync')
    throw new Problem('not_found', 'No hook for LinkedIn’s Lead Sync has this address');
  return c.json({ challengeCode: code, challengeResponse: await challengeResponse(code, await secretOf(c, hook)) });
}

/** Returns the hook that a request calls. Undefined when there is none. */
async function hookOf(c: Context<{ Bindings: Env }>): Promise<Hook | undefined> {
  const id = c.req.param('hook') ?? '';
  const isAllowed = await passesFirstLimit(c.env.COLLECTOR_LIMIT, `hook ${c.req.header('CF-Connecting-IP') ?? ''}`);
  if (!isAllowed) throw new Problem('rate_limited', 'Too many requests from this address. Send again later.');
  return /^hook_[\w-]{1,60}$/.test(id) ? c.env.REGISTRY.getByName('registry').hook(id) : undefined;
}

async function secretOf(c: Context<{ Bindings: Env }>, hook: Hook): Promise<string> {
  const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
  const secret = await open(hook.secret_sealed, { keyRing, binding: { purpose: 'hook', owner: hook.id } });
  if (secret === undefined) throw new Problem('encryption_key_missing', 'The hook’s secret cannot be decrypted.');
  return secret;
}

/** How far a request was read before it was refused. */
type Arrived = { changes?: number };

async function answer(
  c: Context<{ Bindings: Env }>,
  hook: Hook,
  { body, arrived }: { body: Uint8Array<ArrayBuffer>; arrived: Arrived },
): Promise<Response> {
  const signature = await signatureOf(c, hook, body);
  if (signature !== 'valid') throw wrongSignature(signature);
  if (hook.enabled === false) throw new Problem('hook_disabled', 'Nothing was stored: this hook is disabled.');
  const items = itemsOf(jsonIn(body));
  if (!items.some(isFields)) throw new Problem('body_not_an_object', 'Expected a JSON object, or a list of objects');
  arrived.changes = items.length;
  if (items.length > MAX_CHANGES_OF_A_REQUEST)
    throw new Problem(
      'too_many_events',
      `Nothing was stored: the request has ${items.length} changes. Send at most ${MAX_CHANGES_OF_A_REQUEST} in each request.`,
    );
  const rows = await Promise.all(
    items.map((item, index) => rowOf(item, { kind: hook.kind, fields: hook.fields, row: index + 1 })),
  );
  const { id, kind, event, stages, lawful_basis } = hook;
  const settings = { id, kind, event, stages, lawful_basis };
  const taken = await c.env.IMPORTS.getByName(hook.source_id).takeChanges(rows, settings);
  if (taken === 'unavailable')
    throw new Problem('outbox_unavailable', 'Not everything was stored. Send the same request again.', {
      headers: { 'Retry-After': '30' },
    });
  const { refused, ...result } = taken;
  count(c, hook, refusedChanges(refused));
  return c.json(result);
}

/** Counts refusals for the source's owner, after the answer. Only for hooks that exist: the others have no owner. */
function count(c: Context<{ Bindings: Env }>, { source_id: sourceId }: Hook, counts: readonly RefusalCount[]): void {
  waitUntil(refusalBuffer.add(sourceId, counts, (sum) => c.env.REFUSALS.getByName(sourceId).add(sum)));
}

/** A hook that doesn't exist gets the same answer, so that nobody learns which hooks exist. */
function wrongSignature(signature: keyof typeof SIGNATURE_SENTENCES): Problem {
  return new Problem('signature_invalid', `Nothing was stored: ${SIGNATURE_SENTENCES[signature]}`);
}

const SIGNATURE_SENTENCES = {
  wrong: 'the signature does not match the hook’s secret.',
  too_old:
    'the signature’s time differs from ours by more than five minutes. Sign the request again, or correct your clock.',
} as const;

async function signatureOf(
  c: Context<{ Bindings: Env }>,
  hook: Hook,
  body: Uint8Array<ArrayBuffer>,
): Promise<SignatureCheck> {
  const secret = await secretOf(c, hook);
  const method = c.req.method;
  const header = (name: string): string | undefined => c.req.header(name);
  const nowMs = Date.now();
  let best: SignatureCheck = 'wrong';
  // HubSpot signs the address that it was given, which a proxy may have changed on the way.
  for (const url of urlsOf(c)) {
    const check = await checkSignature(hook.kind, { method, url, header, body }, { secret, nowMs });
    if (check === 'valid') return check;
    if (check === 'too_old') best = check;
  }
  return best;
}

/** The request's own address, and the same path at each public address. */
function urlsOf(c: Context<{ Bindings: Env }>): Set<string> {
  const { pathname, search, origin } = new URL(c.req.url);
  const path = `${c.env.BASE_PATH}${pathname}${search}`;
  const origins = [origin, ...(c.env.PUBLIC_URL ?? '').split(',').map((each) => each.trim())];
  return new Set([c.req.url, ...origins.map((each) => `${each}${path}`)]);
}
