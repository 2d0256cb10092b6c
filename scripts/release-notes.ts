/**
 * Returns what a changelog says about a version.
 *
 * @returns Undefined if there is no section with the version and a date.
 *
 * @example
 * notesOf('0.2.0', '# Changelog\n\n## 0.2.0 (2026-11-29)\n\n- A line.\n') // '- A line.'
 */
export function notesOf(version: string, changelog: string): string | undefined {
  const heading = new RegExp(`^## ${RegExp.escape(version)} \\(\\d{4}-\\d{2}-\\d{2}\\)$`, 'm');
  const [, after] = changelog.split(heading);
  return after?.split(/^## /m, 1)[0]?.trim();
}
