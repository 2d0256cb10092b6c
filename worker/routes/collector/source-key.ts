import * as v from 'valibot';

import type { Sender } from '../../domain/collect/collect-request.ts';
import { sha256Hex } from '../../domain/identity/sha256.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import { isFields } from '../../schema/fields.ts';
import { ServerKey, WriteKey } from '../../schema/ids.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { readConfig, readKeyOwner } from '../../store/config-cache.ts';
import { configKey } from '../../store/config-key.ts';
import { UnknownForNow } from '../../store/unpublished-keys.ts';
import { Problem } from '../http/problem.ts';

/** Finds the key of a request, in this order: Bearer, Basic, `writeKey` in the body. */
export function keyOf(request: Request, body: unknown): string | undefined {
  return keyInHeader(request.headers.get('Authorization')) ?? keyInBody(body);
}

/**
 * Returns the sender: the source of a key, and whether the key is a server's.
 *
 * @throws Problem key_missing, key_unknown, config_unavailable.
 */
export async function senderOf(key: string | undefined, stores: Pick<Env, 'CONFIG' | 'REGISTRY'>): Promise<Sender> {
  if (key === undefined)
    throw new Problem(
      'key_missing',
      'Expected a write key: as Bearer token, as Basic user name, or as writeKey in the body',
    );
  const known = await parsedKey(key);
  const config = known && (await configOf(known, stores));
  if (known === undefined || config === undefined) throw unknownKey();
  return { isServer: known.kind === 'server', config };
}

/**
 * Returns the source that a key belongs or belonged to, to count refusals for it. Undefined when there is none or it
 * cannot be read now.
 */
export async function keyOwnerOf(
  key: string | undefined,
  kv: KVNamespace,
): Promise<Awaited<ReturnType<typeof readKeyOwner>>> {
  const known = key === undefined ? undefined : await parsedKey(key);
  if (known === undefined) return undefined;
  try {
    return await readKeyOwner(kv, configKey(known), Date.now());
  } catch {
    return undefined;
  }
}

/** A text that cannot be a key of ours needs no lookup. */
async function parsedKey(key: string): Promise<Parameters<typeof configKey>[0] | undefined> {
  if (v.is(ServerKey, key)) return { kind: 'server', sha256: await sha256Hex(key) };
  return v.is(WriteKey, key) ? { kind: 'write', key } : undefined;
}

async function configOf(
  key: Parameters<typeof configKey>[0],
  { CONFIG, REGISTRY }: Pick<Env, 'CONFIG' | 'REGISTRY'>,
): Promise<SourceConfig | undefined> {
  const store = {
    get: <Value>(name: string, type: 'json') => CONFIG.get<Value>(name, type),
    askRegistry: async (name: string) => REGISTRY.getByName('registry').published(name),
  };
  try {
    return await readConfig(store, configKey(key), Date.now());
  } catch (error) {
    // A stranger who makes up keys must not fill the log.
    if (error instanceof UnknownForNow && error.cause !== undefined) logFault('collect.key', error);
    throw new Problem('config_unavailable', 'Nothing was stored. Send the events again with the same messageIds.', {
      headers: { 'Retry-After': '30' },
    });
  }
}

/** Also used for the key of a source that was deleted a moment ago. */
export function unknownKey(): Problem {
  return new Problem('key_unknown', 'No source has this key, or the key was revoked');
}

function keyInHeader(header: string | null): string | undefined {
  const [scheme = '', credentials = ''] = (header ?? '').trim().split(/\s+/);
  if (/^bearer$/i.test(scheme)) return credentials === '' ? undefined : credentials;
  if (!/^basic$/i.test(scheme)) return undefined;
  try {
    // "wk_…:" is the user name with an empty password.
    const [user = ''] = atob(credentials).split(':');
    return user === '' ? undefined : user;
  } catch {
    return undefined;
  }
}

function keyInBody(body: unknown): string | undefined {
  const key = isFields(body) ? body['writeKey'] : undefined;
  return typeof key === 'string' && key !== '' ? key : undefined;
}
