import type { Database } from '../sql.ts';

type DeletionPorts = {
  database: Database;
  now(): number;
  /** Returns whether the registry has the source again after its deletion. */
  isSourceBack(): Promise<boolean>;
};

/**
 * Stores that the source was deleted. The collector's configuration may be a minute old, so it may still send events
 * for it.
 */
export class SourceDeletion {
  readonly #ports: DeletionPorts;

  constructor(ports: DeletionPorts) {
    this.#ports = ports;
  }

  note(): void {
    this.#ports.database.sql.exec('INSERT INTO deleted_source (at_ms) VALUES (?)', this.#ports.now());
  }

  isDeleted(): boolean {
    return this.#ports.database.sql.exec('SELECT 1 FROM deleted_source').toArray().length > 0;
  }

  /** Returns whether a source with the same ID was created again. */
  async isTakenBack(): Promise<boolean> {
    const isBack = await this.#ports.isSourceBack();
    if (isBack) this.#ports.database.sql.exec('DELETE FROM deleted_source');
    return isBack;
  }
}
