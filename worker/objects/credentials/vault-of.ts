import type { Env } from '../../env.ts';
import type { Integration } from '../../schema/settings/integration.ts';

type Whose = Pick<Integration, 'id'> & { incarnation?: Integration['incarnation'] | undefined };

/**
 * Returns the name of an integration's Credentials object, made from its ID and its incarnation.
 *
 * An ID can be used again after a deletion, and two requests can create the same ID at once. With the incarnation in
 * the name, late writes for the other integration land in an object that nothing reads.
 */
export function vaultName({ id, incarnation }: Whose): string {
  return incarnation === undefined ? id : `${id}/${incarnation}`;
}

export function vaultOf(
  env: Pick<Env, 'CREDENTIALS'>,
  integration: Whose,
): ReturnType<Env['CREDENTIALS']['getByName']> {
  return env.CREDENTIALS.getByName(vaultName(integration));
}
