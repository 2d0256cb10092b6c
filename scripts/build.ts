/**
 * Builds the files for browsers, the Worker, the command, and the two modules that other projects import. `npm run build`.
 *
 *   dist/client/    the tag and the console; Cloudflare serves it before the Worker
 *   dist/local/     the same with the demo shop: with `--demo`, and for the local run
 *   dist/tag/       `directflight/tag`: the tag as an ES module, with types
 *   dist/sandbox/   `directflight/sandbox`: LinkedIn's stand-in, for users' own tests
 *   dist/cli/       the command `directflight`
 *   dist/deploy/    the Worker's modules; wrangler uploads everything in it
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { unstable_readConfig } from 'wrangler';

import { OWN_SETTINGS } from '../cli/setup/own-settings.ts';
import { bundleWorker } from './build-worker.ts';
import { demoPages } from './demo-pages.ts';
import { giveUp } from './give-up.ts';
import { helpIfAsked } from './help.ts';
import { staticHeaders } from './static-headers.ts';
import { writeAtomically } from './write-atomically.ts';

const at = (...path: string[]) => join(import.meta.dirname, '..', ...path);

interface ClientBuild {
  /**
   * Default: `dist/client` for the deployment, or `dist/local` with the demo, so that the builds don't overwrite each
   * other.
   */
  readonly outDir?: string;
  /** Includes the demo shop, which is for the local run and tests, never for a deployment. */
  readonly demo: boolean;
  /** The Worker's BASE_PATH, such as `/_df`: the files are also made under it. */
  readonly basePath?: string;
}

/** The Worker answers these itself, for the visitor's region. Under the base path they must not be files. */
const FROM_WORKER: ReadonlySet<string> = new Set(['df.js', 'df-core.js']);

type Files = ReadonlyMap<string, string | Uint8Array>;

/**
 * Builds the folder that Cloudflare serves, and deletes other files from it.
 *
 * @returns Each file by its path in that folder.
 */
export async function buildClient({
  demo,
  outDir = at(demo ? 'dist/local' : 'dist/client'),
  basePath = '',
}: ClientBuild): Promise<Files> {
  const [tag, console, shop] = await Promise.all([tagFiles(), consoleFiles(), demo ? demoFiles() : none]);
  const all = [...tag, ...console, ...shop.files];
  const prefix = basePath.replaceAll(/^\/+|\/+$/g, '');
  // A file costs nothing. Where there is none, the Worker is called, which is charged.
  const below = prefix === '' ? [] : all.filter(([path]) => !FROM_WORKER.has(path));
  const files: Files = new Map<string, string | Uint8Array>([
    ...all,
    ...below.map(([path, content]) => [`${prefix}/${path}`, content] as const),
    ['_headers', staticHeaders(shop.inlineScriptHashes, prefix)],
  ]);
  await replaceFolder(outDir, files);
  return files;
}

const none = { files: new Map<string, string | Uint8Array>(), inlineScriptHashes: [] };

/**
 * Builds the modules that wrangler uploads, and deletes other files from their folder.
 *
 * @returns Each file by its name.
 */
export async function buildWorker(): Promise<Files> {
  const modules = await bundleWorker({ minify: true, sourcemap: true });
  await replaceFolder(at('dist/deploy/worker'), modules);
  return modules;
}

async function tagFiles(): Promise<Files> {
  const options: BuildOptions = { ...forBrowsers, format: 'iife', legalComments: 'none', plugins: [leanCookieJar] };
  const [script, core, consent, debug, forms, attach, forTagManager] = await Promise.all([
    smallest(at('client/tag/script.ts'), options),
    smallest(at('client/tag/script.ts'), { ...options, plugins: [withoutCookies] }),
    smallest(at('client/tag/consent/script.ts'), options),
    bundle(at('client/tag/debug.ts'), { ...options, format: 'esm' }),
    bundle(at('client/tag/forms/forms.ts'), options),
    bundle(at('client/tag/forms/attach.ts'), options),
    bundle(at('client/gtm/loader.ts'), options),
  ]);
  const immutable = `df/${await version()}`;
  return new Map<string, string | Uint8Array>([
    ['df.js', script],
    [`${immutable}.js`, script],
    ['df-core.js', core],
    ['df-consent.js', consent],
    [`${immutable}/df-consent.js`, consent],
    ['df-debug.js', debug],
    ['df-forms.js', forms],
    ['df-attach.js', attach],
    ['df-gtm.js', forTagManager],
  ]);
}

