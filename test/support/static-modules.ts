import { posix } from 'node:path';

/**
 * Returns the names of the modules that run before the main one: its imports, and their imports. The other modules are
 * loaded with `import()`, when something first needs them.
 */
export function staticModules(modules: ReadonlyMap<string, Uint8Array>, main: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const content = modules.get(name);
    if (content === undefined || found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of new TextDecoder().decode(content).matchAll(STATIC_IMPORT))
      visit(posix.join(posix.dirname(name), imported));
  };
  visit(main);
  return found;
}

/** As esbuild writes them: `import{a as b}from"./chunk.js"`, `import"./chunk.js"`. */
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["'](\.\/[\w./-]+)["']/g;
