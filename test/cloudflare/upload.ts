import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import * as v from 'valibot';

import type { Account, Module, Script, Version } from './account.ts';
import type { AssetSessions } from './assets.ts';
import { checkBindings } from './bindings.ts';
import { exportedNames } from './exported-names.ts';
import { type Reconciliation, reconcile } from './exports.ts';
import { CODE, invalid, Refusal } from './refusal.ts';

/** The largest Worker of the free plan, in bytes of gzip. https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_GZIP_BYTES = 3 * 1024 * 1024;

const MODULE_TYPES = ['application/javascript+module', 'text/plain', 'application/octet-stream', 'application/wasm'];
const SOURCE_MAP = 'application/source-map';

export const CodeUpdateStrategy = v.union([
  v.strictObject({ mode: v.literal('immediate') }),
  v.strictObject({ mode: v.literal('deferred'), max_delay: v.pipe(v.number(), v.maxValue(86_400)) }),
]);

/**
 * The metadata of an upload, member by member; anything else is refused.
 * https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/
 */
const Metadata = v.strictObject({
  main_module: v.string(),
  bindings: v.array(v.unknown()),
  compatibility_date: v.optional(v.pipe(v.string(), v.isoDate())),
  compatibility_flags: v.optional(v.array(v.string())),
  exports: v.optional(v.unknown()),
  code_update_strategy: v.optional(CodeUpdateStrategy),
  keep_bindings: v.optional(v.array(v.picklist(['plain_text', 'json', 'secret_text', 'secret_key']))),
  assets: v.optional(v.unknown()),
  annotations: v.optional(v.record(v.string(), v.string())),
  observability: v.optional(
    v.strictObject({
      enabled: v.optional(v.boolean()),
      head_sampling_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      redact_query_string: v.optional(v.boolean()),
      logs: v.optional(
        v.strictObject({
          enabled: v.optional(v.boolean()),
          invocation_logs: v.optional(v.boolean()),
          head_sampling_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
        }),
      ),
    }),
  ),
  logpush: v.optional(v.boolean()),
});

export type Uploaded = {
  readonly version: Version;
  readonly classes: ReadonlyMap<string, string>;
  readonly changes: Reconciliation;
  /** What the main module exports. */
  readonly inCode: ReadonlySet<string>;
  /** Whether the secrets of the version before stay. */
  readonly keepsSecrets: boolean;
  /** Secrets that came with the upload. */
  readonly secrets: ReadonlyMap<string, string>;
};

/**
 * Reads an upload of a script, and checks everything that can be checked without running it.
 *
 * @throws Refusal
 */
export async function readUpload(
  form: FormData,
  { account, script, sessions }: { account: Account; script: Script; sessions: AssetSessions },
): Promise<Uploaded> {
  const metadata = metadataIn(form.get('metadata'));
  const modules = await modulesIn(form);
  if (!modules.some(({ name }) => name === metadata.main_module))
    throw invalid(`No such module "${metadata.main_module}", which is named as the main one`);
  checkSize(modules);
  const before = script.versions.at(-1);
  const inCode = await exportedNames({ modules, mainModule: metadata.main_module });
  const { classes, changes } = reconcile(metadata.exports, script.classes, inCode);
  const assets = metadata.assets === undefined ? undefined : sessions.attached(account, script.name, metadata.assets);
  const bindings = checkBindings(metadata.bindings, { account, script, provisioned: classes });
  if (bindings.some(({ type }) => type === 'assets') && assets === undefined)
    throw invalid('An assets binding needs assets');
  return {
    classes,
    changes,
    inCode,
    keepsSecrets: metadata.keep_bindings?.includes('secret_text') ?? false,
    secrets: new Map(bindings.flatMap((one) => (one.type === 'secret_text' ? [[one.name, one.text] as const] : []))),
    version: {
      id: randomUUID(),
      mainModule: metadata.main_module,
      modules,
      bindings: bindings.filter(({ type }) => type !== 'secret_text'),
      compatibilityDate: dateOf(metadata.compatibility_date, before),
      compatibilityFlags: metadata.compatibility_flags ?? [],
      assets,
      observability: metadata.observability,
      classes,
    },
  };
}

function metadataIn(part: FormDataEntryValue | null): v.InferOutput<typeof Metadata> {
  if (typeof part !== 'string') throw invalid('The upload has no metadata');
  const result = v.safeParse(Metadata, JSON.parse(part));
  if (!result.success) throw invalid(`Invalid metadata: ${v.summarize(result.issues)}`);
  return result.output;
}

async function modulesIn(form: FormData): Promise<Module[]> {
  const modules: Module[] = [];
  for (const [name, part] of form) {
    if (name === 'metadata') continue;
    if (typeof part === 'string') throw invalid(`Module "${name}" is not a file`);
    const type = part.type.split(';', 1)[0] ?? '';
    if (type === SOURCE_MAP) continue;
    if (!MODULE_TYPES.includes(type)) throw invalid(`Module "${name}" has the unknown type "${type}"`);
    modules.push({ name, type, content: new Uint8Array(await part.arrayBuffer()) });
  }
  return modules;
}

function checkSize(modules: readonly Module[]): void {
  const bytes = modules.reduce((sum, { content }) => sum + gzipSync(content).length, 0);
  if (bytes > MAX_GZIP_BYTES)
    throw new Refusal(
      413,
      CODE.tooLarge,
      `Your Worker exceeded the size limit of ${MAX_GZIP_BYTES} bytes: it has ${bytes}`,
    );
}

function dateOf(date: string | undefined, before: Version | undefined): string {
  const used = date ?? before?.compatibilityDate ?? '2021-11-02';
  if (used > new Date().toISOString().slice(0, 10))
    throw invalid(`Can't set compatibility date in the future: ${used}`);
  return used;
}
