/** The longest row of a file, in characters. It is longer than any row that names one person and one conversion. */
export const MAX_RECORD_CHARS = 65_536;
