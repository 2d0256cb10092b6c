import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';

import type { Assets, Module, Script, Version } from './account.ts';
import type { Binding } from './binding.ts';

/** A deployed script in workerd, with exactly what was uploaded: modules, bindings, static files, secrets, dates. */
export type Instance = {
  answer(request: Request): Promise<Response>;
  /** Runs its cron triggers once. */
  runCron(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Runs a version of a script.
 *
 * @param folder Where its KV and its objects are kept from one deploy to the next.
 * @throws with workerd's own words if the script can't start, as an upload to Cloudflare would.
 */
export async function runVersion(
  script: Script,
  version: Version,
  { folder, secrets }: { folder: string; secrets: ReadonlyMap<string, string> },
): Promise<Instance> {
  const complaints: string[] = [];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      port: 0,
      host: '127.0.0.1',
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.WARN),
      handleStructuredLogs: ({ message }: { message: string }) => void complaints.push(message),
      resourcePersistencePath: join(folder, 'state'),
      workers: [
        {
          name: script.name,
          modules: mainFirst(version).map(asModule),
          compatibilityDate: version.compatibilityDate,
          compatibilityFlags: [...version.compatibilityFlags],
          ...optionsOf(version.bindings, secrets),
          ...(version.assets !== undefined && {
            assets: {
              directory: await written(version.assets, join(folder, version.id)),
              binding: version.bindings.find(({ type }) => type === 'assets')?.name ?? 'ASSETS',
              ...routing(version.assets, version),
            },
          }),
        },
      ],
    }),
  );
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw new Error(complaints.join('\n') || (error instanceof Error ? error.message : String(error)), {
      cause: error,
    });
  }
  return {
    async answer({ url, method, headers, body }) {
      const reply = await miniflare.dispatchFetch(url, {
        method,
        headers: [...headers],
        redirect: 'manual',
        ...(body !== null && { body: new Uint8Array(await new Response(body).arrayBuffer()) }),
      });
      const isEmpty = [101, 204, 205, 304].includes(reply.status);
      return new Response(isEmpty ? null : await reply.arrayBuffer(), {
        status: reply.status,
        headers: [...reply.headers],
      });
    },
    runCron: async () => {
      const worker = await miniflare.getWorker();
      await worker.scheduled();
    },
    stop: () => miniflare.dispose(),
  };
}

/** Deletes the data of a class of objects, which no running version has. */
export async function deleteData(script: Script, className: string, folder: string): Promise<void> {
  const objects = join(folder, 'state/do');
  for (const name of await readdir(objects).catch(() => []))
    if (name === `${script.name}-${className}`) await rm(join(objects, name), { recursive: true });
}

function mainFirst({ modules, mainModule }: Version): Module[] {
  return modules.toSorted((one, other) => Number(other.name === mainModule) - Number(one.name === mainModule));
}

function asModule({ name, type, content }: Module) {
  const kinds = {
    'text/plain': 'Text',
    'application/octet-stream': 'Data',
    'application/wasm': 'CompiledWasm',
  } as const;
  const kind = Object.entries(kinds).find(([one]) => one === type)?.[1] ?? ('ESModule' as const);
  return { type: kind, path: name, contents: content };
}

function optionsOf(bindings: readonly Binding[], secrets: ReadonlyMap<string, string>) {
  const named = <const Type extends Binding['type'], Value>(
    type: Type,
    value: (binding: Extract<Binding, { type: Type }>) => Value,
  ): Record<string, Value> =>
    Object.fromEntries(
      bindings
        .filter((one): one is Extract<Binding, { type: Type }> => one.type === type)
        .map((one) => [one.name, value(one)]),
    );
  return {
    bindings: {
      ...named('plain_text', ({ text }) => text),
      ...named('json', ({ json }) => json),
      ...Object.fromEntries(secrets),
    },
    kvNamespaces: named('kv_namespace', ({ namespace_id }) => ({ id: namespace_id })),
    durableObjects: named('durable_object_namespace', ({ class_name }) => ({
      className: class_name,
      useSQLite: true,
    })),
    ratelimits: named('ratelimit', ({ simple, namespace_id }) => ({ simple, namespace_id })),
  };
}

/** Writes the static files into a folder that workerd can serve. */
async function written({ files, config }: Assets, folder: string): Promise<string> {
  const texts = new Map<string, Uint8Array>(files);
  for (const name of ['_headers', '_redirects'] as const)
    if (config[name] !== undefined) texts.set(`/${name}`, Buffer.from(config[name]));
  for (const [path, content] of texts) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function routing({ config }: Assets, { compatibilityDate, compatibilityFlags }: Version) {
  const { run_worker_first: first, html_handling, not_found_handling } = config;
  const rules = Array.isArray(first) ? first : [];
  return {
    routerConfig: {
      has_user_worker: true,
      ...(first === true && { invoke_user_worker_ahead_of_assets: true }),
      ...(rules.length > 0 && {
        static_routing: {
          user_worker: rules.filter((one) => !one.startsWith('!')),
          asset_worker: rules.filter((one) => one.startsWith('!')).map((one) => one.slice(1)),
        },
      }),
    },
    assetConfig: {
      ...(html_handling !== undefined && { html_handling: html_handling }),
      ...(not_found_handling !== undefined && { not_found_handling: not_found_handling }),
      compatibility_date: compatibilityDate,
      compatibility_flags: [...compatibilityFlags],
    },
  };
}
