/**
 * The lines of an export: everything about a source that a person may read, in the shapes of the management API. The
 * first has the kind `export`, the last one `end`, or `more` if another request has to go on.
 */

/** The version of the format. */
export const EXPORT_FORMAT = 1;

export const EXPORT_KINDS = [
  'export',
  'source',
  'integration',
  'hook',
  'import',
  'import_report',
  'ledger',
  'rule_ledger',
  'consent',
  'lint',
  'refusals',
  'incident',
  'audit',
  'event',
  'more',
  'end',
] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** A line: its number within one answer, its kind, and what it is about. */
export type ExportLine = { n: number; kind: ExportKind; data: unknown };
