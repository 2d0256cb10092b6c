#!/usr/bin/env node
/**
 * The command `directflight`, as npm links it. In a clone it runs the source, so it needs no build and is never older
 * than the clone. In the package it runs the build.
 *
 * It isn't a file of the build: in a clone, `npx` links the command once. If there was no build yet, the link would be
 * missing from then on, and every `npx directflight` would say "not found".
 *
 * JavaScript, and no imports of packages, so that any Node can say what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const SOURCE = at('directflight.ts');
/** Runs TypeScript. `npm ci` installs one on Linux. */
const NODE_OF_A_CLONE = 24;

if (!existsSync(SOURCE)) await runPackage();
else if (!existsSync(at('../node_modules'))) refuse(`Run \`npm ci\` in ${at('..')} first.`);
else await runClone();

async function runPackage() {
  const built = new URL('../dist/cli/directflight.js', import.meta.url);
  if (existsSync(built)) await import(built.href);
  else
    refuse('This package was packed without its build. In a clone, use `npm ci && npm pack --ignore-scripts=false`.');
}

async function runClone() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_OF_A_CLONE) return import('./directflight.ts');
  const node = at('../node_modules/.bin/node');
  if (!existsSync(node))
    return refuse(`A clone of Directflight needs Node ${NODE_OF_A_CLONE}. This is ${process.version}.`);
  const { status } = spawnSync(node, [SOURCE, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Null: ended by a signal.
  process.exitCode = status ?? 1;
}

function refuse(why) {
  console.error(why);
  process.exitCode = 2;
}
