import type { Env } from '../../../env.ts';
import { vaultName } from '../../../objects/credentials/vault-of.ts';
import type { RestoredObject } from '../../../objects/registry/restores.ts';
import { copiedObject, registryOf } from './copied-objects.ts';

/**
 * Lets the restored objects work, now that the registry has their sources. Can be repeated: the cron trigger does, if a
 * restore was interrupted at its end. Does nothing when no restore is complete.
 */
export async function finishRestore(env: Env): Promise<void> {
  const registry = registryOf(env);
  const state = await registry.restoreState();
  if (state?.isComplete !== true) return;
  for (const which of await registry.restoredObjects()) {
    const object = copiedObject(env, which);
    // Its source or integration was deleted while the backup was made.
    if (await isWanted(env, which)) await object.finishRestore();
    else await object.undoRestore();
    await registry.restoredObjectWorks(which);
  }
  await registry.restoreEnded();
}

/** Deletes what an incomplete restore has stored. Can be repeated. */
export async function undoRestore(env: Env): Promise<void> {
  const registry = registryOf(env);
  for (const which of await registry.restoredObjects()) {
    await copiedObject(env, which).undoRestore();
    await registry.restoredObjectWorks(which);
  }
  await registry.restoreEnded();
}

async function isWanted(env: Env, { object, name }: RestoredObject): Promise<boolean> {
  // This object exists once for all sources.
  if (object === 'alerts') return true;
  const registry = registryOf(env);
  if (object !== 'credentials') return (await registry.source(name)) !== undefined;
  const [id = ''] = name.split('/');
  const integration = await registry.integration(id);
  return integration !== undefined && vaultName(integration) === name;
}