/** The script is split: pages that most visits don't need, and the library of the charts, are loaded when they are shown. */
async function consoleFiles(): Promise<Files> {
  const [page, style, { outputFiles, metafile }] = await Promise.all([
    readFile(at('client/console/index.html'), 'utf8'),
    bundle(at('client/console/console.css'), {}),
    build({
      ...forBrowsers,
      target: 'es2022',
      format: 'esm',
      splitting: true,
      entryPoints: [at('client/console/app/console.ts')],
      outdir: 'console',
      chunkNames: '[name]-[hash]',
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      logLevel: 'error',
    }),
  ]);
  const scripts = outputFiles.map(({ path, contents }) => [`console/${basename(path)}`, contents] as const);
  // Without these links, the browser would learn only from the first script what else it needs.
  const preloads = neededAtOnce(metafile).map((name) => `    <link rel="modulepreload" href="./console/${name}" />\n`);
  return new Map<string, string | Uint8Array>([
    ['console.html', page.replace('  </head>', `${preloads.join('')}  </head>`)],
    ['console/console.css', style],
    ...scripts,
  ]);
}

/** Returns the parts that the console's first script imports, directly or not. */
function neededAtOnce({ outputs }: Metafile): string[] {
  const [first] = Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint?.endsWith('app/console.ts') === true ? [path] : [],
  );
  const needed = new Set<string>();
  const add = (path: string): void => {
    for (const { path: part, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !needed.has(part)) {
        needed.add(part);
        add(part);
      }
  };
  if (first !== undefined) add(first);
  return [...needed].map((path) => basename(path)).toSorted();
}

async function demoFiles() {
  if (!existsSync(at('client/demo/layout.html'))) return none;
  const [pages, script, style] = await Promise.all([
    demoPages(at('client/demo')),
    bundle(at('client/demo/demo.ts'), { ...forBrowsers, format: 'iife' }),
    bundle(at('client/demo/demo.css'), {}),
  ]);
  const files = new Map<string, string | Uint8Array>(pages.files);
  return { ...pages, files: files.set('demo/demo.js', script).set('demo/demo.css', style) };
}

async function buildModules(): Promise<void> {
  const tag = await bundle(at('client/tag/tag.ts'), { ...forBrowsers, format: 'esm' });
  const tagTypes = await checkedTypes({ project: 'client', folder: 'tag' });
  const global = await readFile(at('client/global.d.ts'), 'utf8');
  await replaceFolder(
    at('dist/tag'),
    tagTypes.set('tag.js', tag).set('global.d.ts', global.replace("'./tag/types.ts'", "'./types.ts'")),
  );

  const command = await bundle(at('cli/directflight.ts'), {
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: false,
    // jsonc-parser's other form can't be bundled.
    mainFields: ['module', 'main'],
  });
  await replaceFolder(at('dist/cli'), new Map([['directflight.js', command]]));

  const sandbox = at('test/sandbox/start.ts');
  if (!existsSync(sandbox)) return;
  const server = await bundle(sandbox, { format: 'esm', platform: 'node', target: 'node20', minify: false });
  const sandboxTypes = await checkedTypes({ project: 'test/sandbox', folder: '.' });
  await replaceFolder(at('dist/sandbox'), sandboxTypes.set('start.js', server));
}

/** Publishes the declarations that the type check made, so that the published types are the checked ones. */
async function checkedTypes({ project, folder }: { project: string; folder: string }) {
  await promisify(execFile)(process.execPath, [at('node_modules/typescript/bin/tsc'), '-b', at(project)]);
  const made = at('.cache/types', project.replace('test/', ''), folder);
  const sources = (await readdir(at(project, folder), { recursive: true })).filter((path) => path.endsWith('.ts'));
  const declarations = sources.map((path) => path.replace(/\.ts$/, '.d.ts'));
  return new Map<string, string | Uint8Array>(
    await Promise.all(declarations.map(async (path) => [path, await readFile(join(made, path))] as const)),
  );
}

