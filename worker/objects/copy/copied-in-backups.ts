import type { BackupRecord } from '../../schema/backup.ts';
import type { CopiedObject } from './copied-object.ts';
import type { Unfit } from './paste-tables.ts';

/** The error of a call to an object that is being restored. The caller tries again later. */
export class BeingRestored extends Error {
  override name = 'BeingRestored';
}

/** The operations of every object that a backup contains. A test finds objects that a backup leaves out. */
export type CopiedInBackups = {
  /** Returns the object's records, one JSON text per line. */
  backup(): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  /**
   * Takes one record. Until `finishRestore`, the object answers nothing else.
   *
   * @param owner The object's name in the backup, from its first record.
   */
  restore(record: BackupRecord, owner: string): Promise<Unfit | undefined>;
  finishRestore(): Promise<void>;
  /** Deletes what was restored, because the rest of the backup is missing or unusable. */
  undoRestore(): Promise<void>;
};

/** Loads the code that copies and restores an object, which pages and servers never ask for. */
export async function newCopiedObject(...parts: ConstructorParameters<typeof CopiedObject>): Promise<CopiedObject> {
  const later = await import('../later.ts');
  return new later.CopiedObject(...parts);
}
