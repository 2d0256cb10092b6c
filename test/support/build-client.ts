import { buildClient, buildLiquid } from '../../scripts/build.ts';

/** Builds what is deployed, and what the local run serves, once, before the first test of any project. */
export default async function setup(): Promise<void> {
  await buildClient({ demo: false });
  await buildClient({ demo: true });
  await buildLiquid();
}
