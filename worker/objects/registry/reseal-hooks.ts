import { IV_BYTES, open, seal } from '../../domain/sealing/sealed-box.ts';
import type { Hook } from '../../schema/settings/hook.ts';
import type { Sql } from '../sql.ts';

/**
 * Seals the secrets of all hooks with the first key, like everything else in a restored backup, so that the older keys
 * can be removed. Can be repeated. A secret that no key opens stays as it is.
 */
export async function resealHooks(sql: Sql, keyRing: readonly Uint8Array[]): Promise<void> {
  for (const { body } of sql.exec<{ body: string }>('SELECT body FROM hooks').toArray()) {
    const hook: Hook = JSON.parse(body);
    const binding = { purpose: 'hook', owner: hook.id };
    const secret = await open(hook.secret_sealed, { keyRing, binding });
    if (secret === undefined) continue;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const resealed: Hook = { ...hook, secret_sealed: await seal(secret, { keyRing, binding, iv }) };
    // Somebody may have deleted it in the meantime.
    sql.exec('UPDATE hooks SET body = ? WHERE id = ?', JSON.stringify(resealed), hook.id);
  }
}
