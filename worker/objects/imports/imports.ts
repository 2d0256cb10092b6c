import { DurableObject } from 'cloudflare:workers';

import type { FileFacts } from '../../domain/imports/file-reader.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { ImportTemplate, LawfulBasis } from '../../schema/imports/import-options.ts';
import type { ImportView } from '../../schema/imports/import-view.ts';
import { BeingRestored, newCopiedObject } from '../copy/copied-in-backups.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { CopiedObject } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { hasTable } from '../sql.ts';
import type { ImportsKeeper, NewImport, Started } from './imports-keeper.ts';

/**
 * Imports files of conversions into a source. One per source, so that a long import takes no time from the outbox's own
 * object. It stores the rows of open imports, encrypted, and never the file itself.
 *
 * These are the public methods; `ImportsKeeper` does the work.
 */
export class Imports extends DurableObject<Env> implements CopiedInBackups {
  async begin(settings: NewImport): Promise<boolean> {
    return (await this.#keeper()).begin(settings);
  }

  async add(id: string, rows: readonly ImportRow[]): Promise<boolean> {
    return (await this.#keeper()).add(id, rows);
  }

  async finish(id: string, file: FileFacts): Promise<void> {
    (await this.#keeper()).finish(id, file);
  }

  async check(id: string): Promise<boolean> {
    return (await this.#keeper()).check(id);
  }

  async previewed(id: string): Promise<void> {
    (await this.#keeper()).previewed(id);
  }

  async start(id: string, lawfulBasis: LawfulBasis): Promise<Started> {
    return (await this.#keeper()).start(id, lawfulBasis);
  }

  async cancel(id: string): Promise<ImportView | undefined> {
    return (await this.#keeper()).cancel(id);
  }

  async view(id: string): Promise<ImportView | undefined> {
    return (await this.#keeper()).view(id);
  }

  async list(page: { limit: number; before: string | undefined }): Promise<ImportView[]> {
    return (await this.#keeper()).list(page);
  }

  async report(id: string, after: number): Promise<{ text: string; next: number | undefined } | undefined> {
    return (await this.#keeper()).report(id, after);
  }

  async takeChanges(
    rows: readonly ImportRow[],
    hook: Parameters<ImportsKeeper['takeChanges']>[1],
  ): Promise<Awaited<ReturnType<ImportsKeeper['takeChanges']>>> {
    return (await this.#keeper()).takeChanges(rows, hook);
  }

  async lags(integrationId: string): Promise<ReturnType<ImportsKeeper['lags']>> {
    return (await this.#keeper()).lags(integrationId);
  }

  async template(name: string): Promise<ImportTemplate | undefined> {
    return (await this.#keeper()).template(name);
  }

  async templates(): Promise<{ name: string; body: ImportTemplate }[]> {
    return (await this.#keeper()).templates();
  }

  async saveTemplate(name: string, template: ImportTemplate): Promise<boolean> {
    return (await this.#keeper()).saveTemplate(name, template);
  }

  async erase(tags: readonly string[]): Promise<void> {
    await (await this.#keeper()).erase(tags);
  }

  async eraseAll(): Promise<void> {
    await (await this.#keeper()).eraseAll();
  }

  override async alarm(): Promise<void> {
    await (await this.#keeper()).alarm();
  }

  async backup(): Promise<ReadableStream<Uint8Array>> {
    // Creating it also updates the tables to the newest schema.
    await this.#keeper();
    return (await this.#copied()).stream();
  }

  async restore(record: BackupRecord): Promise<Unfit | undefined> {
    const copied = await this.#copied();
    this.#made = undefined;
    return copied.take(record);
  }

  /** Called when everything is restored. Open imports continue, encrypted with the first key. */
  async finishRestore(): Promise<void> {
    (await this.#copied()).finish();
    await (await this.#keeper()).reseal();
    await this.ctx.storage.setAlarm(Date.now());
  }

  /** Deletes what was restored. */
  async undoRestore(): Promise<void> {
    this.#made = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #made: ImportsKeeper | undefined;
  #copiedObject: Promise<CopiedObject> | undefined;

  #copied(): Promise<CopiedObject> {
    return (this.#copiedObject ??= this.#newCopied());
  }

  async #newCopied(): Promise<CopiedObject> {
    const { storage, id } = this.ctx;
    const later = await import('../later.ts');
    return newCopiedObject({
      database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
      migrations: later.IMPORTS_MIGRATIONS,
      owner: id.toString(),
    });
  }

  async #keeper(): Promise<ImportsKeeper> {
    if (hasTable(this.ctx.storage.sql, '_restoring')) throw new BeingRestored('The imports are being restored');
    const later = await import('../later.ts');
    this.#made ??= new later.ImportsKeeper(this.ctx, this.env);
    return this.#made;
  }
}
