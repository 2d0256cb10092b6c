import type { ColumnName } from './column-name.ts';

/** The columns of a file while their fields are decided. */
export type FileView = {
  names: readonly ColumnName[];
  /** Whether no field has the column, and its name says nothing about consent. */
  isFree: (place: number) => boolean;
  /** Whether most of the column's cells in the sample look like this. A few wrong ones don't change its meaning. */
  isMostly: (place: number, looksRight: (cell: string) => boolean) => boolean;
};

/** The columns that may have a field, in three groups. */
export type FoundColumns = {
  /** The names say that they have it. The best one comes first. */
  sure: readonly number[];
  /** The only column that may have it, although its name doesn't say so. */
  only?: number | undefined;
  /** They may have it, but nobody can know without asking. */
  open: readonly number[];
};

/** Returns the free columns. */
export function freePlaces({ names, isFree }: FileView): number[] {
  return names.flatMap((_, at) => (isFree(at) ? [at] : []));
}

/** Returns whether a name has no meaning, as `A` or `Column 3`. Only then the contents decide. */
export function saysNothing(name: ColumnName | undefined): boolean {
  return /^(?:\w?|(?:col|column|field|spalte|feld|colonne|champ|columna|campo|unnamed)[ \d]*)$/.test(name?.words ?? '');
}
