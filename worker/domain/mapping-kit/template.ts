/** A part of a template: text, or the path between two or three braces. */
export type TemplatePart = { kind: 'text'; text: string } | { kind: 'path'; path: string };

const BRACES = /\{\{\{([^{}]+)\}\}\}|\{\{([^{}]+)\}\}/g;

/**
 * Splits `{{properties.plan}} {{traits.email}}` into its parts. Two and three braces mean the same. Nothing is escaped,
 * because the result is not HTML.
 */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const match of template.matchAll(BRACES)) {
    parts.push({ kind: 'text', text: template.slice(at, match.index) });
    parts.push({ kind: 'path', path: (match[1] ?? match[2] ?? '').trim() });
    at = match.index + match[0].length;
  }
  parts.push({ kind: 'text', text: template.slice(at) });
  return parts.filter((part) => part.kind === 'path' || part.text !== '');
}
