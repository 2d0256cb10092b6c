import { exports } from 'cloudflare:workers';

import type { EventView } from '../../../worker/schema/events/event-view.ts';

/** The Worker's address: a subdomain of the site, as `t.example.com` of `www.example.com`. */
export const COLLECTOR = 'https://t.example.com';
export const SITE = 'https://www.example.com';

/** vitest.config.ts gives it to the Worker. */
export const ADMIN_TOKEN = 'test-admin-token';

export type Call = {
  method?: string;
  /** Text and bytes are sent unchanged, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The country that the edge reports for the request. */
  country?: string;
};

/** Builds a request as the Worker gets it. A body makes it a POST. */
export function aRequest(path: string, { method, body, headers = {}, country }: Call = {}): Request {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
  const init: RequestInit = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    redirect: 'manual',
  };
  if (body !== undefined) init.body = isRaw ? body : JSON.stringify(body);
  if (country !== undefined) init.cf = { country };
  return new Request(new URL(path, COLLECTOR), init);
}

export async function ask(path: string, call: Call = {}): Promise<Response> {
  return exports.default.fetch(aRequest(path, call));
}

/** Calls the management API. */
export async function admin(path: string, { headers = {}, ...call }: Call = {}): Promise<Response> {
  return ask(`/v1/admin${path}`, { ...call, headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...headers } });
}

export type MadeSource = { id: string; write_key: string };

export async function aSource(over: Record<string, unknown> = {}): Promise<MadeSource> {
  const response = await admin('/sources', { body: over });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<MadeSource>();
}

/** Creates an integration with a token: rule 1001 for "Order Completed", requires advertising consent. */
export async function anIntegrationOf(
  source: MadeSource,
  { config = {}, ...over }: { config?: Record<string, unknown> } & Record<string, unknown> = {},
): Promise<{ id: string }> {
  const response = await admin('/integrations', {
    body: {
      source_id: source.id,
      config: {
        account_id: '100',
        access_token: 'tok-of-the-tests',
        conversion_rule_id: { 'Order Completed': '1001' },
        ...config,
      },
      ...over,
    },
  });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<{ id: string }>();
}

export async function aServerKey(source: MadeSource): Promise<string> {
  const response = await admin(`/sources/${source.id}/server-keys`, { method: 'POST' });
  const { key } = await response.json<{ key: string }>();
  return key;
}

/** An order from an identified person, which matches the integration's rule. */
export const anOrder = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'track',
  event: 'Order Completed',
  messageId: crypto.randomUUID(),
  properties: { email: 'john.doe@example.com', total: 149.99, currency: 'USD' },
  ...over,
});

/** Sends events as a page does. */
export async function send(
  source: MadeSource,
  events: readonly unknown[],
  { beside = {}, ...call }: Call & { beside?: Record<string, unknown> } = {},
): Promise<Response> {
  return ask('/v1/batch', { body: { writeKey: source.write_key, batch: events, ...beside }, ...call });
}

/** Returns the outcomes of a source's events from the management API, newest first. */
export async function outcomes({ id }: MadeSource): Promise<EventView[]> {
  const response = await admin(`/sources/${id}/events?limit=200`);
  const { data } = await response.json<{ data: EventView[] }>();
  return data;
}

/** Returns a problem's code and the field that it names. */
export async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; pointer: string | undefined }> {
  const { type, pointer } = await response.json<{ type: string; pointer?: string }>();
  return { status: response.status, code: type.replace('urn:directflight:problem:', ''), pointer };
}
