/**
 * Returns a name in the form in which the console's lists are searched. Ignored are case, width, spaces, invisible
 * characters, and whether an accent is a character of its own, as macOS writes it.
 */
export function nameForm(name: string): string {
  return (
    name
      .normalize('NFKC')
      .replaceAll(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
      // Only capitals fold `ß`, and `ẞ` must first become `ß`.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
  );
}
