/** Hooks, and what CRMs send to them. */
import { admin, anIntegrationOf, ask, aSource, COLLECTOR } from './api.ts';
import type { MadeSource } from './api.ts';

export type MadeHook = { id: string; secret: string; path: string };
export type HookAnswer = {
  changes: number;
  sent: number;
  duplicates: number;
  skipped: Record<string, number>;
  outcomes: { index: number; event?: string; outcome: string }[];
};

const RULES = { MQL: '1001', SQL: '1003', Won: '1004', Lead: '1005' };

export async function aHook(
  input: Record<string, unknown>,
): Promise<{ source: MadeSource; hook: MadeHook; integration: { id: string } }> {
  const source = await aSource();
  const integration = await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: RULES } });
  return { source, integration, hook: await anotherHook(source, input) };
}

/** Creates one more hook of a source. */
export async function anotherHook({ id }: MadeSource, input: Record<string, unknown>): Promise<MadeHook> {
  const body = { name: 'CRM', lawful_basis: 'consent', ...input };
  const response = await admin(`/sources/${id}/hooks`, { body });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<MadeHook>();
}

async function hmac(secret: string | Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const raw = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))).toBase64();
}

/** Each CRM's headers for a body, made as its documentation says, independent of the code that checks them. */
export const SIGNED = {
  hubspot: async ({ secret, path }: MadeHook, body: string, ms = Date.now()) => ({
    'X-HubSpot-Request-Timestamp': String(ms),
    'X-HubSpot-Signature-v3': await hmac(secret, `POST${COLLECTOR}${path}${body}${ms}`),
  }),
  salesforce: async ({ secret }: MadeHook, body: string) => ({ 'X-Directflight-Signature': await hmac(secret, body) }),
  linkedin_lead_sync: async ({ secret }: MadeHook, body: string) => ({
    'X-LI-Signature': Uint8Array.fromBase64(await hmac(secret, `hmacsha256=${body}`)).toHex(),
  }),
  pipedrive: async ({ secret }: MadeHook) => ({ Authorization: `Basic ${btoa(secret)}` }),
  generic: async ({ secret }: MadeHook, body: string, ms = Date.now()) => {
    const key = Uint8Array.fromBase64(secret.replace('whsec_', ''));
    const seconds = Math.floor(ms / 1_000);
    const own = await hmac(key, `msg_1.${seconds}.${body}`);
    return { 'webhook-id': 'msg_1', 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,AAAA v1,${own}` };
  },
};

export async function post({ path }: MadeHook, body: string, headers: Record<string, string>): Promise<Response> {
  return ask(path, { body, headers });
}

/** Sends changes to a generic hook. */
export async function report(hook: MadeHook, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return post(hook, text, await SIGNED.generic(hook, text));
}

/** Sends changes to a generic hook, which must accept them. */
export async function taken(hook: MadeHook, body: unknown): Promise<HookAnswer> {
  const response = await report(hook, body);
  if (response.status !== 200) throw new Error(await response.text());
  return response.json<HookAnswer>();
}
