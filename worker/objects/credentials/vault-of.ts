import type { Env } from '../../env.ts';
import type { Integration } from '../../schema/settings/integration.ts';

type Whose = Pick<Integration, 'id'> & { incarnation?: Integration['incarnation'] | undefined };

/**
 * Names the Credentials object of an integration: its id, and which integration of that id it is.
 *
 * Whoever was about to write credentials for one that is gone, or that was never made since somebody else was first with
 * its id, writes them where nobody reads them: never into another's integration of the same id.
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
