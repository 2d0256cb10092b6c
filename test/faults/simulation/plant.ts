import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { PlantedBug } from './planted-bugs.ts';

/**
 * Puts a bug into the product's code while the code is loaded. Nothing on disk changes.
 *
 * @returns Whether the bug is in the loaded code. Code that was loaded before this call doesn't have it.
 */
export function plant(bug: PlantedBug): () => boolean {
  let isPlanted = false;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/worker/${bug.file}`)) return loaded;
      isPlanted = true;
      return { ...loaded, source: withBug(readFileSync(fileURLToPath(url), 'utf8'), bug) };
    },
  });
  return () => isPlanted;
}

/** Returns a file's text with the bug in it. */
export function withBug(source: string, { name, file, find, replace }: PlantedBug): string {
  const pattern = placeOf({ find });
  if (!pattern.test(source)) throw new Error(`Cannot plant "${name}": ${file} does not hold what it changes`);
  return source.replace(pattern, () => replace);
}

/** Finds the code that a bug changes. Formatting may have split a line that is one line in the bug. */
export function placeOf({ find }: Pick<PlantedBug, 'find'>): RegExp {
  return new RegExp(
    find
      .split(/\s+/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(String.raw`\s+`),
  );
}
