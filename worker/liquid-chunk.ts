import type { LiquidEngine } from './domain/mapping-kit/liquid.ts';

/**
 * Made by `scripts/build.ts` from `domain/mapping-kit/liquid-engine.ts`, and uploaded beside the Worker (`rules` in
 * wrangler.toml). In a variable, so that no bundler takes it in: only who has a mapping with `@liquid` ever loads it.
 */
const CHUNK = './liquid.mjs';

/** Loads the Liquid engine. */
export async function liquidChunk(): Promise<LiquidEngine> {
  const { liquidEngine }: { liquidEngine: LiquidEngine } = await import(/* @vite-ignore */ CHUNK);
  return liquidEngine;
}
