import { launch, type BrowserContext, type Page } from 'puppeteer-core';

import type { Engine } from './engine.ts';

/** Drives Firefox over WebDriver BiDi, which it supports itself. */
export async function openFirefox(executablePath: string): Promise<Engine> {
  const browser = await launch({ browser: 'firefox', executablePath, headless: true, acceptInsecureCerts: true });
  let visitor: BrowserContext | undefined;
  let kept: Page | undefined;
  return {
    async open(url) {
      visitor ??= await browser.createBrowserContext();
      const context = visitor;
      const page = kept ?? (await context.newPage());
      kept = undefined;
      await page.goto(url);
      return {
        async goto(next) {
          await page.goto(next);
        },
        run: async (expression) => page.evaluate(expression),
        async cookies() {
          return (await context.cookies()).map(({ name, value, httpOnly = false, expires }) => ({
            name,
            value,
            httpOnly,
            expiresAt: expires > 0 ? expires : undefined,
          }));
        },
        isOpen: async () => !page.isClosed(),
        close: async () => page.close({ runBeforeUnload: true }),
      };
    },
    async clear({ emptyPage, keepsTab }) {
      const [first, ...others] = (await visitor?.pages()) ?? [];
      if (keepsTab && first !== undefined) {
        kept = first;
        await Promise.all(others.map(async (page) => page.close()));
        await first.goto(emptyPage);
        await visitor?.deleteCookie(...(await visitor.cookies()));
        return;
      }
      await visitor?.close();
      visitor = kept = undefined;
    },
    close: async () => browser.close(),
  };
}
