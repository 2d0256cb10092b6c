import type { Ports } from './ports.ts';

/** Whether the source was deleted. A collector may go by a configuration that is a minute old and send events for it. */
export class SourceDeletion {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  note(): void {
    this.#ports.database.sql.exec('INSERT INTO deleted_source (at_ms) VALUES (?)', this.#ports.now());
  }

  isDeleted(): boolean {
    return this.#ports.database.sql.exec('SELECT 1 FROM deleted_source').toArray().length > 0;
  }

  /** A source may be made again under the same id. */
  async isTakenBack(): Promise<boolean> {
    const isBack = await this.#ports.isSourceBack();
    if (isBack) this.#ports.database.sql.exec('DELETE FROM deleted_source');
    return isBack;
  }
}
