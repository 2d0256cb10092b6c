import type { Browser, BrowserContext, Page } from 'playwright-core';

import { snippet } from '../../client/tag/snippet.ts';
import { launchChromium } from './browser.ts';
import { startRecordingCollector, type RecordingCollector } from './recording-collector.ts';

export interface Visit {
  /** Default: `/`. */
  readonly path?: string;
  /** Default: `www.shop.test`, whose widest cookie domain is `shop.test`. */
  readonly host?: string;
  /** Replaces the snippet. */
  readonly head?: string;
  /** The script element's other attributes. */
  readonly attributes?: string;
  readonly body?: string;
}

export interface Shop {
  readonly browser: Browser;
  readonly collector: RecordingCollector;
  /**
   * Opens a page with the tag, as a new visitor or in a visitor's browser. Errors on the page fail the test at its end.
   */
  visit(visit?: Visit, context?: BrowserContext): Promise<Page>;
  url(path?: string, host?: string): string;
  /** Errors and console messages from the visited pages. */
  readonly complaints: string[];
  /** Ends the visits, so that the next test starts from nothing. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a shop with the tag on its pages: any host under `.test`, in a real browser, with a recording collector. */
export async function openShop(): Promise<Shop> {
  const [collector, browser] = await Promise.all([
    startRecordingCollector(),
    launchChromium(['--host-resolver-rules=MAP *.test 127.0.0.1']),
  ]);
  const complaints: string[] = [];
  const url = (path = '/', host = 'www.shop.test') => `http://${host}:${collector.port}${path}`;
  return {
    browser,
    collector,
    complaints,
    url,
    async visit({ path = '/', host, head = tag(), attributes = '', body = '' } = {}, visitor) {
      const [pathname = '/'] = path.split(/[?#]/);
      const withAttributes = head.replace('data-write-key=', `${attributes} data-write-key=`);
      collector.pages.set(pathname, `<!doctype html><title>Shop</title>${withAttributes}<body>${body}`);
      const context = visitor ?? (await browser.newContext());
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(url(path, host));
      return page;
    },
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

/** The snippet as a customer would paste it. */
export const tag = (src = '/_df/df.js') => snippet({ src, writeKey: 'wk_test' });
