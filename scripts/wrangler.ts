/**
 * Runs wrangler with wrangler.toml and a user's own settings over it: `npm run deploy`, `npm run wrangler -- …`.
 *
 * wrangler can't extend one configuration by another, so both are merged into dist/wrangler.json, each time anew: a
 * stale one would bring an old release's bindings (docs/decisions/0039-your-own-settings-in-one-file.md).
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { parse } from 'smol-toml';

import { CommandError } from '../cli/instance.ts';
import { merged, readOwnSettings, type Settings } from '../cli/setup/own-settings.ts';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'dist');

/** Writes the configuration that wrangler reads. @returns Its path. */
async function writeConfig(): Promise<string> {
  // wrangler has a parser too, but takes seconds to load.
  const release = parse(await readFile(join(root, 'wrangler.toml'), 'utf8'));
  const own = await readOwnSettings(root);
  const path = join(outDir, 'wrangler.json');
  await mkdir(outDir, { recursive: true });
  await writeFile(path, JSON.stringify(merged(fromOutDir(release), own ?? {}), null, 2));
  return path;
}

/** Paths in a configuration are relative to its folder. */
function fromOutDir(config: Settings): Settings {
  const moved = (path: unknown): string => relative(outDir, join(root, String(path)));
  const { main, base_dir, assets, build } = config;
  const { directory, ...assetSettings } = Object(assets);
  const { command } = Object(build);
  return {
    ...config,
    main: moved(main),
    base_dir: moved(base_dir),
    assets: { ...assetSettings, directory: moved(directory) },
    // It runs in the folder that wrangler was started in.
    build: { command },
  };
}

async function run(args: readonly string[]): Promise<void> {
  const config = await writeConfig();
  const wrangler = spawn(
    process.execPath,
    [join(root, 'node_modules/wrangler/bin/wrangler.js'), ...args, '--config', config],
    // Tells scripts/build.ts that the own settings are part of this deploy, and where they are.
    { cwd: root, stdio: 'inherit', env: { ...process.env, DIRECTFLIGHT_SETTINGS: config } },
  );
  wrangler.once('exit', (code) => (process.exitCode = code ?? 1));
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
