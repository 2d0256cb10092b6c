/** Six digits or more, and still a number that fits LinkedIn's int64. */
export const isLongId = (id: string): boolean => /^[1-9]\d{5,17}$/.test(id);
