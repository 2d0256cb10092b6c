import type { BrowserContext, Page } from 'playwright-core';

import { launchChromium } from './browser.ts';
import type { Engine, Tab } from './engine.ts';

export async function openChromium(): Promise<Engine> {
  // The browser's own switch. Playwright's `ignoreHTTPSErrors` ends with the page, and would stop the page's last
  // requests.
  const browser = await launchChromium(['--ignore-certificate-errors']);
  let visitor: BrowserContext | undefined;
  let kept: Page | undefined;
  return {
    async open(url) {
      visitor ??= await browser.newContext();
      const context = visitor;
      const page = kept ?? (await context.newPage());
      kept = undefined;
      await page.goto(url);
      const tab: Tab = {
        async goto(next) {
          await page.goto(next);
        },
        run: async (expression) => page.evaluate(expression),
        async cookies() {
          return (await context.cookies()).map(({ name, value, httpOnly, expires }) => ({
            name,
            value,
            httpOnly,
            expiresAt: expires > 0 ? expires : undefined,
          }));
        },
        isOpen: async () => !page.isClosed(),
        async close() {
          const isClosed = page.waitForEvent('close');
          await page.close({ runBeforeUnload: true });
          await isClosed;
        },
      };
      return tab;
    },
    async clear({ emptyPage, keepsTab }) {
      const [first, ...others] = visitor?.pages() ?? [];
      if (keepsTab && first !== undefined) {
        kept = first;
        await Promise.all(others.map(async (page) => page.close()));
        await first.goto(emptyPage);
        await visitor?.clearCookies();
        return;
      }
      await visitor?.close();
      visitor = kept = undefined;
    },
    close: async () => browser.close(),
  };
}
