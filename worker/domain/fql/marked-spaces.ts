/** Returns a text with marks for the spaces at its ends, which would otherwise make two texts look the same. */
export function markedSpaces(text: string): string {
  return text.replaceAll(/^\s+|\s+$/g, (spaces) => '␣'.repeat(Array.from(spaces).length));
}
