import { buildClient } from '../../scripts/build.ts';

/** Builds the files for deployment and for the local run, once, before the first test of any project. */
export default async function setup(): Promise<void> {
  await buildClient({ demo: false });
  await buildClient({ demo: true });
}
