import { launch, type BrowserContext } from 'puppeteer-core';

import type { Engine } from './engine.ts';

/** Drives Firefox over WebDriver BiDi, which it supports itself. */
export async function openFirefox(executablePath: string): Promise<Engine> {
  const browser = await launch({ browser: 'firefox', executablePath, headless: true, acceptInsecureCerts: true });
  let visitor: BrowserContext | undefined;
  return {
    async open(url) {
      visitor ??= await browser.createBrowserContext();
      const context = visitor;
      const page = await context.newPage();
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
        close: async () => page.close({ runBeforeUnload: true }),
      };
    },
    async clear() {
      await visitor?.close();
      visitor = undefined;
    },
    close: async () => browser.close(),
  };
}
