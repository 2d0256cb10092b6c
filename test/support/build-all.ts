import { buildClient } from '../../scripts/build.ts';
import { prepareForAll } from './prepared-worker.ts';

/**
 * Builds the files for deployment and for the local run, and the Worker, once, before the first test of any project.
 *
 * @returns What runs after the last test.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await buildClient({ demo: false });
  await buildClient({ demo: true });
  return prepareForAll();
}
