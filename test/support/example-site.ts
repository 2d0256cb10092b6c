import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import type { BrowserContext, Page, Route } from 'playwright-core';

import { launchChromium } from './browser.ts';
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
 * their text unchanged. Every host has the same recording collector at `/_df`.
 */
export async function openExampleSite(): Promise<ExampleSite> {
  const [collector, browser] = await Promise.all([startRecordingCollector(), launchChromium()]);
  const complaints: string[] = [];

  const answer = async (route: Route, files: Readonly<Record<string, string>>): Promise<void> => {
    const { pathname } = new URL(route.request().url());
    const file = files[pathname];
    if (file !== undefined) return route.fulfill({ contentType: contentTypeOf(pathname), body: file });
    if (pathname === '/_df/v1/batch') {
      const url = `http://127.0.0.1:${collector.port}${pathname}`;
      return route.fulfill({ response: await route.fetch({ url }) });
    }
    if (/^\/_df\/[\w-]+\.js$/.test(pathname)) {
      const body = await readFile(join(root, 'dist/client', pathname.replace('/_df/', '')));
      return route.fulfill({ contentType: 'text/javascript', body });
    }
    if (pathname !== '/favicon.ico') complaints.push(`Nothing is at ${route.request().url()}`);
    return route.fulfill({ status: 404 });
  };

  return {
    complaints,
    async open(url, files) {
      const context: BrowserContext = await browser.newContext();
      await context.route('**/*', async (route) => answer(route, files));
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(url);
      return page;
    },
    events: () => collector.events(),
    async clear() {
      await Promise.all(browser.contexts().map(closeQuietly));
      collector.clear();
      complaints.length = 0;
    },
    async close() {
      await Promise.all(browser.contexts().map(closeQuietly));
      await browser.close();
      await collector.close();
    },
  };
}

/** Ignores errors from closing: a test may end while the tag's last request is being sent. */
async function closeQuietly(context: BrowserContext): Promise<void> {
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  await context.close();
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

function contentTypeOf(pathname: string): string {
  return pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
}
