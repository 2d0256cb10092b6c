import { posix } from 'node:path';

import { build } from 'esbuild';

import type { Module } from './account.ts';

/**
 * Lists what the main module exports, also from other modules. workerd itself accepts a class that is missing. Code that
 * can't be parsed exports nothing; workerd says why.
 */
export async function exportedNames({
  modules,
  mainModule,
}: {
  modules: readonly Module[];
  mainModule: string;
}): Promise<ReadonlySet<string>> {
  const contents = new Map(modules.map(({ name, content }) => [name, content]));
  const built = await build({
    // Not a path, which esbuild would look for on the disk.
    entryPoints: [`uploaded:${mainModule}`],
    bundle: true,
    format: 'esm',
    write: false,
    outdir: '/',
    metafile: true,
    logLevel: 'silent',
    plugins: [
      {
        name: 'uploaded',
        setup(bundler) {
          bundler.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
            const name = kind === 'entry-point' ? mainModule : posix.join(posix.dirname(importer), path);
            return contents.has(name) ? { path: name, namespace: 'uploaded' } : { path, external: true };
          });
          bundler.onLoad({ filter: /.*/, namespace: 'uploaded' }, ({ path }) => ({
            contents: contents.get(path) ?? '',
          }));
        },
      },
    ],
  }).catch(() => undefined);
  return new Set(Object.values(built?.metafile.outputs ?? {}).flatMap((output) => output.exports));
}
