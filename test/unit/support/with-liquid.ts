import { liquidComesFrom, liquidFor } from '../../../worker/domain/mapping-kit/liquid.ts';

/** Loads the Liquid engine, for tests that use the domain alone. */
export async function withLiquid(): Promise<void> {
  liquidComesFrom(async () => {
    const { liquidEngine } = await import('../../../worker/domain/mapping-kit/liquid-engine.ts');
    return liquidEngine;
  });
  await liquidFor({ '@liquid': 'x' });
}
