import * as v from 'valibot';

import { CODE, invalid, Refusal } from './refusal.ts';

const storage = v.picklist(['sqlite', 'legacy-kv']);
const type = v.literal('durable-object');

/** As wrangler's own `config-schema.json` has them, without transfers between Workers. */
const Export = v.union([
  v.strictObject({ type, state: v.optional(v.literal('created')), storage }),
  v.strictObject({ type, state: v.literal('deleted') }),
  v.strictObject({ type, state: v.literal('renamed'), renamed_to: v.string() }),
]);

const Exports = v.record(v.string(), Export);

/** wrangler prints this. */
export type Reconciliation = {
  created: string[];
  updated: string[];
  deleted: string[];
  renamed: { from: string; to: string }[];
  transferred: never[];
  transfer_pending: never[];
  warnings: never[];
  info: never[];
  removable_entries: string[];
};

/**
 * Compares the classes of objects that an upload declares with those that exist. A class with data never disappears
 * silently, and never changes its storage. The scenarios have Cloudflare's names, from "Error reference" in
 * https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ (read 2026-11-30).
 *
 * @param existing The storage of each class that has been provisioned.
 * @param inCode What the main module exports.
 * @returns The classes after the upload, and what changes.
 * @throws Refusal
 */
export function reconcile(
  declared: unknown,
  existing: ReadonlyMap<string, string>,
  inCode: ReadonlySet<string>,
): { classes: Map<string, string>; changes: Reconciliation } {
  const parsed = v.safeParse(Exports, declared ?? {});
  if (!parsed.success) throw invalid(`Invalid exports: ${v.summarize(parsed.issues)}`);
  const changes: Reconciliation = {
    created: [],
    updated: [],
    deleted: [],
    renamed: [],
    transferred: [],
    transfer_pending: [],
    warnings: [],
    info: [],
    removable_entries: [],
  };
  const classes = new Map(existing);
  const entries = Object.entries(parsed.output);
  const names = new Set(entries.map(([name]) => name));
  const orphans = [...existing.keys()].filter((name) => !names.has(name));
  if (orphans.length > 0)
    throw refused(
      orphans.map((name) => ({
        class: name,
        scenario: inCode.has(name) ? 'provisioned_class_missing_from_config' : 'orphaned_provisioned_namespace',
        message: `A namespace exists for '${name}' but no \`exports\` entry declares it.`,
        suggestion: `add an \`exports\` entry for '${name}', or add a \`deleted\` tombstone to remove the namespace.`,
      })),
    );
  for (const [name, one] of entries) {
    if (one.state === 'deleted' || one.state === 'renamed') {
      const kept = classes.get(name);
      if (one.state === 'deleted' && inCode.has(name))
        throw refused([
          {
            class: name,
            scenario: 'tombstone_delete_class_still_in_code',
            message: `A \`deleted\` tombstone names '${name}', which the code still exports.`,
            suggestion: 'remove the class from your code first, then deploy the tombstone.',
          },
        ]);
      if (kept === undefined) changes.removable_entries.push(name);
      classes.delete(name);
      if (one.state === 'deleted' && kept !== undefined) changes.deleted.push(name);
      if (one.state === 'renamed' && kept !== undefined) {
        classes.set(one.renamed_to, kept);
        changes.renamed.push({ from: name, to: one.renamed_to });
      }
      continue;
    }
    const kept = existing.get(name);
    if (kept !== undefined && kept !== one.storage)
      throw refused([
        { class: name, scenario: 'storage_type_mismatch', message: `'${name}' has its data in ${kept}.` },
      ]);
    if (kept === undefined && !changes.renamed.some(({ to }) => to === name)) changes.created.push(name);
    classes.set(name, one.storage);
  }
  return { classes, changes };
}

type Detail = { class: string; scenario: string; message: string; suggestion?: string };

function refused(details: readonly Detail[]): Refusal {
  return new Refusal(400, CODE.exportsReconciliation, 'Durable Object exports reconciliation failed', { details });
}
