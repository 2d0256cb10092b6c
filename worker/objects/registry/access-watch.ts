import { ringingWrites } from '../event-store/changes.ts';
import type { Sql } from '../sql.ts';
import { tellWatchers } from '../watchers.ts';
import type { Viewers } from '../watchers.ts';

/** Everything that the registry needs from the platform. */
export type Platform = { storage: DurableObjectStorage } & Viewers;

/** The tables in which a change may end somebody's access. */
const ACCESS_TABLES: ReadonlySet<string> = new Set(['access_tokens', 'sessions', 'sources']);

/**
 * Returns the database, with a check that notifies everybody who watches the registry of each change that may end
 * somebody's access.
 */
export function tellingOfAccess(platform: Platform): Sql {
  return ringingWrites(platform.storage.sql, { ring: () => tellWatchers(platform) }, ACCESS_TABLES);
}
