import { TABLE_VERSIONS } from '../../schema/table-versions.ts';
import { isMigrated } from '../sql.ts';
import type { Sql } from '../sql.ts';

/** Loads the migrations, which only a new outbox and the first start after an upgrade need. */
export async function outboxMigrations(): Promise<readonly string[]> {
  const { OUTBOX_MIGRATIONS } = await import('./outbox-schema.ts');
  return OUTBOX_MIGRATIONS;
}

/** Loads the migrations if the tables aren't those of this release. Otherwise, there is nothing to wait for. */
export async function missingMigrations(sql: Sql): Promise<readonly string[] | undefined> {
  return isMigrated(sql, TABLE_VERSIONS.outbox) ? undefined : outboxMigrations();
}
