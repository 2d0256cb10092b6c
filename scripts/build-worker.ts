/**
 * Bundles the Worker as Cloudflare runs it: `index.js`, which answers pages and servers, and modules that are loaded
 * when something first needs them. wrangler can't split code, so it uploads this (docs/decisions/0025).
 */
import { basename, join } from 'node:path';

import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { minify } from 'terser';

import { shortSuffixList } from './short-suffix-list.ts';

const root = join(import.meta.dirname, '..');

/** The source of the main module. */
const ENTRY = 'worker/index.ts';

/** The bits of a filter, in which gzip finds nothing. Between code, they take a fifth more. */
const INCOMPRESSIBLE = 'suffix-bits';

/**
 * @param options What differs between a deploy and the local run.
 * @param entry The source of the main module, for a test that wraps it.
 * @returns The content of each module by its name, the main one first; and the source maps beside them.
 */
export async function bundleWorker(
  options: Pick<BuildOptions, 'minify' | 'sourcemap' | 'plugins' | 'nodePaths'>,
  entry = ENTRY,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    ...options,
    plugins: [...(options.plugins ?? []), shortSuffixList, mainModuleFirst(entry)],
    absWorkingDir: root,
    entryPoints: { index: entry, [INCOMPRESSIBLE]: `worker/domain/site/${INCOMPRESSIBLE}.ts` },
    outdir: 'dist/deploy/worker',
    // A name that no other file has: wrangler.toml's `rules` also apply to what tests import.
    chunkNames: '[name]-[hash].part',
    bundle: true,
    // What several modules need becomes a module too, so nothing is there twice.
    splitting: true,
    format: 'esm',
    // As wrangler bundles.
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['cloudflare:*', 'node:*'],
    legalComments: 'eof',
    // `strict` in our tsconfig.json would add "use strict" to each module.
    tsconfigRaw: {},
    write: false,
    logLevel: 'error',
  });
  const main = (name: string): number => (name.startsWith('index.js') ? 0 : 1);
  const modules = new Map(
    outputFiles
      .map(({ path, contents }) => [basename(path), contents] as const)
      // Only exports again what is in a module with another name.
      .filter(([name]) => !name.startsWith(`${INCOMPRESSIBLE}.js`))
      .toSorted(([one], [other]) => main(one) - main(other)),
  );
  return options.minify === true ? minified(modules) : modules;
}

/** terser folds and renames what esbuild has minified, to 3 % less. It reads and writes the source maps too. */
async function minified(modules: ReadonlyMap<string, Uint8Array>): Promise<ReadonlyMap<string, Uint8Array>> {
  const smaller = new Map(modules);
  for (const [name, contents] of modules) {
    if (!name.endsWith('.js')) continue;
    const url = `${name}.map`;
    const content = modules.get(url);
    const { code, map } = await minify(textOf(contents), {
      module: true,
      ecma: 2020,
      compress: { passes: 2 },
      ...(content !== undefined && {
        sourceMap: { content: textOf(content), filename: name, url, includeSources: true },
      }),
    });
    if (code === undefined) throw new Error(`Cannot minify ${name}: terser gave nothing`);
    smaller.set(name, Buffer.from(code));
    if (typeof map === 'string') smaller.set(url, Buffer.from(map));
  }
  return smaller;
}

function textOf(contents: Uint8Array): string {
  return new TextDecoder().decode(contents);
}

/**
 * Lets each module that is loaded on demand import the main one, which runs already. Otherwise esbuild makes a module of
 * what the main one shares with each combination of the others. A request loads all of these, and gzip starts anew in
 * each.
 */
function mainModuleFirst(entry: string): Plugin {
  const namespace = 'on-demand';
  return {
    name: 'main-module-first',
    setup(bundler) {
      bundler.onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === namespace) return undefined;
        const resolved = await bundler.resolve(path, { kind, importer, resolveDir, pluginData: namespace });
        return resolved.errors.length > 0 ? resolved : { path: resolved.path, namespace };
      });
      bundler.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: `import ${JSON.stringify(join(root, entry))};\nexport * from ${JSON.stringify(path)};`,
        resolveDir: root,
      }));
    },
  };
}
