import type { Context } from 'hono';
import { Hono } from 'hono';

import { entityTag } from '../../../domain/access/entity-tag.ts';
import { publicOrigin } from '../../../domain/access/public-origin.ts';
import { addressProblem } from '../../../domain/incidents/alerts/address-problem.ts';
import { addressFaults } from '../../../domain/incidents/alerts/channel.ts';
import type { Address } from '../../../domain/incidents/alerts/channel.ts';
import { parseKeyRing } from '../../../domain/sealing/sealed-box.ts';
import { AlertChannelCreate, AlertChannelPatch } from '../../../schema/alerts/alert-channel.ts';
import type { ChannelType } from '../../../schema/alerts/alert-channel.ts';
import type { FieldProblem } from '../../../schema/problem.ts';
import { ChannelsQuery } from '../../../schema/queries.ts';
import { changedMeanwhile } from '../../http/if-match.ts';
import { newId } from '../../http/new-id.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { page, readInput } from '../input.ts';
import { readQuery } from '../query.ts';

type AdminContext = Context<AdminEnv>;

/** Standard Webhooks asks for 24 to 64 random bytes. */
const SECRET_BYTES = 32;

/** `/v1/admin/alert-channels`: where alerts are sent. */
export function adminAlertChannels(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readQuery(c, ChannelsQuery);
    const channels = await alerts(c).channels();
    return c.json(page(channels.filter(({ id }) => cursor === undefined || id > cursor).slice(0, limit + 1), limit));
  });

  routes.post('/', async (c) => {
    requireEncryptionKey(c);
    const { url, routing_key, to, from, ...input } = await readInput(c, AlertChannelCreate);
    const given = addressOf({ url, routing_key, to, from });
    const { missing, extra } = addressFaults(input.type, given);
    refuse([
      ...missing.map((field) => ({ pointer: `/${field}`, detail: `expected for the type ${input.type}` })),
      ...extra.map((field) => ({ pointer: `/${field}`, detail: `the type ${input.type} does not have this field` })),
      ...addressFields(c, given),
      ...(await sourceFields(c, input.source_ids)),
      ...digestFields(input),
    ]);
    if (input.type === 'email' && c.env.ALERT_EMAIL === undefined) throw noEmail();
    const secret = input.type === 'webhook' ? newSecret() : undefined;
    const address = { ...given, ...(secret !== undefined && { secret }) };
    const made = await alerts(c).addChannel({ ...input, id: newId('ach') }, address, baseOf(c));
    if (made === 'too_many') throw new Problem('in_use', 'There are 200 channels already: delete one first');
    c.set('changed', { before: {}, after: made });
    return c.json({ ...made, ...(secret !== undefined && { secret }) }, 201);
  });

  routes.get('/:id', async (c) => {
    const found = (await alerts(c).channels()).find(({ id }) => id === c.req.param('id'));
    if (found === undefined) throw notFound();
    return c.json(found, 200, { ETag: entityTag(found) });
  });

  routes.patch('/:id', async (c) => {
    requireEncryptionKey(c);
    const id = c.req.param('id');
    const before = (await alerts(c).channels()).find((channel) => channel.id === id);
    if (before === undefined) throw notFound();
    const { url, routing_key, to, from, ...change } = await readInput(c, AlertChannelPatch);
    const given = addressOf({ url, routing_key, to, from });
    const { extra } = addressFaults(before.type, given);
    refuse([
      ...extra.map((field) => ({ pointer: `/${field}`, detail: `the type ${before.type} does not have this field` })),
      ...addressFields(c, given),
      ...(await sourceFields(c, change.source_ids, before.source_ids)),
      ...digestFields({ type: before.type, digest: change.digest ?? 'none' }),
    ]);
    const changed = await alerts(c).changeChannel(id, change, given, c.req.header('If-Match'));
    if (changed === 'not_found') throw notFound();
    if (changed === 'stale') throw changedMeanwhile('alert channel');
    c.set('changed', { before, after: changed });
    return c.json(changed, 200, { ETag: entityTag(changed) });
  });

  routes.delete('/:id', async (c) => {
    const id = c.req.param('id');
    const known = (await alerts(c).channels()).find((channel) => channel.id === id);
    if (!(await alerts(c).removeChannel(id))) throw notFound();
    c.set('changed', { before: { name: known?.name }, after: {} });
    return c.body(null, 204);
  });

  routes.post('/:id/test', async (c) => {
    const tested = await alerts(c).testChannel(c.req.param('id'));
    if (tested === 'not_found') throw notFound();
    return c.json({ sent: tested.note === undefined, note: tested.note ?? null });
  });

  return routes;
}

