import { reset } from 'cloudflare:test';

import { forgetConfigs } from '../../../worker/store/config-cache.ts';

/** Deletes everything in the instance, as if it had never run: all objects and all of KV. */
export async function emptied(): Promise<void> {
  await reset();
  forgetConfigs();
}
