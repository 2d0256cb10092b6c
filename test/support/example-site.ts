import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import type { Page } from 'playwright-core';

import { launchChromium } from './browser.ts';
import { makeCertificate } from './certificate.ts';
import { startRecordingCollector, type RecordedEvent } from './recording-collector.ts';

const root = join(import.meta.dirname, '../..');

export interface ExampleSite {
  /** Opens an address. A path in `files` gets that content, for the page and everything it loads. */
  open(url: string, files: Readonly<Record<string, string>>): Promise<Page>;
  /** The received events, in order. */
  events(): RecordedEvent[];
  /** Exceptions, console messages, and requests without an answer. */
  readonly complaints: string[];
  clear(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Shows examples in a real browser under their own addresses, such as `https://www.example.com`, so that a test runs
 * their text unchanged. Every host under `example.com` has the same recording collector at `/_df`, and there are no
 * other hosts.
 *
 * The browser reaches it over the network. Playwright's interception would lose what the tag sends as the page is left:
 * `route.fetch` is cancelled when the page navigates.
 */
export async function openExampleSite(): Promise<ExampleSite> {
  const collector = await startRecordingCollector(makeCertificate());
  const browser = await launchChromium([
    `--host-resolver-rules=MAP *.example.com 127.0.0.1:${collector.port}, MAP * ~NOTFOUND`,
  ]);
  const complaints: string[] = [];

  return {
    complaints,
    async open(url, files) {
      for (const [pathname, content] of Object.entries(files)) collector.pages.set(pathname, content);
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        const isThere = collector.pages.has(pathname) || pathname.startsWith('/_df/');
        if (!isThere) complaints.push(`Nothing is at ${response.url()}`);
      });
      await page.goto(url);
      return page;
    },
    events: () => collector.events(),
    async clear() {
      await Promise.all(browser.contexts().map(async (context) => context.close()));
      collector.clear();
      complaints.length = 0;
    },
    async close() {
      await browser.close();
      await collector.close();
    },
  };
}

/** Reads a file of the project, for example `examples/plain-html/index.html`. */
export const textOf = async (path: string): Promise<string> => readFile(join(root, path), 'utf8');

interface Bundle {
  /** Replacements for module names, because examples import what an app has from npm. */
  readonly alias?: Readonly<Record<string, string>>;
}

/** Bundles an example as its app's own tools would. */
export async function bundled(entryPoint: string, { alias = {} }: Bundle = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entryPoint)],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    alias: { 'directflight/tag': join(root, 'client/tag/tag.ts'), ...alias },
  });
  return outputFiles.map(({ text }) => text).join('');
}
