import type { Env } from '../../env.ts';

/** Returns a keyed hash as an ID, so that the ID in a database reveals nothing to anybody without our secrets. */
export async function keyedId(env: Pick<Env, 'ADMIN_TOKEN' | 'ENCRYPTION_KEY'>, text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(`directflight:${env.ENCRYPTION_KEY ?? ''}:${env.ADMIN_TOKEN ?? ''}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const digest = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 32);
}
