import type { ImportField, SeveralColumns } from '../../../worker/schema/imports/import-field.ts';
import type { FileColumn } from '../../../worker/schema/imports/import-view.ts';

/** Each field's column that a person chose, by its position from 0, or several; null for a field without a column. */
export type Chosen = Partial<Record<ImportField, number | number[] | null>>;

/** What the columns of a file are read as, and what a person has chosen differently. */
export class ColumnChoice {
  #chosen: Chosen;
  /** The columns of each field. Of several, the first that isn't empty counts. */
  #places = new Map<ImportField, number[]>();

  /** @param chosen What was chosen earlier, for a file with the same columns. */
  constructor(chosen: Chosen = {}) {
    this.#chosen = chosen;
  }

  get chosen(): Chosen {
    return this.#chosen;
  }

  get isEmpty(): boolean {
    return Object.keys(this.#chosen).length === 0;
  }

  /** Takes what the columns are read as. @param names The name of each field's own column. */
  read(columns: readonly FileColumn[], names: Readonly<Record<string, string>>): void {
    this.#places = new Map();
    for (const [place, { field, column }] of columns.entries()) {
      if (field === null) continue;
      const chosen = this.#chosen[field];
      const others = this.#places.get(field) ?? [];
      const isFirst = Array.isArray(chosen) ? chosen[0] === place : names[field] === column;
      this.#places.set(field, isFirst ? [place, ...others] : [...others, place]);
    }
  }

  /** Returns the field of a column. */
  fieldOf(place: number): ImportField | undefined {
    for (const [field, places] of this.#places) if (places.includes(place)) return field;
    return undefined;
  }

  /** Returns the columns of a field, its own one first. */
  placesOf(field: ImportField): readonly number[] {
    return this.#places.get(field) ?? [];
  }

  /** Gives a column another field, or none. A field that only one column can have leaves its earlier column. */
  choose(place: number, field: ImportField | undefined): void {
    const before = this.fieldOf(place);
    if (before === field) return;
    if (before !== undefined)
      this.#set(
        before,
        this.placesOf(before).filter((each) => each !== place),
      );
    if (field !== undefined) this.#set(field, mayBeSeveral(field) ? [...this.placesOf(field), place] : [place]);
  }

  #set(field: ImportField, places: number[]): void {
    this.#places.set(field, places);
    const [first = null] = places;
    this.#chosen = { ...this.#chosen, [field]: mayBeSeveral(field) && places.length > 0 ? places : first };
  }
}

/** Returns whether a field says who refuses. */
export function isRefusal(field: ImportField | null | undefined): boolean {
  return field === 'consent' || field === 'opt_out';
}

const SEVERAL: Record<SeveralColumns, true> = {
  email: true,
  click_id: true,
  lead_id: true,
  consent: true,
  opt_out: true,
};

function mayBeSeveral(field: ImportField): boolean {
  return Object.hasOwn(SEVERAL, field);
}
