import { buildClient } from '../../scripts/build.ts';

/** Builds the tag, the console and the demo once, before the first test of any project. */
export default async function setup(): Promise<void> {
  await buildClient({ demo: true });
}
