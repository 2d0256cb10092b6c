import { ringingWrites } from '../event-store/changes.ts';
import type { Sql } from '../sql.ts';
import { tellWatchers } from '../watchers.ts';
import type { Viewers } from '../watchers.ts';

/** What the registry needs of the platform. */
export type Platform = { storage: DurableObjectStorage } & Viewers;

/** A change in these may end somebody's access. */
const ACCESS_TABLES: ReadonlySet<string> = new Set(['access_tokens', 'sessions', 'sources']);

/** Returns the database. Whoever watches the registry is told of each change that may end somebody's access. */
export function tellingOfAccess(platform: Platform): Sql {
  return ringingWrites(platform.storage.sql, { ring: () => tellWatchers(platform) }, ACCESS_TABLES);
}