async function replaceFolder(outDir: string, files: Files): Promise<void> {
  await Promise.all([...files].map(async ([path, content]) => writeAtomically(outDir, path, content)));
  await removeAllBut(files, outDir);
}

const TARGET = 'es2020';

/** Without our tsconfig.json, whose `strict` would add "use strict" to each page. */
const forBrowsers: BuildOptions = { platform: 'browser', target: TARGET, legalComments: 'inline', tsconfigRaw: {} };

/** js-cookie is one object, which can't be tree-shaken. `lean-cookie-jar.ts` has the parts that the tag uses. */
const leanCookieJar: Plugin = {
  name: 'lean-cookie-jar',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/cookie-jar\.ts$/ }, () => ({ path: at('client/tag/lean-cookie-jar.ts') }));
  },
};

/** For `df-core.js`. */
const withoutCookies: Plugin = {
  name: 'without-cookies',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/cookies\.ts$/ }, () => ({ path: at('client/tag/no-cookies.ts') }));
  },
};

async function bundle(entryPoint: string, options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await build({
    minify: true,
    ...options,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`Cannot bundle ${entryPoint}: esbuild gave no file`);
  return file.contents;
}

/**
 * Bundles the code that every page view loads. terser renames and folds it, to 4 % less than esbuild does
 * (docs/decisions/0022-size-of-the-tag.md).
 */
async function smallest(entryPoint: string, options: BuildOptions): Promise<string> {
  const script = await bundle(entryPoint, { ...options, minify: false, minifySyntax: true });
  const { code } = await minify(Buffer.from(script).toString(), {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 2 },
  });
  if (code === undefined) throw new Error(`Cannot minify ${entryPoint}: terser gave nothing`);
  return code;
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(at('package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest))
    throw new Error('Cannot read the version: package.json has none');
  return String(manifest.version);
}

async function removeAllBut(files: Files, outDir: string): Promise<void> {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(outDir, join(entry.parentPath, entry.name)));
  await Promise.all(
    paths.filter((path) => !files.has(path)).map(async (path) => rm(join(outDir, path), { force: true })),
  );
}

function sizeTable(files: Files): string {
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(24) : String(cell).padStart(8))).join('');
  const scripts = [...files]
    .filter(([path]) => path !== '_headers' && !path.endsWith('.map'))
    .toSorted(([a], [b]) => a.localeCompare(b));
  return [
    row(['bytes', 'min', 'gzip', 'brotli']),
    ...scripts.map(([path, content]) =>
      row([
        path,
        Buffer.byteLength(content),
        gzipSync(content, { level: 9 }).length,
        brotliCompressSync(content).length,
      ]),
    ),
  ].join('\n');
}

if (import.meta.main) {
  helpIfAsked(`Builds the tag, the console, the Worker and the published modules into dist/, and prints their sizes.

  npm run build
  npm run build -- --demo   also builds the demo shop`);
  const { WRANGLER_COMMAND: command, DIRECTFLIGHT_SETTINGS: settings, BASE_PATH: basePath } = process.env;
  if (command === 'deploy' && settings === undefined && existsSync(at(OWN_SETTINGS)))
    giveUp(`this deploy would leave ${OWN_SETTINGS} out. Use \`npm run deploy\`, not wrangler itself`);
  const { vars } = unstable_readConfig({ config: settings?.endsWith('.json') ? settings : at('wrangler.toml') });
  const files = await buildClient({
    demo: process.argv.includes('--demo'),
    basePath: basePath ?? String(vars['BASE_PATH'] ?? ''),
  });
  // A deploy needs no package.
  if (command === undefined) await buildModules();
  const modules = await buildWorker();
  process.stdout.write(`${sizeTable(files)}\n\n${sizeTable(modules)}\n`);
}
