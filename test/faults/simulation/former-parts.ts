import { pathToFileURL } from 'node:url';

import { unpackFormer } from '../../fixtures/former-version.ts';
import type { Parts } from './rollout.ts';

/** Returns the former version's code, from the fixture that `test/fixtures/make-version.ts` made of it. */
export async function formerParts(): Promise<Parts> {
  return import(/* @vite-ignore */ pathToFileURL(await unpackFormer('parts')).href);
}
