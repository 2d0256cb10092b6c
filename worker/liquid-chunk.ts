import type { LiquidEngine } from './domain/mapping-kit/liquid.ts';

/**
 * The Liquid engine, which `scripts/build.ts` builds from `domain/mapping-kit/liquid-engine.ts` and which is uploaded
 * as a separate module (`rules` in wrangler.toml). The path is in a variable, so that no bundler includes it: it is
 * loaded only for mappings with `@liquid`.
 */
const CHUNK = './liquid.mjs';

/** Loads the Liquid engine. */
export async function liquidChunk(): Promise<LiquidEngine> {
  const { liquidEngine }: { liquidEngine: LiquidEngine } = await import(/* @vite-ignore */ CHUNK);
  return liquidEngine;
}
