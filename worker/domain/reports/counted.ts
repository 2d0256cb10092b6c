/** Returns a number with the right form of the words after it, such as `1 conversion is` or `2 conversions are`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
