import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { snippet, stub } from '../client/tag/snippet.ts';

export interface DemoPages {
  /** Path under the client's folder → HTML. */
  readonly files: ReadonlyMap<string, string>;
  /** For the pages' Content-Security-Policy: the stub is their only inline script. */
  readonly inlineScriptHashes: readonly string[];
}

/**
 * Puts each page of the demo into its layout, with the snippet that a customer would paste.
 *
 * `pages/home.html` becomes `demo.html`, the others `demo/<name>.html`: Cloudflare serves both without the extension.
 * All addresses are relative, so that the shop also works under a prefix such as `/_df/demo`.
 */
export async function demoPages(folder: string): Promise<DemoPages> {
  const layout = await readFile(join(folder, 'layout.html'), 'utf8');
  const names = (await readdir(join(folder, 'pages'))).filter((name) => name.endsWith('.html'));
  const files = await Promise.all(
    names.map(async (name) => {
      const isHome = name === 'home.html';
      const root = isHome ? './' : '../';
      const page = await readFile(join(folder, 'pages', name), 'utf8');
      const title = /<title>(.*?)<\/title>\s*/.exec(page);
      if (title?.[1] === undefined) throw new Error(`Cannot build the demo: ${name} has no <title> in its first line`);
      const parts: Record<string, string> = {
        root,
        title: title[1],
        snippet: snippet({ src: `${root}df.js`, writeKey: 'wk_demo' }),
        main: page.replace(title[0], '').replaceAll('{{root}}', root),
      };
      const html = layout.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, part: string) => parts[part] ?? placeholder);
      return [isHome ? 'demo.html' : `demo/${name}`, html] as const;
    }),
  );
  return {
    files: new Map(files),
    inlineScriptHashes: [`'sha256-${createHash('sha256').update(stub('_df')).digest('base64')}'`],
  };
}
