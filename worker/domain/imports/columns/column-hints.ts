/** What the names of columns say about their cells. */
export type ColumnHints = {
  /** Columns for `opt_out` that say who may be contacted, so a no refuses and a yes says nothing. */
  permissions?: readonly number[];
};