function alerts(c: AdminContext): ReturnType<AdminEnv['Bindings']['ALERTS']['getByName']> {
  return c.env.ALERTS.getByName('alerts');
}

function addressOf({
  url,
  routing_key: key,
  to,
  from,
}: { [Field in keyof Address]: Address[Field] | undefined }): Address {
  return {
    ...(url !== undefined && { url }),
    ...(key !== undefined && { routing_key: key }),
    ...(to !== undefined && { to }),
    ...(from !== undefined && { from }),
  };
}

function addressFields(c: AdminContext, { url }: Address): FieldProblem[] {
  if (url === undefined) return [];
  const detail = addressProblem(url, { isLocalRun: c.env.DEMO === 'true' });
  return detail === undefined ? [] : [{ pointer: '/url', detail }];
}

/**
 * A channel for a source that doesn't exist would never tell anything.
 *
 * @param known Sources that the channel has already. They may be deleted by now.
 */
async function sourceFields(
  c: AdminContext,
  ids: readonly string[] | null | undefined,
  known: readonly string[] | null = null,
): Promise<FieldProblem[]> {
  const registry = c.env.REGISTRY.getByName('registry');
  const problems = (ids ?? []).map(async (id, place) =>
    known?.includes(id) === true || (await registry.source(id)) !== undefined
      ? []
      : [{ pointer: `/source_ids/${place}`, detail: 'expected the ID of a source' }],
  );
  return (await Promise.all(problems)).flat();
}

/** A digest is text for people, so not every type of channel can have one. */
function digestFields({ type, digest }: { type: ChannelType; digest: string }): FieldProblem[] {
  const isRead = type !== 'pagerduty' && type !== 'heartbeat';
  return isRead || digest === 'none' ? [] : [{ pointer: '/digest', detail: `the type ${type} has no digest` }];
}

function refuse(fields: readonly FieldProblem[]): void {
  const [first] = fields;
  if (first !== undefined)
    throw new Problem('field_invalid', `Cannot use ${first.pointer}: ${first.detail}`, { fields });
}

function newSecret(): string {
  return `whsec_${crypto.getRandomValues(new Uint8Array(SECRET_BYTES)).toBase64()}`;
}

/** Returns the address of this installation for links in alerts. */
function baseOf(c: AdminContext): string | undefined {
  const found = publicOrigin({ setting: c.env.PUBLIC_URL, requestUrl: c.req.url });
  return found.kind === 'known' ? `${found.origin}${c.env.BASE_PATH.replace(/\/+$/, '')}` : undefined;
}

function notFound(): Problem {
  return new Problem('not_found', 'No alert channel has this ID');
}

function noEmail(): Problem {
  return new Problem(
    'email_not_configured',
    'Add "send_email": [{ "name": "ALERT_EMAIL" }] to wrangler.local.jsonc, and deploy again. Cloudflare’s Email Routing or Email Sending must be enabled for the sender’s domain.',
  );
}

function requireEncryptionKey(c: AdminContext): void {
  try {
    parseKeyRing(c.env.ENCRYPTION_KEY ?? '');
  } catch {
    throw new Problem(
      'encryption_key_missing',
      'Set the secret ENCRYPTION_KEY to base64 of 32 random bytes (openssl rand -base64 32): it encrypts the addresses.',
    );
  }
}
