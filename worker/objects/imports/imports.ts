import { DurableObject } from 'cloudflare:workers';

import type { FileFacts } from '../../domain/imports/file-reader.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { Env } from '../../env.ts';
import type { ImportTemplate, LawfulBasis } from '../../schema/imports/import-options.ts';
import type { ImportView } from '../../schema/imports/import-view.ts';
import type { ImportsKeeper, NewImport, Started } from './imports-keeper.ts';

/**
 * Imports files of conversions into a source. One per source, so that a long import takes no time from the outbox's own
 * object. It has the rows of open imports, sealed; never the file.
 *
 * These are the public methods; `ImportsKeeper` does the work.
 */
export class Imports extends DurableObject<Env> {
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

  #made: ImportsKeeper | undefined;

  async #keeper(): Promise<ImportsKeeper> {
    const later = await import('../later.ts');
    this.#made ??= new later.ImportsKeeper(this.ctx, this.env);
    return this.#made;
  }
}
